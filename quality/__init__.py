"""Slow checks of whole pages, which `make test` leaves out (docs/quality.md)."""
