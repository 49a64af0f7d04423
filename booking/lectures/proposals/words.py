"""What pages say of proposals: whose agreement is missing, and the buttons that give it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.lectures.engine.agreement import Approver, ProposalKind, ProposalState

KINDS: dict[ProposalKind, Text] = {
    ProposalKind.MOVE: _("Another time or place is proposed"),
    ProposalKind.REPLACEMENT: _("Another instructor is proposed"),
}

APPROVERS: dict[Approver, Text] = {
    Approver.BRANCH: _("the branch"),
    Approver.INSTRUCTOR: _("the instructor"),
    Approver.REVIEWER: _("the reviewing coordinator"),
}

AGREE, REFUSE = _("Agree"), _("Refuse")

AGREE_FOR: dict[Approver, Text] = {
    Approver.BRANCH: _("Agree for the branch"),
    Approver.INSTRUCTOR: _("Agree for the instructor"),
    Approver.REVIEWER: _("Agree as the reviewer"),
}
"""For somebody who is not of that side."""

REFUSE_FOR: dict[Approver, Text] = {
    Approver.BRANCH: _("Refuse for the branch"),
    Approver.INSTRUCTOR: _("Refuse for the instructor"),
    Approver.REVIEWER: _("Refuse as the reviewer"),
}

CLOSED: dict[ProposalState, Text] = {
    ProposalState.OPEN: _("This proposal has changed since this mail."),
    ProposalState.ACCEPTED: _("Everybody has agreed to this proposal."),
    ProposalState.REFUSED: _("This proposal was refused. Nothing has changed."),
    ProposalState.RETRACTED: _("This proposal was taken back. Nothing has changed."),
    ProposalState.LAPSED: _("Nobody answered this proposal in time. Nothing has changed."),
    ProposalState.CLOSED: _("The lecture was answered or ended without this proposal."),
}
"""Message on the page of an answer link, by state, when there is nothing left to answer."""
