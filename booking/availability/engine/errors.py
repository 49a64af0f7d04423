"""Validation errors of hours, days and terms, and refusals of an undo."""

from datetime import date

from booking.errors import Conflict, Invalid
from booking.sentences import N_


class HoursUnclear(Invalid):
    """A line of hours that cannot be parsed."""

    def __init__(self, field: str) -> None:
        super().__init__(
            N_("Write hours like 8:30-12:00, several separated by commas; empty means closed."),
            field=field,
        )


class HoursOverlap(Invalid):
    """Two blocks of a day overlap."""

    def __init__(self, field: str) -> None:
        super().__init__(N_("Two of these times overlap. Join them into one."), field=field)


class DaysReversed(Invalid):
    """The last day lies before the first."""

    def __init__(self) -> None:
        super().__init__(N_("The last day lies before the first day."), field="last")


class TimesReversed(Invalid):
    """An end that is not after its start."""

    def __init__(self, field: str) -> None:
        super().__init__(N_("The end must be later than the beginning."), field=field)


class NoHours(Invalid):
    """A timetable without any hours."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "A timetable needs hours on one day at least. "
                "To close a stretch of time, add it under “Exceptions”."
            ),
            field="day0",
        )


class NeverHolds(Invalid):
    """A timetable without a first day, a last day or alternating weeks."""

    def __init__(self) -> None:
        super().__init__(
            N_("Say from when or until when these hours hold, or choose every second week."),
            field="first",
        )


class ExtraHoursOverlap(Invalid):
    """Extra hours that overlap others on a part of their days only."""

    def __init__(self, day: date, hours: str) -> None:
        super().__init__(
            N_(
                "Extra hours from %(day)s on (%(hours)s) overlap these. "
                "Remove them first, or add only the hours that are missing.",
                day=day,
                hours=hours,
            ),
            field="hours",
        )


class TermsOverlap(Invalid):
    """A term that shares days with another of the same instructor."""

    def __init__(self) -> None:
        super().__init__(
            N_("Another term holds on some of these days already. Remove it or choose other days."),
            field="first",
        )


class PartsOutOfOrder(Invalid):
    """Morning, afternoon and evening that do not follow each other."""

    def __init__(self, field: str) -> None:
        super().__init__(
            N_("Write one stretch for each part of the day; they must follow each other."),
            field=field,
        )


class UndoneAlready(Conflict):
    """An undo of a change that was undone before, most likely by a repeated click."""

    sentence = N_(
        "This change was undone already, so there is nothing more to do. "
        "Below you see how it stands now."
    )


class ChangedSince(Conflict):
    """An undo of a change whose part was changed again afterwards."""

    sentence = N_(
        "This was changed again in the meantime, so nothing was undone. "
        "Look at how it stands now and correct it there."
    )
