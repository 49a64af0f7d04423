"""Which messages an event means, and for whom."""
