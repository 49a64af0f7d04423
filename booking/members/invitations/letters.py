"""The mail with an invitation, and the address of its page."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from booking.members import targets
from booking.members.models import Invitation
from booking.members.targets import described
from booking.notifications import channels
from booking.notifications.channels import Addressee, Notice


def url_of(token: str) -> str:
    """The address of an invitation's page."""
    return f"{current_app.config['BASE_URL']}/invitation/{token}"


def send_invitation(session: Session, invitation: Invitation, token: str, *, now: datetime) -> None:
    """Send an invitation by the first channel that reaches the person."""
    addressee = Addressee(invitation.name, invitation.email, invitation.phone)
    values = {
        "url": url_of(token),
        "expires_at": invitation.expires_at,
        "target": targets.of_invitation(invitation),
        "described": described,
    }
    channels.send(session, addressee, Notice("invitation", values), now=now)
