"""The pages on which people keep their own contacts."""
