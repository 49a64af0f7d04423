"""Where days come from, if not from a file. Pure."""

LIBRARY, ESTIMATE, BY_HAND = "chinesecalendar", "holidays", "by hand"
"""Values of `source` for days that do not come from a file."""
