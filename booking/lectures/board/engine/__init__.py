"""Pure code of the board: its filters as values, read from a URL and written into one."""
