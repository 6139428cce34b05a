"""A person's data: where it lies, giving it out, and letting it go. Each package's personal.py says what it holds.

A test walks every text column of the database: what is neither declared here as personal nor as harmless fails it.
"""
