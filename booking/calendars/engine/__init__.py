"""iCalendar and MIME text of lectures (RFC 5545, RFC 6047), without a database."""
