"""Comparing people of a sheet with entries, as plain values."""
