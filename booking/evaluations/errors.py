"""Refusals of evaluations."""

from __future__ import annotations

from booking.db import refuse
from booking.errors import Conflict
from booking.evaluations.engine.policy import BRANCH_WITHIN, LISTENERS_WITHIN
from booking.sentences import N_


class NotToEvaluate(Conflict):
    """The branch cannot evaluate the lecture (any more)."""

    sentence = N_(
        "A lecture is evaluated after it has taken place, within %(days)s days. This one did not "
        "take place, or that time is over.",
        days=BRANCH_WITHIN.days,
    )


class NotYet(Conflict):
    """Listeners cannot answer yet, or no longer."""

    sentence = N_(
        "Listeners answer from the beginning of the lecture until %(days)s days after it.",
        days=LISTENERS_WITHIN.days,
    )


class AnsweredAlready(Conflict):
    """The device has answered by this link."""

    sentence = N_("This phone has answered already. Each phone answers once; the answer is kept.")


# By its name on PostgreSQL, by its columns on SQLite.
refuse("uq_listener_evaluation_link_id_device_key", AnsweredAlready)
refuse("listener_evaluation.link_id, listener_evaluation.device_key", AnsweredAlready)
