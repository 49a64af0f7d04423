"""Pure parts of season plans: states."""
