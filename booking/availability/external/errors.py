"""Errors when an external calendar cannot be added."""

from __future__ import annotations

from booking.availability.external.engine.calendar import MOST_CALENDARS, Trouble
from booking.availability.external.words import TROUBLES
from booking.errors import Invalid
from booking.sentences import N_


class CalendarUnreadable(Invalid):
    """An external calendar that cannot be added; `field` is `address` or `file`."""

    def __init__(self, trouble: Trouble, field: str) -> None:
        super().__init__(TROUBLES[trouble], field=field)


class TooManyCalendars(Invalid):
    """The instructor already has the maximum number of external calendars."""

    def __init__(self, field: str) -> None:
        super().__init__(
            N_(
                "At most %(count)s calendars. Remove one that you no longer need.",
                count=MOST_CALENDARS,
            ),
            field=field,
        )
