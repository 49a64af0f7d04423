"""Carries out what a form of a proposal says: agree, refuse or take back."""

from __future__ import annotations

import enum

from flask import request
from flask_babel import gettext as _

from booking.db import unit_of_work
from booking.errors import Invalid
from booking.lectures.engine.agreement import Approver
from booking.lectures.proposals import service
from booking.lectures.proposals.acts import Acting
from booking.lectures.proposals.open_proposals import open_proposal
from booking.sentences import N_


class Answer(enum.StrEnum):
    """What the button of a proposal's form says."""

    AGREE = "agree"
    REFUSE = "refuse"
    RETRACT = "retract"


def sent_answer() -> Answer:
    """The button that was pressed; raises `Invalid`."""
    try:
        return Answer(request.form.get("answer", ""))
    except ValueError:
        raise _unreadable() from None


def sent_approver() -> Approver:
    """For whom the form answers; raises `Invalid`."""
    try:
        return Approver(request.form.get("approver", ""))
    except ValueError:
        raise _unreadable() from None


def _unreadable() -> Invalid:
    return Invalid(N_("This form was not complete. Open the lecture's page and try again."))


def sent_option() -> int | None:
    """The chosen option; None if none was sent."""
    text = request.form.get("option", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def agree(number: str, proposal_id: int, approver: Approver, acting: Acting) -> str:
    """Agree in a transaction; returns what the reader is told."""
    with unit_of_work() as session:
        lecture = service.agree(
            session,
            number=number,
            proposal_id=proposal_id,
            option_id=sent_option(),
            approver=approver,
            acting=acting,
        )
        waits = open_proposal(session, lecture.id) is not None
    if waits:
        return str(_("You have agreed. It takes effect when everybody has agreed."))
    return str(_("Everybody has agreed. Both sides get an invitation for their calendars."))


def refuse(number: str, proposal_id: int, approver: Approver, acting: Acting) -> str:
    """Refuse in a transaction; returns what the reader is told. Raises `ReasonMissing`."""
    with unit_of_work() as session:
        service.refuse(
            session, number=number, proposal_id=proposal_id, approver=approver, acting=acting
        )
    return str(_("Refused. Nothing has changed, and the other side is told."))


def retract(number: str, proposal_id: int, acting: Acting) -> str:
    """Take a proposal back in a transaction; returns what the reader is told."""
    with unit_of_work() as session:
        service.retract(session, number=number, proposal_id=proposal_id, acting=acting)
    return str(_("Taken back. Nothing has changed, and the times are free again."))
