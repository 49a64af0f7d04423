"""The record of contacts that were shown: its page, its export, and unusual numbers."""
