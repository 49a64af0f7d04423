"""From the bytes of somebody's .ics file to busy times (RFC 5545), without a network."""
