"""Periods, filters, sums, distributions and what is too small to be shown. Pure."""
