"""Pure parts of recruiting: the life of a case, and its events."""
