"""What a batch remembers, and what depends on it, as plain values. Pure."""
