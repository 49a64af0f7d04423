"""Refusals of times: each message also says what to do instead. Pure."""

from __future__ import annotations

from datetime import date, datetime

from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import WhyNot
from booking.errors import Conflict, DomainError
from booking.sentences import N_, Paragraph, Sentence


class NotBookable(DomainError):
    """The slot cannot be booked (422); the page offers the nearest slots."""

    status = 422
    sentence = N_("The instructor does not teach at this time. Choose one of the free times.")
    nearest: tuple[Interval, ...] | None = None
    """The nearest bookable slots; None if they were not computed."""
    start: datetime | None = None
    """The refused start, where several were asked for."""


class SlotTaken(NotBookable, Conflict):
    """The slot overlaps another hold, or a concurrent request won (`ex_hold_no_overlap`)."""

    status = 409
    sentence = N_("Another branch has just booked this time. Choose one of the nearest free times.")


class AlreadyYours(SlotTaken):
    """The overlapping hold is the branch's own: most likely the form was submitted twice."""

    sentence = N_(
        "Your branch has already booked this instructor at this time: look under “Our lectures”."
    )


class InThePast(NotBookable):
    """The requested start is in the past."""

    sentence = N_("This time has passed. Choose a time in the future.")


class TooSoon(NotBookable):
    """The start is within the lead time; `first` is the first day after it."""

    sentence = N_("The instructor needs more time to prepare. Choose a later day.")

    def __init__(self, first: date | None = None) -> None:
        super().__init__(
            first
            and N_(
                "The instructor needs more time to prepare. The first day that can be booked is "
                "%(day)s: choose that day or a later one.",
                day=first,
            )
        )


class TooFar(NotBookable):
    """The start is beyond the booking horizon; `last` is the horizon's last day."""

    sentence = N_(
        "This is further ahead than the instructor takes bookings. Choose an earlier day."
    )

    def __init__(self, last: date | None = None) -> None:
        super().__init__(
            last
            and N_(
                "This is further ahead than the instructor takes bookings. The last day for now "
                "is %(day)s: choose that day or an earlier one.",
                day=last,
            )
        )


class DayOff(NotBookable):
    """The start is on a statutory day off; `name` is the holiday's name."""

    def __init__(self, day: date, name: str) -> None:
        super().__init__(
            N_(
                "%(day)s is a day off (%(holiday)s) on which the instructor does not teach. "
                "Choose another day.",
                day=day,
                holiday=name,
            )
        )


class WayTooLong(NotBookable):
    """The travel time to or from an adjacent lecture does not fit.

    `own` is start and place of that lecture, given only if it is the requesting branch's own
    (privacy); `fits` is the next bookable start that leaves enough travel time.
    """

    sentence = N_(
        "This is too close to another lecture of the instructor: the way between the two places "
        "takes longer. Choose another time, a nearer place or an online lecture."
    )

    def __init__(
        self, own: tuple[datetime, str] | None = None, fits: datetime | None = None
    ) -> None:
        sentence: Sentence = self.sentence
        if own is not None:
            sentence = N_(
                "This is too close to your branch's own lecture that begins on %(time)s in "
                "%(place)s: the way between the two places takes longer. Choose another time, a "
                "nearer place or an online lecture.",
                time=own[0],
                place=own[1],
            )
        if fits is not None:
            later = N_(
                "The next time that leaves enough for the way: %(time)s.",
                time=fits,
            )
            super().__init__(Paragraph((sentence, later)))
            return
        super().__init__(sentence)


REASONS: dict[WhyNot, Sentence] = {
    WhyNot.PAST: InThePast.sentence,
    WhyNot.NOTICE: TooSoon.sentence,
    WhyNot.HORIZON: TooFar.sentence,
    WhyNot.TAKEN: SlotTaken.sentence,
    WhyNot.LENGTH: N_(
        "The instructor does not give lectures of this length. Choose another topic or another "
        "instructor."
    ),
    WhyNot.BUFFER: N_(
        "This is too close to another lecture of the instructor. Choose one of the free times."
    ),
    WhyNot.TRAVEL: WayTooLong.sentence,
    WhyNot.HOLIDAY: N_(
        "This is a day off on which the instructor does not teach. Choose another day."
    ),
    WhyNot.CLOSED_DAY: N_(
        "The instructor is not available at this time of that day. Choose another time or day."
    ),
    WhyNot.OUTSIDE_HOURS: NotBookable.sentence,
    # The generic message: a specific one would disclose that a private calendar is connected.
    WhyNot.EXTERNAL_BUSY: NotBookable.sentence,
    WhyNot.EXTERNAL_UNKNOWN: NotBookable.sentence,
    WhyNot.OFF_GRID: N_("Lectures begin at fixed times here. Choose one of the free times."),
    WhyNot.OUTSIDE_TERM: N_(
        "On that day the instructor's term of appointment does not run. Choose another day or "
        "another instructor."
    ),
    WhyNot.SUSPENDED: N_(
        "On that day the instructor takes no lectures. Choose another day or another instructor."
    ),
    WhyNot.TOPIC_NOT_VALID: N_(
        "This topic is not taught on that day. Choose another day or another topic."
    ),
    WhyNot.DAY_FULL: N_("The instructor has enough lectures on that day. Choose another day."),
    WhyNot.WEEK_FULL: N_("The instructor has enough lectures in that week. Choose another week."),
    WhyNot.MONTH_FULL: N_(
        "The instructor has enough lectures in that month. Choose another month."
    ),
    WhyNot.YEAR_FULL: N_(
        "The instructor has enough lectures in that year. Choose a day of another year or another "
        "instructor."
    ),
    WhyNot.BRANCH_QUARTER_FULL: N_(
        "Your branch has booked this instructor as often as is possible in that quarter. Choose "
        "another quarter or another instructor."
    ),
}
"""The message for each closing rule, addressed to the branch."""
