"""Pure code of calendars on pages: no requests, no database, no clock."""
