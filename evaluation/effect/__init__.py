"""Did the match make the difference? The comparison was written down before the records were read (protocol.py)."""
