"""Why nothing can be booked on a whole day, told to the branch. Pure."""

from __future__ import annotations

from booking.availability.engine.offers import WhyNot
from booking.availability.month.engine.days import Closed
from booking.lectures.engine.policy import refusal
from booking.sentences import N_, Sentence

_OTHER_LECTURES = N_(
    "The instructor has other lectures on this day, and no time is left between them. "
    "Choose another day."
)
_NOT_THIS_DAY = N_("The instructor does not teach on this day. Choose another day.")
_TOO_SHORT = N_(
    "The instructor's hours on this day are shorter than the lecture. "
    "Choose another day or a shorter topic."
)

_OF_A_DAY: dict[WhyNot, Sentence] = {
    WhyNot.PAST: N_("No time is left on this day. Choose a later day."),
    WhyNot.TAKEN: _OTHER_LECTURES,
    WhyNot.BUFFER: _OTHER_LECTURES,
    WhyNot.TRAVEL: _OTHER_LECTURES,
    WhyNot.CLOSED_DAY: _NOT_THIS_DAY,
    WhyNot.OUTSIDE_HOURS: _NOT_THIS_DAY,
    # As for a single time: nothing tells that a private calendar is connected.
    WhyNot.EXTERNAL_BUSY: _NOT_THIS_DAY,
    WhyNot.EXTERNAL_UNKNOWN: _NOT_THIS_DAY,
    WhyNot.OFF_GRID: _TOO_SHORT,
}
"""The sentences that speak of a time, in other words; those of whole days are the same."""


def day_refusal(closed: Closed, *, holiday: str | None = None) -> Sentence:
    """What closes a day, in a sentence; `holiday` is the name of the day off, if it is one."""
    if closed.too_short:
        return _TOO_SHORT
    why = closed.refused.why
    return _OF_A_DAY.get(why) or refusal(closed.refused, holiday=holiday).sentence
