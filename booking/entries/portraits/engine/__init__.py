"""Reading pictures and making them small, without a database."""
