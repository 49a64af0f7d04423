"""Sides, limits and events of messages. Pure."""
