"""What may be wrong with hours as they were typed, and with calendars kept elsewhere."""

from flask_babel import lazy_gettext as _

from booking.availability.outside import MOST_CALENDARS, Trouble
from booking.availability.words import TROUBLES
from booking.errors import Invalid


class HoursUnclear(Invalid):
    """A line of hours that cannot be read."""

    def __init__(self, field: str) -> None:
        super().__init__(
            _("Write hours like 8:30-12:00, several separated by commas; empty means closed."),
            field=field,
        )


class HoursOverlap(Invalid):
    """Two blocks of a day overlap."""

    def __init__(self, field: str) -> None:
        super().__init__(_("Two of these times overlap. Join them into one."), field=field)


class DaysReversed(Invalid):
    """The last day lies before the first."""

    def __init__(self) -> None:
        super().__init__(_("The last day lies before the first day."), field="last")


class TimesReversed(Invalid):
    """A time that ends before it begins."""

    def __init__(self, field: str) -> None:
        super().__init__(_("The end must be later than the beginning."), field=field)


class CalendarUnreadable(Invalid):
    """A calendar kept elsewhere that cannot be added; `field` is `address` or `file`."""

    def __init__(self, trouble: Trouble, field: str) -> None:
        super().__init__(TROUBLES[trouble], field=field)


class TooManyCalendars(Invalid):
    """No further calendar can be added."""

    def __init__(self, field: str) -> None:
        super().__init__(
            _(
                "At most %(count)s calendars. Remove one that you no longer need.",
                count=MOST_CALENDARS,
            ),
            field=field,
        )
