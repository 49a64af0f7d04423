"""How long an entry counts as right after somebody has looked through it. Pure."""

from datetime import timedelta

FRESH = timedelta(days=365)
