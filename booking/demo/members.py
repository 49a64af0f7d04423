"""How people come in: accounts without mail, invitations and requests in several states."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts import service as accounts
from booking.accounts.engine.roles import Actor, Role
from booking.accounts.engine.sign_in_names import SignInName
from booking.accounts.models import Membership, Organisation, Region, User
from booking.accounts.sign_in import sessions
from booking.demo.engine.people import DemoBranch, DemoPerson
from booking.demo.engine.regions import CAPITAL
from booking.instructors.models import Instructor
from booking.members import targets
from booking.members.invitations import admission
from booking.members.invitations import service as invitations
from booking.members.invitations.admission import NewAccount
from booking.members.invitations.queries import registered_contacts
from booking.members.invitations.service import Invitee, Sent
from booking.members.models import JoinRequest
from booking.members.sign_up import service as sign_up
from booking.members.sign_up.service import Asked

PHONE_EVERY, WITHOUT_EVERY, NEVER_EVERY = 6, 8, 5
"""Every so many instructors have an account known by a number, none at all, or never sign in."""

COORDINATOR = "coordinator@example.org"
AGENT = "Mozilla/5.0 (Linux; Android 14) Mobile MicroMessenger/8.0"


def instructor_account(
    session: Session,
    person: DemoPerson,
    number: int,
    instructor_id: int,
    password_hash: str,
    now: datetime,
) -> None:
    """The account of the `number`-th instructor: by address, by number, or none yet."""
    if number % WITHOUT_EVERY == 0:
        return
    by_phone = number % PHONE_EVERY == 0
    user = accounts.create_user(
        session,
        email=None if by_phone else person.email,
        phone=person.phone if by_phone else None,
        name=person.name,
        password_hash=password_hash,
        now=now,
    )
    accounts.add_membership(
        session, user=user, role=Role.INSTRUCTOR, instructor_id=instructor_id, now=now
    )


def add(
    session: Session, demo_branches: Sequence[DemoBranch], password_hash: str, *, now: datetime
) -> None:
    """Sign-ins, invitations and requests to join."""
    coordinator = session.scalars(select(User).where(User.email == COORDINATOR)).one()
    _signed_in(session, now)
    _invitations(session, coordinator.actor(), password_hash, now)
    _requests(session, coordinator.actor(), demo_branches[0], now)


def _signed_in(session: Session, now: datetime) -> None:
    """Most people have signed in at some time in the last weeks."""
    rows = session.execute(select(User.id, User.fs_uniquifier).order_by(User.id)).all()
    for number, (user_id, uniquifier) in enumerate(rows):
        if number % NEVER_EVERY == 0:
            continue
        sessions.begin(
            session,
            key=sessions.new_key(),
            user_id=user_id,
            uniquifier=uniquifier,
            agent=AGENT,
            now=now - timedelta(days=number % 20, hours=1),
        )


def _invitations(session: Session, actor: Actor, password_hash: str, now: datetime) -> None:
    """Instructors invited lately and long ago, and contacts who accepted or were not to come."""
    has_account = select(Membership.instructor_id).where(Membership.instructor_id.is_not(None))
    query = select(Instructor).where(Instructor.id.not_in(has_account)).order_by(Instructor.id)
    instructors = list(session.scalars(query.limit(4)))
    contacts = registered_contacts(session, [one.id for one in instructors])
    for days, instructor in zip((1, 5, 20), instructors, strict=False):
        # On paper: the number of the register, which nobody is shown.
        known_by = contacts.get(instructor.id, [None])[-1]
        at = now - timedelta(days=days)
        target = targets.of_instructor(instructor)
        invitee = Invitee(instructor.name, known_by)
        invitations.invite(
            session, actor=actor, target=target, invitee=invitee, by_mail=False, now=at
        )
    branch = session.scalars(select(Organisation).order_by(Organisation.id)).first()
    assert branch is not None
    came = _contact(session, actor, branch, "施文", "12000900001", now - timedelta(days=9))
    account = NewAccount("施文", SignInName(phone=came.invitation.phone), password_hash)
    admission.accept(session, token=came.token, by=account, now=now - timedelta(days=8))
    gone = _contact(session, actor, branch, "陶然", "12000900002", now - timedelta(days=3))
    invitations.revoke(session, actor=actor, invitation_id=gone.invitation.id, now=now)
    city = session.get_one(Region, CAPITAL)
    invitations.invite(
        session,
        actor=actor,
        target=targets.of_region(city),
        invitee=Invitee("许佳", SignInName(email="xujia@example.org")),
        by_mail=True,
        now=now - timedelta(days=2),
    )


def _contact(
    session: Session, actor: Actor, branch: Organisation, name: str, phone: str, now: datetime
) -> Sent:
    return invitations.invite(
        session,
        actor=actor,
        target=targets.of_organisation(branch),
        invitee=Invitee(name, SignInName(phone=f"+86{phone}")),
        by_mail=False,
        now=now,
    )


def _requests(session: Session, actor: Actor, known: DemoBranch, now: datetime) -> None:
    """Three that wait, of which one means a known branch; one approved and one declined."""
    asked = [
        (known.name.replace("党支部", "支部"), "方舟", SignInName(phone="+8612000900011"), 1),
        ("栖云市老年大学支部", "严冬", SignInName(phone="+8612000900012"), 2),
        ("栖云市公交公司第三支部", "云飞", SignInName(email="yunfei@example.org"), 3),
        ("栖云市图书馆支部", "石磊", SignInName(phone="+8612000900013"), 6),
        ("某某俱乐部", "路遥", SignInName(phone="+8612000900014"), 7),
    ]
    ids = []
    for organisation, name, known_by, days in asked:
        request = Asked(
            region_code=known.region,
            organisation=organisation,
            name=name,
            known_by=known_by,
            reason="想为支部的党员预约健康和安全方面的课，大约四十人。",
        )
        token = sign_up.ask(session, request, now=now - timedelta(days=days))
        ids.append(sign_up.by_token(session, token).id)
    decided = now - timedelta(hours=20)
    sign_up.approve(
        session,
        actor=actor,
        request_id=ids[3],
        organisation_id=None,
        new_name=session.get_one(JoinRequest, ids[3]).organisation_name,
        now=decided,
    )
    sign_up.decline(
        session,
        actor=actor,
        request_id=ids[4],
        answer="俱乐部不是本地区的单位，请由所在单位申请。",
        now=decided,
    )
