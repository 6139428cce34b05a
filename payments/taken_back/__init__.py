"""What somebody took back from a group in the provider's dashboard: two people say whether it is sent again or stays here."""
