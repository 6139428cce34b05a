"""Where the council's money goes: the account of a group, checked by two people and told to all its owners."""
