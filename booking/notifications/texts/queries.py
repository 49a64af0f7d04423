"""Who gets text messages."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import lineage
from booking.accounts.models import Membership, User
from booking.accounts.successors.queries import present_code, present_id
from booking.notifications.choices import service as choices
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.texts.limits import number_hash
from booking.notifications.texts.models import StoppedBy, TextStop
from booking.settings import text_service
from booking.settings.engine.text_declarations import TextService

TEXTED = frozenset({MessageKind.ANSWER, MessageKind.CALENDAR, MessageKind.REMINDER})
"""The kinds of messages about which texts are written."""


def wants_texts(session: Session, user: User, kind: MessageKind) -> bool:
    """Whether messages of a kind go to this account's own number as texts.

    Those who read no mail get them, and those who chose them, unless they were stopped.
    """
    if kind not in TEXTED or text_service.chosen() is TextService.NONE:
        return False
    if not user.active or not reachable(session, user):
        return False
    return user.email is None or choices.ways(session, user, kind).text


def is_offered(user: User) -> bool:
    """Whether somebody can choose text messages: for a provider of `choices.ports`."""
    return user.phone is not None and text_service.chosen() is not TextService.NONE


def reachable(session: Session, user: User) -> bool:
    """Whether there is a number, and neither its owner nor the provider has stopped messages."""
    if user.phone is None:
        return False
    stop = session.get(TextStop, user.id)
    return stop is None or not _holds(stop, user.phone)


def stop_of(session: Session, user: User) -> TextStop | None:
    """The stop that holds for the account's present number, or None."""
    stop = session.get(TextStop, user.id)
    return stop if stop is not None and _holds(stop, user.phone or "") else None


def _holds(stop: TextStop, phone: str) -> bool:
    return stop.stopped_by is StoppedBy.PERSON or stop.number_hash == number_hash(phone)


def contacts_of(session: Session, organisation_id: int) -> list[User]:
    """The active branch contacts with a number of an organisation or its successor."""
    present = present_id(organisation_id).scalar_subquery()
    return _with_number(session, Membership.organisation_id == present)


def instructor_users(session: Session, instructor_id: int) -> list[User]:
    """The active users with a number and a membership as this instructor."""
    return _with_number(session, Membership.instructor_id == instructor_id)


def coordinators(session: Session, region_code: str) -> list[User]:
    """The active coordinators with a number of a region, or of the nearest above with anybody."""
    for code in lineage(present_code(session, region_code)):
        condition = Membership.region_code == code
        anybody = select(User.id).join(Membership).where(condition, User.active).limit(1)
        if session.scalar(anybody) is not None:
            return _with_number(session, condition)
    return []


def _with_number(session: Session, condition: ColumnElement[bool]) -> list[User]:
    query = select(User).join(Membership).where(condition, User.active, User.phone.is_not(None))
    return list(session.scalars(query.order_by(User.id)).unique())
