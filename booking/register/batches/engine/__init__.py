"""Batches as plain values."""
