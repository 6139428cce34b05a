"""A refund that the backer's bank did not take is paid back another way: one person records it, another confirms it."""
