"""Gift Aid: who may claim, and what givers declare (docs/gift-aid.md). Claims: payments/gift_aid/."""
