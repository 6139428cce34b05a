"""Reads, shaped for the pages."""
