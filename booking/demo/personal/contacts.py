"""Contacts by consent, requests for contacts in each state, messages, and who was shown what."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import Organisation, User
from booking.contacts import service as contacts
from booking.contacts.engine.owners import Owner
from booking.contacts.engine.reveals import Basis, Through
from booking.contacts.models import Consent, UserContact
from booking.contacts.requests import changes, service
from booking.contacts.requests.changes import Answering
from booking.contacts.requests.engine.lifecycle import ContactCommand, ContactParty
from booking.contacts.service import ContactReader
from booking.contacts.threads import service as threads
from booking.contacts.threads.engine.events import ThreadSide
from booking.demo import stages
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Instructor, Topic
from booking.visibility.engine.readers import Purpose, Reader

LIMIT = 1000
ASKED, GRANTED, DECLINED, EXPIRED, RELAYED = "asked", "granted", "declined", "expired", "relayed"
REASONS = {
    RELAYED: "想请老师推荐课前阅读材料。",
    EXPIRED: "商量巡回宣讲的行程。",
    DECLINED: "邀请老师加入微信群。",
    GRANTED: "会场临时调整，需当面沟通布置。",
    ASKED: "开课前需与老师核对课件格式。",
}


def add(
    session: Session,
    *,
    instructor_ids: list[int],
    own_id: int,
    organisation_id: int,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Add everything between the first branch and instructors; `own_id` has an account."""
    branch = _user(session, "branch@example.org")
    coordinator = _user(session, "coordinator@example.org")
    _released(session, Owner(instructor_id=own_id), now)
    session.add(
        UserContact(user_id=branch.id, channel=Channel.PHONE, value="12000007701", created_at=now)
    )
    _released(session, Owner(user_id=branch.id), now)
    session.flush()
    others = [one for one in instructor_ids if one != own_id][:3]
    # The person with an account answers one, and has one to answer.
    for state, instructor_id in zip(REASONS, [own_id, *others, own_id], strict=True):
        _request(session, state, instructor_id, organisation_id, branch, coordinator, now)
    _lecture_messages(session, own_id, organisation_id, branch, now, zone)
    case = Basis(frozenset({Reader.COORDINATOR}), Through.CASE, "讲师无账号，改期需电话确认。")
    contacts.reveal(
        session,
        owner=Owner(instructor_id=own_id),
        reader=ContactReader(coordinator.id, coordinator.name, "汀兰省"),
        basis=case,
        now=now - timedelta(days=2),
        limit=LIMIT,
    )


def _user(session: Session, email: str) -> User:
    return session.scalars(select(User).where(User.email == email)).one()


def _released(session: Session, owner: Owner, now: datetime) -> None:
    """The telephone number is shown to the other side of a lecture."""
    session.add(
        Consent(
            instructor_id=owner.instructor_id,
            user_id=owner.user_id,
            purpose=Purpose.LECTURES,
            channel=Channel.PHONE,
            text_version="1",
            given_at=now - timedelta(days=20),
            given_by_id=None,
        )
    )


def _request(
    session: Session,
    state: str,
    instructor_id: int,
    organisation_id: int,
    branch: User,
    coordinator: User,
    now: datetime,
) -> None:
    asked_at = now - timedelta(days=12 if state == EXPIRED else 3)
    asking = service.Asking(instructor_id, organisation_id, REASONS[state])
    one = service.ask(
        session, asking, user_id=branch.id, name=branch.name, now=asked_at, limit=LIMIT
    )
    answered_at = asked_at + timedelta(hours=5)
    acting = Answering(ContactParty.COORDINATOR, coordinator.id, coordinator.name, answered_at)
    if state == DECLINED:
        reason = "请通过平台留言联系。"
        changes.change(session, one, ContactCommand.DECLINE, acting=acting, reason=reason)
    elif state == RELAYED:
        text = "您好，阅读材料会在课前一周发到平台，请先看第一章。"
        service.relay(session, one, text=text, acting=acting, limit=LIMIT)
    elif state in (GRANTED, EXPIRED):
        until = answered_at + timedelta(days=7 if state == EXPIRED else 14)
        channels = [Channel.PHONE]
        service.grant(session, one, channels=channels, until=until, acting=acting)
        basis = service.basis_of(one, answered_at)
        assert basis is not None
        contacts.reveal(
            session,
            owner=Owner(instructor_id=instructor_id),
            reader=ContactReader(branch.id, branch.name, one.organisation.name),
            basis=basis,
            now=answered_at + timedelta(hours=1),
            limit=LIMIT,
        )
        if state == EXPIRED:
            service.expire(session, one, now=until)


def _lecture_messages(
    session: Session,
    own_id: int,
    organisation_id: int,
    branch: User,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """A confirmed lecture between these two, with a question and an answer about it."""
    topic = session.scalars(
        select(Topic).where(Topic.instructor_id == own_id).order_by(Topic.id).limit(1)
    ).one()
    unit = session.get_one(Organisation, organisation_id)
    number = stages.confirmed(
        session,
        topic,
        organisation_id=organisation_id,
        region_code=unit.region_code,
        user_id=branch.id,
        now=now,
        zone=zone,
    )
    if number is None:
        return
    person = session.get_one(Instructor, own_id)
    parts = threads.Parts(number, own_id, organisation_id)
    user = _user(session, "instructor@example.org")
    said = (
        (ThreadSide.BRANCH, branch.id, branch.name, "请问需要准备投影和话筒吗？", 30),
        (ThreadSide.INSTRUCTOR, user.id, person.name, "需要投影，话筒我自带。", 6),
    )
    for side, user_id, name, text, hours in said:
        sender = threads.Sender(user_id, name, side, LIMIT)
        threads.send(session, parts, text=text, sender=sender, now=now - timedelta(hours=hours))
