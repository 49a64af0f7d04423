"""Parse the bytes of an .ics file into busy times (RFC 5545), without network access."""
