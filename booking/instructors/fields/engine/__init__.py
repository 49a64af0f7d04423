"""Pure code of the list of fields."""
