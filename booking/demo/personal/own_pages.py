"""What people see on their own pages: contacts, consents, who saw what, somebody who leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.contacts.models import Consent, Reveal, Through, UserContact
from booking.demo.security import SIGN_INS
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Instructor
from booking.lectures.models import Lecture
from booking.privacy.exits import service as leaving
from booking.visibility.engine.readers import Purpose

NUMBERS = {
    Role.BRANCH: "12000900101",
    Role.COORDINATOR: "12000900102",
    Role.ADMIN: "12000900103",
}
TEXT_VERSION = "2026-11"


def add(
    session: Session, *, instructor_id: int, ids: Sequence[int], today: date, now: datetime
) -> None:
    """Contacts and consents of the four who sign in, looks at them, and one who leaves."""
    users = {
        role: session.scalars(select(User).where(User.email == email)).one()
        for email, role in SIGN_INS
    }
    for role, value in NUMBERS.items():
        session.add(
            UserContact(
                user_id=users[role].id,
                channel=Channel.PHONE,
                value=value,
                created_at=now - timedelta(days=40),
            )
        )
    _consents(session, instructor_id, users, now)
    _reveals(session, instructor_id, users, now)
    _somebody_leaves(session, ids, users[Role.COORDINATOR], today, now)
    session.flush()


def _consents(session: Session, instructor_id: int, users: dict[Role, User], now: datetime) -> None:
    """The instructor shows the number to the other side of lectures; so does the branch."""
    given = now - timedelta(days=30)
    session.add_all(
        [
            Consent(
                instructor_id=instructor_id,
                purpose=Purpose.LECTURES,
                channel=Channel.PHONE,
                text_version=TEXT_VERSION,
                given_at=given,
                given_by_id=users[Role.INSTRUCTOR].id,
            ),
            Consent(
                instructor_id=instructor_id,
                purpose=Purpose.BRANCHES,
                channel=Channel.EMAIL,
                text_version=TEXT_VERSION,
                given_at=given,
                given_by_id=users[Role.INSTRUCTOR].id,
                withdrawn_at=now - timedelta(days=12),
            ),
            Consent(
                user_id=users[Role.BRANCH].id,
                purpose=Purpose.LECTURES,
                channel=Channel.PHONE,
                text_version=TEXT_VERSION,
                given_at=given,
                given_by_id=users[Role.BRANCH].id,
            ),
        ]
    )


def _reveals(session: Session, instructor_id: int, users: dict[Role, User], now: datetime) -> None:
    """Branch and coordinator looked at the number of the instructor, who looked at the branch."""
    branch, coordinator = users[Role.BRANCH], users[Role.COORDINATOR]
    number = session.scalars(
        select(Lecture.number)
        .where(Lecture.instructor_id == instructor_id)
        .order_by(Lecture.id.desc())
        .limit(1)
    ).first()
    looks = (
        (branch, _unit(branch), Through.LECTURE, number or "", "约定上课地点和投影设备", 9),
        (coordinator, "省平台", Through.CASE, "", "讲师来电要求更正单位名称，需回电核实", 5),
        (branch, _unit(branch), Through.LECTURE, number or "", "当天路上堵车，告知晚到", 2),
        (branch, _unit(branch), Through.LECTURE, number or "", "课后索要讲义", 1),
    )
    for reader, unit, through, reference, reason, days in looks:
        session.add(
            Reveal(
                instructor_id=instructor_id,
                channel=Channel.PHONE,
                hint="120****0001",
                reader_id=reader.id,
                reader_name=reader.name,
                reader_unit=unit,
                through=through,
                reference=reference,
                reason=reason,
                shown_at=now - timedelta(days=days, hours=3),
            )
        )
    instructor = users[Role.INSTRUCTOR]
    session.add(
        Reveal(
            user_id=branch.id,
            channel=Channel.PHONE,
            hint="120****0101",
            reader_id=instructor.id,
            reader_name=instructor.name,
            reader_unit="",
            through=Through.LECTURE,
            reference=number or "",
            reason="询问听众人数",
            shown_at=now - timedelta(days=3),
        )
    )


def _unit(user: User) -> str:
    units = user.actor().units
    return units[0].name if units else ""


def _somebody_leaves(
    session: Session, ids: Sequence[int], coordinator: User, today: date, now: datetime
) -> None:
    """The last of those without an account called and wants to be erased."""
    has_account = select(Membership.instructor_id).where(Membership.instructor_id.is_not(None))
    query = select(Instructor.id).where(
        Instructor.id.in_(ids), Instructor.listed, Instructor.id.not_in(has_account)
    )
    found = session.scalars(query.order_by(Instructor.id.desc()).limit(1)).first()
    if found is not None:
        leaving.ask_for(
            session,
            instructor_id=found,
            reason="本人用登记的号码来电，年事已高，不再授课。",
            actor=coordinator.actor(),
            today=today,
            now=now,
        )
