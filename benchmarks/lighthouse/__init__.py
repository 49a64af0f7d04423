"""Lighthouse scores of pages; see `__main__`."""
