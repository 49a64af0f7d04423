"""Correction of a request that was returned by its reviewer."""
