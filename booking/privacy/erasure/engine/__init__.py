"""Replacing words in texts and JSON values. Pure."""
