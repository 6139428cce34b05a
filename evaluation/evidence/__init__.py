"""Evidence: one file a payment, a sample for audit, who can do what, and who did what."""
