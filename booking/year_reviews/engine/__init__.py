"""Pure parts: figures of lectures, and which numbers are too small to be shown."""
