"""Promised lectures on days that were closed afterwards, and the mail that tells their branches."""
