"""Addresses whose mail is returned (RFC 3464): marked, told once, and undone."""
