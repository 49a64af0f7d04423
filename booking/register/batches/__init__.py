"""Imports as batches: what each added, whether anything depends on it, and undoing it."""
