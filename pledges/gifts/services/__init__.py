"""What may be done with off-line gifts: taken and counted, banked, given back, handed to the group. Two people each."""
