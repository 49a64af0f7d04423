"""Pure code of organisations."""
