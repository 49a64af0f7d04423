"""Pure code of feeds."""
