"""Gift Aid claims: what may be claimed, schedules for HMRC, and what is to be put right (docs/gift-aid.md)."""
