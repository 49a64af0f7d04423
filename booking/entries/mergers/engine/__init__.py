"""Which entries are probably one person, without a database."""
