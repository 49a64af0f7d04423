"""Why a lecture cannot be requested, each a sentence with a way out. Pure."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.availability.intervals import Interval
from booking.availability.offers import WhyNot
from booking.errors import Conflict, DomainError, Invalid, Sentence


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
    """The instructor needs more notice."""

    sentence = _("The instructor needs more time to prepare. Choose a later day.")


class TooFar(NotBookable):
    """Beyond the horizon of booking."""

    sentence = _("This is further ahead than the instructor takes bookings. Choose an earlier day.")


REASONS: dict[WhyNot, Sentence] = {
    WhyNot.PAST: InThePast.sentence,
    WhyNot.NOTICE: TooSoon.sentence,
    WhyNot.HORIZON: TooFar.sentence,
    WhyNot.TAKEN: SlotTaken.sentence,
    WhyNot.LENGTH: _("The instructor does not give lectures of this length."),
    WhyNot.BUFFER: _(
        "This is too close to another lecture of the instructor. Choose one of the free times."
    ),
    WhyNot.TRAVEL: _(
        "This is too close to another lecture of the instructor: the way between the two places "
        "takes longer. Choose another time, a nearer place or an online lecture."
    ),
    WhyNot.HOLIDAY: _("This is a day off on which the instructor does not teach."),
    WhyNot.CLOSED_DAY: _("The instructor is not available on this day."),
    WhyNot.OUTSIDE_HOURS: NotBookable.sentence,
    WhyNot.PRIVATE: _("The instructor is not free then. Choose one of the free times."),
    WhyNot.OFF_GRID: _("Lectures begin at fixed times here. Choose one of the free times."),
    WhyNot.OUTSIDE_TERM: _("On this day the instructor's term of appointment does not run."),
    WhyNot.SUSPENDED: _("The instructor takes no lectures at this time."),
    WhyNot.TOPIC_NOT_VALID: _("This topic is not taught on this day."),
    WhyNot.DAY_FULL: _("The instructor has enough lectures on this day."),
    WhyNot.WEEK_FULL: _("The instructor has enough lectures in this week."),
    WhyNot.MONTH_FULL: _("The instructor has enough lectures in this month."),
    WhyNot.YEAR_FULL: _("The instructor has enough lectures in this year."),
    WhyNot.BRANCH_QUARTER_FULL: _(
        "Your branch has booked this instructor as often as is possible in this quarter."
    ),
}
"""Which rule closes a time, for whoever wanted it."""


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
