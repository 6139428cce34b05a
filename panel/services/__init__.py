"""What a panel and its officers do: each file opens its transactions, locks, decides by rules, saves, and tells."""
