"""One of everything that the pages of people, invitations and requests are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.accounts import access
from booking.accounts import service as accounts
from booking.accounts.engine.roles import Actor, Role, Standing
from booking.accounts.engine.sign_in_names import SignInName
from booking.members.invitations import service as invitations
from booking.members.invitations.service import Invitee
from booking.members.reset_links import service as reset_links
from booking.members.sign_up import service as sign_up
from booking.members.sign_up.service import Asked
from booking.members.targets import Target
from tests import factories
from tests.factories import CITY, COUNTY, DISTRICT, Cast


@dataclass(frozen=True, slots=True)
class Things:
    """Ids, and the tokens of the secret links."""

    user: int
    """A contact of Li's branch who is known by a number."""
    request: int
    invitation_token: str
    joined_token: str
    reset_token: str


def wang(cast: Cast) -> Actor:
    """Wang as the actor of a service."""
    return Actor(cast.wang, (Standing(Role.COORDINATOR, region_code=CITY),))


def add(
    session: Session, cast: Cast, *, name: str = "新联系人", number: int = 0, now: datetime
) -> Things:
    """Add them in Wang's region; `number` keeps several apart."""
    user = accounts.create_user(
        session,
        phone=f"120000003{number:02d}",
        name=name,
        password_hash=factories.password_hash(),
        now=now,
    )
    accounts.add_membership(
        session, user=user, role=Role.BRANCH, organisation_id=cast.li.id, now=now
    )
    target = Target(Role.BRANCH, organisation_id=cast.li.id, place=COUNTY, label="岫云县第一支部")
    sent = invitations.invite(
        session,
        actor=wang(cast),
        target=target,
        invitee=Invitee(name, SignInName(phone=f"+86120000004{number:02d}")),
        by_mail=False,
        now=now,
    )
    asked = Asked(
        region_code=DISTRICT,
        organisation=f"{name}支部",
        name=name,
        known_by=SignInName(phone=f"+86120000005{number:02d}"),
        reason=f"{name}想预约急救课。",
    )
    joined = sign_up.ask(session, asked, now=now)
    _link, reset = reset_links.make(session, actor=wang(cast), user_id=user.id, now=now)
    return Things(user.id, sign_up.by_token(session, joined).id, sent.token, joined, reset)


def suspended(session: Session, cast: Cast, *, name: str, now: datetime) -> None:
    """A contact of Li's branch whose account is suspended."""
    user = accounts.create_user(session, phone="12000000399", name=name, now=now)
    accounts.add_membership(
        session, user=user, role=Role.BRANCH, organisation_id=cast.li.id, now=now
    )
    access.disable(session, user=user, now=now)
