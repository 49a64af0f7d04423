"""What pages call roles and the states of invitations and requests."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.accounts.engine.roles import Role
from booking.errors import Text
from booking.members.engine.states import InvitationState, JoinState

ROLES: dict[Role, Text] = {
    Role.BRANCH: _("Branch contact"),
    Role.INSTRUCTOR: _("Instructor"),
    Role.COORDINATOR: _("Coordinator"),
    Role.ADMIN: _("Administrator"),
}

ROLE_RIGHTS: dict[Role, Text] = {
    Role.BRANCH: _("You request lectures for your branch and see their answers."),
    Role.INSTRUCTOR: _("You answer requests for lectures and say when you have time."),
    Role.COORDINATOR: _("You keep the register of your region and help branches and instructors."),
    Role.ADMIN: _("You run this installation."),
}

INVITATION_STATES: dict[InvitationState, Text] = {
    InvitationState.OPEN: _("not come yet"),
    InvitationState.EXPIRED: _("expired"),
    InvitationState.ACCEPTED: _("has come"),
    InvitationState.REVOKED: _("revoked"),
}

JOIN_STATES: dict[JoinState, Text] = {
    JoinState.WAITING: _("waiting"),
    JoinState.APPROVED: _("approved"),
    JoinState.DECLINED: _("not approved"),
}
