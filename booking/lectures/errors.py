"""Why a lecture cannot be requested, each a sentence with a way out. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from booking import i18n
from booking.availability.intervals import Interval
from booking.availability.offers import WhyNot
from booking.errors import Conflict, DomainError, Invalid, Sentence


def _said(write: Callable[..., str], *facts: Any) -> Sentence:
    """A fact in the language of whoever is told."""
    return LazyString(write, *facts)


class NotBookable(DomainError):
    """This time cannot be booked; the page offers the nearest that can."""

    status = 422
    sentence = _("The instructor does not teach at this time. Choose one of the free times.")
    nearest: tuple[Interval, ...] | None = None
    """The nearest free times, where they are known already."""


class SlotTaken(NotBookable, Conflict):
    """Somebody else was quicker, or the time was taken before (`ex_hold_no_overlap`)."""

    status = 409
    sentence = _("Another branch has just booked this time. Choose one of the nearest free times.")


class AlreadyYours(SlotTaken):
    """The time is held by the very branch that asks: most likely it was sent twice."""

    sentence = _(
        "Your branch has already booked this instructor at this time: look under “Our lectures”."
    )


class InThePast(NotBookable):
    """The wanted time is over."""

    sentence = _("This time has passed. Choose a time in the future.")


class TooSoon(NotBookable):
    """The instructor needs more notice; `first` is the first day that gives it."""

    sentence = _("The instructor needs more time to prepare. Choose a later day.")

    def __init__(self, first: date | None = None) -> None:
        super().__init__(
            first
            and _(
                "The instructor needs more time to prepare. The first day that can be booked is "
                "%(day)s: choose that day or a later one.",
                day=_said(i18n.format_day, first),
            )
        )


class TooFar(NotBookable):
    """Beyond the horizon of booking; `last` is its last day."""

    sentence = _("This is further ahead than the instructor takes bookings. Choose an earlier day.")

    def __init__(self, last: date | None = None) -> None:
        super().__init__(
            last
            and _(
                "This is further ahead than the instructor takes bookings. The last day for now "
                "is %(day)s: choose that day or an earlier one.",
                day=_said(i18n.format_day, last),
            )
        )


class DayOff(NotBookable):
    """A statutory day off, which has a name."""

    def __init__(self, day: date, name: str) -> None:
        super().__init__(
            _(
                "%(day)s is a day off (%(holiday)s) on which the instructor does not teach. "
                "Choose another day.",
                day=_said(i18n.format_day, day),
                holiday=name,
            )
        )


class WayTooLong(NotBookable):
    """Another lecture leaves no time for the way.

    `own` is when and where it is, and only ever told to the branch whose lecture it is; `fits`
    is a later time on offer that leaves enough.
    """

    sentence = _(
        "This is too close to another lecture of the instructor: the way between the two places "
        "takes longer. Choose another time, a nearer place or an online lecture."
    )

    def __init__(
        self, own: tuple[datetime, str] | None = None, fits: datetime | None = None
    ) -> None:
        sentence = self.sentence
        if own is not None:
            sentence = _(
                "This is too close to your branch's own lecture that begins on %(time)s in "
                "%(place)s: the way between the two places takes longer. Choose another time, a "
                "nearer place or an online lecture.",
                time=_said(i18n.format_instant, own[0]),
                place=own[1],
            )
        if fits is not None:
            later = _(
                "The next time that leaves enough for the way: %(time)s.",
                time=_said(i18n.format_instant, fits),
            )
            sentence = _said(i18n.in_a_row, sentence, later)
        super().__init__(sentence)


REASONS: dict[WhyNot, Sentence] = {
    WhyNot.PAST: InThePast.sentence,
    WhyNot.NOTICE: TooSoon.sentence,
    WhyNot.HORIZON: TooFar.sentence,
    WhyNot.TAKEN: SlotTaken.sentence,
    WhyNot.LENGTH: _(
        "The instructor does not give lectures of this length. Choose another topic or another "
        "instructor."
    ),
    WhyNot.BUFFER: _(
        "This is too close to another lecture of the instructor. Choose one of the free times."
    ),
    WhyNot.TRAVEL: WayTooLong.sentence,
    WhyNot.HOLIDAY: _(
        "This is a day off on which the instructor does not teach. Choose another day."
    ),
    WhyNot.CLOSED_DAY: _(
        "The instructor is not available at this time of that day. Choose another time or day."
    ),
    WhyNot.OUTSIDE_HOURS: NotBookable.sentence,
    # A sentence of its own would tell everybody that there is a calendar of private matters.
    WhyNot.PRIVATE: NotBookable.sentence,
    WhyNot.OFF_GRID: _("Lectures begin at fixed times here. Choose one of the free times."),
    WhyNot.OUTSIDE_TERM: _(
        "On that day the instructor's term of appointment does not run. Choose another day or "
        "another instructor."
    ),
    WhyNot.SUSPENDED: _(
        "On that day the instructor takes no lectures. Choose another day or another instructor."
    ),
    WhyNot.TOPIC_NOT_VALID: _(
        "This topic is not taught on that day. Choose another day or another topic."
    ),
    WhyNot.DAY_FULL: _("The instructor has enough lectures on that day. Choose another day."),
    WhyNot.WEEK_FULL: _("The instructor has enough lectures in that week. Choose another week."),
    WhyNot.MONTH_FULL: _("The instructor has enough lectures in that month. Choose another month."),
    WhyNot.YEAR_FULL: _(
        "The instructor has enough lectures in that year. Choose a day of another year or another "
        "instructor."
    ),
    WhyNot.BRANCH_QUARTER_FULL: _(
        "Your branch has booked this instructor as often as is possible in that quarter. Choose "
        "another quarter or another instructor."
    ),
}
"""Which rule closes a time, for whoever wanted it."""


class TooManyOpen(Conflict):
    """A branch has as many requests without an answer as it may have."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _(
                "Your branch may have %(most)s requests that wait for an answer, and has them. "
                "Wait for answers, withdraw a request that you no longer need, or ask your "
                "coordinator to raise the number.",
                most=most,
            )
        )


class TooManyToday(Conflict):
    """A branch has sent as many requests today as it may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _(
                "Your branch may send %(most)s requests a day, and has sent them. Go on tomorrow, "
                "or ask your coordinator to raise the number.",
                most=most,
            )
        )


class StateMovedOn(Conflict):
    """The lecture is no longer in the state that the page showed."""

    sentence = _("This lecture has changed in the meantime. Look at its state, then decide again.")


class AlreadyBegun(Conflict):
    """The guard `before_start` failed."""

    sentence = _("The time for this has passed: the lecture has begun.")


class NotOverYet(Conflict):
    """The guard `after_end` failed."""

    sentence = _("It is too early for this: wait until the lecture is over.")


class ReasonMissing(Invalid):
    """The transition needs a reason."""

    def __init__(self) -> None:
        super().__init__(_("Give a short reason: the other side sees it."), field="reason")
