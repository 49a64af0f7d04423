"""Reads of deliveries, in the scope of their reader. A page takes a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, and_, cast, false, func, literal, or_, select, true
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import Membership, Organisation, User
from booking.accounts.queries import lies_under
from booking.contacts.engine.masks import masked
from booking.instructors.models import Instructor
from booking.lectures import overview
from booking.lectures.models import Lecture
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.engine.results import DeliveryState, Result, result_of
from booking.notifications.models import PARKED, Delivery
from booking.notifications.robots.models import ROBOT, Robot
from booking.outbox.models import OutboxEvent
from booking.outbox.service import MOST_FAILURES
from booking.visibility.engine.capacities import readers_of_account
from booking.visibility.engine.data import Datum
from booking.visibility.engine.readers import Access
from booking.visibility.engine.table import access

AT_ONCE = 50
MOST_EVENTS = 50

_OPEN = and_(
    Delivery.sent_at.is_(None), Delivery.superseded_at.is_(None), Delivery.returned_at.is_(None)
)
CONDITIONS: dict[DeliveryState, ColumnElement[bool]] = {
    DeliveryState.WAITING: and_(_OPEN, Delivery.next_try_at.is_not(None)),
    DeliveryState.SENT: and_(Delivery.sent_at.is_not(None), Delivery.returned_at.is_(None)),
    DeliveryState.SUPERSEDED: Delivery.superseded_at.is_not(None),
    DeliveryState.PARKED: PARKED,
    DeliveryState.RETURNED: Delivery.returned_at.is_not(None),
}
"""SQL conditions of the states; of each delivery one is true."""


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """What to list: deliveries created in `[start, end)`, and so on; empty values ask nothing."""

    state: DeliveryState | None = None
    number: str = ""
    """The number of a lecture."""
    recipient: str = ""
    """A part of the recipient's name; for administrators also of the address."""
    channel: str = ""
    kind: MessageKind | None = None
    start: datetime | None = None
    end: datetime | None = None


class DeliveryLine(NamedTuple):
    """One delivery as its reader sees it."""

    delivery: Delivery
    state: DeliveryState
    result: Result | None
    name: str
    """Of the recipient's account, or of a group; empty: unknown."""
    address: str
    """Masked for who may not see it."""
    number: str
    """Of the lecture that it is about; empty: none."""

    @property
    def at(self) -> datetime:
        """When it reached its state, as far as that is known; else when it was written."""
        one = self.delivery
        return one.returned_at or one.sent_at or one.superseded_at or one.created_at


def in_scope(who: Actor) -> ColumnElement[bool]:
    """SQL condition: the delivery is about a lecture, or else to a person or group, of a region
    that the actor coordinates.
    """
    if who.has(Role.ADMIN):
        return true()
    if not who.scopes:
        return false()
    lectures = (
        select(Lecture.id)
        .join(Organisation, Organisation.id == Lecture.organisation_id)
        .join(Instructor, Instructor.id == Lecture.instructor_id)
        .where(overview.in_scope(who))
    )
    people = (
        select(Membership.user_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Instructor, Instructor.id == Membership.instructor_id)
        .where(_touches(who, Organisation.region_code, Instructor.region_code, _OWN_REGION))
    )
    groups = select(literal(f"{ROBOT}:") + cast(Robot.id, String)).where(
        _touches(who, Robot.region_code)
    )
    return or_(
        Delivery.lecture_id.in_(lectures),
        and_(Delivery.lecture_id.is_(None), Delivery.user_id.in_(people)),
        and_(Delivery.channel == ROBOT, Delivery.recipient.in_(groups)),
    )


_OWN_REGION = Membership.region_code


def _touches(who: Actor, *codes: object) -> ColumnElement[bool]:
    scopes = sorted(who.scopes)
    return or_(false(), *(lies_under(code, scope) for scope in scopes for code in codes))  # type: ignore[arg-type]


def lines(
    session: Session,
    who: Actor,
    wanted: DeliveryFilter,
    *,
    before: int | None = None,
    at_once: int = AT_ONCE,
) -> tuple[list[DeliveryLine], int | None]:
    """A page of deliveries with ids below `before`, newest first, and `before` of the next page.

    Three queries at most.
    """
    query = (
        select(Delivery, User.name, Lecture.number)
        .outerjoin(User, User.id == Delivery.user_id)
        .outerjoin(Lecture, Lecture.id == Delivery.lecture_id)
        .where(in_scope(who), *_conditions(who, wanted))
    )
    if before is not None:
        query = query.where(Delivery.id < before)
    rows = session.execute(query.order_by(Delivery.id.desc()).limit(at_once + 1)).all()
    shown = rows[:at_once]
    found = [one for one, _name, _number in shown]
    regions = _regions_of(session, {one.user_id for one in found if one.user_id is not None})
    groups = _groups(session, [one.recipient for one in found if one.channel == ROBOT])
    result = [
        DeliveryLine(
            one,
            state_of(one),
            result_of(one.last_error) if one.superseded_at is None else None,
            groups.get(one.recipient, "") if one.channel == ROBOT else name or "",
            "" if one.channel == ROBOT else _address(who, one, regions),
            number or "",
        )
        for one, name, number in shown
    ]
    return result, found[-1].id if len(rows) > at_once else None


def state_of(delivery: Delivery) -> DeliveryState:
    """The state of a delivery, as `CONDITIONS` has it."""
    if delivery.returned_at is not None:
        return DeliveryState.RETURNED
    if delivery.sent_at is not None:
        return DeliveryState.SENT
    if delivery.superseded_at is not None:
        return DeliveryState.SUPERSEDED
    return DeliveryState.WAITING if delivery.next_try_at is not None else DeliveryState.PARKED


def _conditions(who: Actor, wanted: DeliveryFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(CONDITIONS[wanted.state])
    if wanted.number:
        found.append(Lecture.number == wanted.number)
    if wanted.recipient:
        named = User.name.contains(wanted.recipient, autoescape=True)
        address = Delivery.recipient.contains(wanted.recipient.lower(), autoescape=True)
        # Whoever sees masked addresses only could otherwise find them letter by letter.
        found.append(or_(named, address) if who.has(Role.ADMIN) else named)
    if wanted.channel:
        found.append(Delivery.channel == wanted.channel)
    if wanted.kind is not None:
        found.append(Delivery.kind == wanted.kind)
    if wanted.start is not None:
        found.append(Delivery.created_at >= wanted.start)
    if wanted.end is not None:
        found.append(Delivery.created_at < wanted.end)
    return found


def _regions_of(session: Session, user_ids: Iterable[int]) -> dict[int, set[str]]:
    """In which regions accounts act."""
    ids = sorted(user_ids)
    if not ids:
        return {}
    query = (
        select(
            Membership.user_id,
            Membership.region_code,
            Organisation.region_code,
            Instructor.region_code,
        )
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Instructor, Instructor.id == Membership.instructor_id)
        .where(Membership.user_id.in_(ids))
    )
    found: defaultdict[int, set[str]] = defaultdict(set)
    for user_id, *codes in session.execute(query):
        found[user_id].update(code for code in codes if code)
    return found


def _groups(session: Session, recipients: Sequence[str]) -> dict[str, str]:
    """The names of groups, by the recipient of a delivery to them."""
    if not recipients:
        return {}
    names = session.execute(select(Robot.id, Robot.name)).all()
    return {f"{ROBOT}:{robot_id}": name for robot_id, name in names}


def _address(who: Actor, one: Delivery, regions: dict[int, set[str]]) -> str:
    """The address as far as the reader may see names to sign in with."""
    if who.has(Role.ADMIN):
        return one.recipient
    if one.user_id is None:
        return masked(one.recipient)
    readers = readers_of_account(
        who, user_id=one.user_id, region_codes=regions.get(one.user_id, set())
    )
    full = access(Datum.SIGN_IN_NAME, readers) is Access.FULL
    return one.recipient if full else masked(one.recipient)


def parked_count(session: Session, who: Actor) -> int:
    """How many deliveries in scope were given up."""
    query = select(func.count(Delivery.id)).where(PARKED, in_scope(who))
    return session.scalar(query) or 0


EVENT_PARKED: ColumnElement[bool] = and_(
    OutboxEvent.handled_at.is_(None), OutboxEvent.attempts >= MOST_FAILURES
)
"""SQL condition: the worker no longer tries to handle an event."""


def parked_events(session: Session) -> Sequence[OutboxEvent]:
    """Events that were given up, the oldest first."""
    query = select(OutboxEvent).where(EVENT_PARKED).order_by(OutboxEvent.id).limit(MOST_EVENTS)
    return session.scalars(query).all()


def parked_event_count(session: Session) -> int:
    """How many events were given up."""
    return session.scalar(select(func.count(OutboxEvent.id)).where(EVENT_PARKED)) or 0
