"""Settings of the later question what a lecture has changed. Pure."""

from __future__ import annotations

from booking.sentences import N_
from booking.settings.engine.kinds import Number, Setting

FOLLOW_UP_FIRST = Setting(
    "follow_up_first_days",
    Number(0, 365),
    30,
    N_("Days after a lecture until the branch is asked what has changed"),
    N_("By mail and in its list of lectures. Zero: it is not asked."),
)
FOLLOW_UP_SECOND = Setting(
    "follow_up_second_days",
    Number(0, 365),
    90,
    N_("Days after a lecture until the branch is asked once more"),
    N_("The same question again, since effects need time. Zero: it is not asked again."),
)
FOLLOW_UP_OPEN = Setting(
    "follow_up_open_days",
    Number(7, 180),
    30,
    N_("Days for which the question what has changed stays open"),
    N_("Until then the branch can answer and change its answer."),
)
FOLLOW_UP_SETTINGS = (FOLLOW_UP_FIRST, FOLLOW_UP_SECOND, FOLLOW_UP_OPEN)
