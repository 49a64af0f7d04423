"""How many requests a branch may have: those that wait for an answer, and those of one day.

A coordinator raises the numbers of an organisation in scope; without own numbers the usual
ones hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, case, false, func, or_, select, true
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import Organisation
from booking.accounts.queries import lies_under
from booking.availability.engine.hours import day_bounds, local_date
from booking.errors import Invalid, NotFound
from booking.lectures.engine import policy
from booking.lectures.engine.errors import TooManyOpen, TooManyToday
from booking.lectures.engine.lifecycle import State
from booking.lectures.models import Lecture

USUAL_OPEN = 20
"""Requests of a branch that may wait for an answer at once. Ours; no source gives one."""

USUAL_DAILY = 30
"""Requests that a branch may send on one local day. Ours as well."""

SHOWN = 100
"""Organisations on one page; others are found by name."""

Line = Row[int, str, int | None, int | None, int, int, int]
"""An organisation: id, name, own numbers, requests that wait, those of today, and the total."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The first `SHOWN` organisations, and how many there are in all."""

    rows: Sequence[Line]
    total: int


def check(session: Session, organisation_id: int, *, now: datetime, zone: ZoneInfo) -> None:
    """Refuse a request beyond the numbers of its branch; raises `TooManyOpen`, `TooManyToday`.

    Requests of one branch stand in line here until the transaction ends, so that of many at once
    none is overlooked. On SQLite the transaction is the only writer.
    """
    query = (
        select(Organisation.open_limit, Organisation.daily_limit)
        .where(Organisation.id == organisation_id)
        # Others may insert rows that name the organisation meanwhile.
        .with_for_update(key_share=True)
    )
    limits = session.execute(query).one_or_none()
    if limits is None:
        raise NotFound()
    # A statement of its own: it sees what was committed while this one waited for the lock.
    counts = _counted(now, zone)
    found = select(*counts).where(Lecture.organisation_id == organisation_id, _recent(now, zone))
    open_now, today = session.execute(found).one()
    most_open = USUAL_OPEN if limits.open_limit is None else limits.open_limit
    most_daily = USUAL_DAILY if limits.daily_limit is None else limits.daily_limit
    if open_now >= most_open:
        raise TooManyOpen(most_open)
    if today >= most_daily:
        raise TooManyToday(most_daily)


def _recent(now: datetime, zone: ZoneInfo) -> ColumnElement[bool]:
    """No lecture that begins before today waits or was requested today: an index begins here."""
    return Lecture.starts_at >= day_bounds(local_date(now, zone), zone)[0]


def _counted(now: datetime, zone: ZoneInfo) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Requests that wait for an answer, and requests that were sent today."""
    midnight, next_midnight = day_bounds(local_date(now, zone), zone)
    today = (Lecture.created_at >= midnight) & (Lecture.created_at < next_midnight)
    waits = (Lecture.state == State.REQUESTED) & (Lecture.starts_at > now)
    return (
        func.count(case((waits, 1))),
        func.count(case((today, 1))),
    )


def in_scope(who: Actor) -> ColumnElement[bool]:
    """The organisations that somebody coordinates."""
    if who.has(Role.ADMIN):
        return true()
    return or_(false(), *(lies_under(Organisation.region_code, scope) for scope in who.scopes))


def overview(session: Session, who: Actor, *, name: str, now: datetime, zone: ZoneInfo) -> Lines:
    """Organisations in somebody's scope, by part of the name, or those that ask or have numbers.

    Who has most requests waiting comes first. One query.
    """
    open_now, today = _counted(now, zone)
    query = (
        select(
            Organisation.id,
            Organisation.name,
            Organisation.open_limit,
            Organisation.daily_limit,
            open_now.label("open"),
            today.label("today"),
            func.count().over().label("total"),
        )
        .outerjoin(Lecture, (Lecture.organisation_id == Organisation.id) & _recent(now, zone))
        .where(in_scope(who))
        .group_by(
            Organisation.id, Organisation.name, Organisation.open_limit, Organisation.daily_limit
        )
        .order_by(open_now.desc(), today.desc(), Organisation.id)
        .limit(SHOWN)
    )
    if name:
        query = query.where(Organisation.name.contains(name, autoescape=True))
    else:
        own = Organisation.open_limit.is_not(None) | Organisation.daily_limit.is_not(None)
        query = query.having(or_(open_now > 0, today > 0, own))
    rows = session.execute(query).all()
    return Lines(rows, rows[0].total if rows else 0)


def set_limits(
    session: Session, organisation_id: int, *, open_limit: int | None, daily_limit: int | None
) -> Organisation:
    """Give an organisation numbers of its own; None: as usual. Raises `Invalid`, `NotFound`."""
    for field, value in (("open_limit", open_limit), ("daily_limit", daily_limit)):
        if value is not None and not 1 <= value <= policy.MOST_REQUESTS:
            raise Invalid(_("Use a number from 1 to 1000, or leave it empty."), field=field)
    query = select(Organisation).where(Organisation.id == organisation_id)
    # Locked, so that the entry tells the numbers that are replaced.
    query = query.with_for_update(of=Organisation).execution_options(populate_existing=True)
    organisation = session.scalars(query).one_or_none()
    if organisation is None:
        raise NotFound()
    before = {"open_limit": organisation.open_limit, "daily_limit": organisation.daily_limit}
    after = {"open_limit": open_limit, "daily_limit": daily_limit}
    organisation.open_limit, organisation.daily_limit = open_limit, daily_limit
    session.flush()
    if after != before:
        _record(session, organisation, before, after)
    return organisation


def _record(
    session: Session,
    organisation: Organisation,
    before: dict[str, int | None],
    after: dict[str, int | None],
) -> None:
    """Each number that changed, as the old one and the new one."""
    changed = {name: [before[name], after[name]] for name in after if after[name] != before[name]}
    audit.record(
        session,
        audit.Action.LIMIT_CHANGED,
        about=audit.About(audit.Kind.ORGANISATION, organisation.id, organisation.name),
        region_code=organisation.region_code,
        detail=changed,
    )
