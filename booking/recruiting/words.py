"""What pages call the states and steps of recruiting, and the kinds of unmet needs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.demand.engine.needs import UnmetKind
from booking.recruiting.engine.lifecycle import RecruitingCommand, RecruitingState

UNMET_KINDS = {
    UnmetKind.EXPIRED: _("not answered in time"),
    UnmetKind.REFUSED: _("declined by all"),
    UnmetKind.NOBODY: _("nobody found"),
    UnmetKind.CANCELLED: _("cancelled by the instructor"),
}
RECRUITING_STATES = {
    RecruitingState.OPEN: _("begun"),
    RecruitingState.ASKED: _("instructors asked"),
    RecruitingState.NOMINATED: _("nomination begun"),
    RecruitingState.CLOSED: _("recruiting closed"),
}
RECRUITING_DONE = {
    RecruitingCommand.OPEN: _("recruiting begun"),
    RecruitingCommand.ASK: _("asked to teach here as well"),
    RecruitingCommand.NOMINATE: _("nomination begun"),
    RecruitingCommand.CLOSE: _("recruiting closed"),
}
