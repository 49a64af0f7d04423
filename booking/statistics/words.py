"""What pages call the values of statistics."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.lectures.engine.agreement import ProposalKind
from booking.lectures.engine.states import Party

SIDES: dict[Party, Text] = {
    Party.BRANCH: _("Branch"),
    Party.INSTRUCTOR: _("Instructor"),
    Party.COORDINATOR: _("Coordinator for the instructor"),
    Party.BRANCH_COORDINATOR: _("Coordinator for the branch"),
    Party.SYSTEM: _("By itself, in time"),
}

CHANGES: dict[ProposalKind, Text] = {
    ProposalKind.MOVE: _("Moved"),
    ProposalKind.REPLACEMENT: _("Another instructor"),
}
