"""Whether a person gets lectures into the calendar by invitations in mails, or by feeds only."""

from __future__ import annotations

from booking.accounts.models import User


def wants_invitations(user: User) -> bool:
    """Whether mails to the user carry the lecture as a calendar part (the default).

    Without it the mails go all the same. Who has both a feed and invitations sees a lecture twice
    in Thunderbird, because its calendars do not know of each other.
    """
    return user.calendar_invitations
