"""The page on which people keep the addresses of their calendars."""
