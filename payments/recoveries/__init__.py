"""Unspent match that comes back (ruling 18): asked for in writing, recovered once a bank statement says so."""
