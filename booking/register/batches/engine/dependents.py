"""What keeps an import from being undone, where it is not the name of a table."""

CHANGED = "changed"
"""The entry itself was changed since the import."""

TERM = "term"
"""The person was appointed since; terms of the import itself go with it."""

HOURS = "weekly_block"
"""The person has hours of their own; hours filled in by default go with the entry."""
