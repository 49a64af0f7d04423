"""Certificates of service (授课证明): what an instructor gave in a year, with a number."""
