"""Pure code of digests: on which days they are due, and their event."""
