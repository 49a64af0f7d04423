"""Transition table, events and request rules of a lecture, without a database."""
