"""What people have chosen about calendar entries in their mail."""

from __future__ import annotations

from booking.accounts.models import User


def wants_tentative(user: User) -> bool:
    """Whether requests come into this person's calendar before they are confirmed.

    Nobody's do by default: many programs show a tentative entry like one that stands.
    """
    del user
    return False
