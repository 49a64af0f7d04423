"""Pure code of the month: no requests, no database, no clock."""
