"""Request limits of branches: unanswered requests, requests per local day, orders per quarter.

A coordinator sets the limits of an organisation in scope; without own limits the defaults
apply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from blinker import Signal
from sqlalchemy import Row, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.engine.roles import Actor
from booking.accounts.models import Organisation
from booking.accounts.successors.queries import LIVE
from booking.availability.engine.zones import day_bounds, local_date
from booking.errors import Invalid, NotFound
from booking.lectures.engine import policy
from booking.lectures.engine.errors import BranchClosed, TooManyOpen, TooManyToday
from booking.lectures.engine.transitions import WAITING
from booking.lectures.models import Lecture
from booking.lectures.overview import organisation_in_scope
from booking.settings.engine.declarations import DAILY_LIMIT, OPEN_LIMIT
from booking.settings.queries import in_force

counting_open = Signal("counting_open")
"""Signal sent with `organisation_id`; receivers return how much waits beside requests."""

SHOWN = 100
"""Rows on the page of limits; other organisations are found by name."""

Line = Row[int, str, int | None, int | None, bool, int, int, int]
"""Id, name, own open and daily limit, whether it asks for review, unanswered requests, requests of
today, total rows."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The first `SHOWN` rows, and the total number of matching organisations."""

    rows: Sequence[Line]
    total: int


_LIMITS = (
    select(
        Organisation.open_limit,
        Organisation.daily_limit,
        Organisation.merged_into_id,
        Organisation.closed_at,
        Organisation.closed_reason,
    )
    .where(Organisation.id == bindparam("organisation_id"))
    # FOR NO KEY UPDATE: other transactions may still insert rows with this foreign key.
    .with_for_update(key_share=True)
)

_OPEN = func.count(case((Lecture.state.in_(WAITING) & (Lecture.starts_at > bindparam("now")), 1)))
"""Unanswered requests."""

_TODAY = func.count(
    case(
        (
            (Lecture.created_at >= bindparam("midnight"))
            & (Lecture.created_at < bindparam("next_midnight")),
            1,
        )
    )
)
"""Requests that were sent today."""

_RECENT = Lecture.starts_at >= bindparam("midnight")
"""Lectures from today on, a superset of those counted: it lets the index on the start serve."""

_COUNTS = select(_OPEN, _TODAY).where(
    Lecture.organisation_id == bindparam("organisation_id"), _RECENT
)


def check(session: Session, organisation_id: int, *, now: datetime, zone: ZoneInfo) -> int:
    """Check the request limits of a branch; returns its id, or that of who took it in.

    Raises `TooManyOpen`, `TooManyToday`, `BranchClosed`, `NotFound`. Locks the organisation's row
    until the transaction ends, so that concurrent requests of one branch are counted one after the
    other. On SQLite the transaction is the only writer.
    """
    connection = session.connection()
    limits = connection.execute(_LIMITS, {"organisation_id": organisation_id}).one_or_none()
    if limits is None:
        raise NotFound()
    if limits.merged_into_id is not None:
        return check(session, limits.merged_into_id, now=now, zone=zone)
    if limits.closed_at is not None:
        raise BranchClosed(limits.closed_reason)
    # A separate statement: its snapshot includes what was committed while the lock was awaited.
    values = _instants(now, zone) | {"organisation_id": organisation_id}
    open_now, today = connection.execute(_COUNTS, values).one()
    most_open = in_force(OPEN_LIMIT) if limits.open_limit is None else limits.open_limit
    most_daily = in_force(DAILY_LIMIT) if limits.daily_limit is None else limits.daily_limit
    if open_now + _waiting_elsewhere(session, organisation_id) >= most_open:
        raise TooManyOpen(most_open)
    if today >= most_daily:
        raise TooManyToday(most_daily)
    return organisation_id


def open_count(session: Session, organisation_id: int, *, now: datetime, zone: ZoneInfo) -> int:
    """What of a branch waits: unanswered requests, and what other features count with them."""
    values = _instants(now, zone) | {"organisation_id": organisation_id}
    requests, _today = session.connection().execute(_COUNTS, values).one()
    return int(requests) + _waiting_elsewhere(session, organisation_id)


def _waiting_elsewhere(session: Session, organisation_id: int) -> int:
    answers = counting_open.send(session, organisation_id=organisation_id)
    return sum(number for _receiver, number in answers)


def _instants(now: datetime, zone: ZoneInfo) -> dict[str, object]:
    """Values of the bind parameters that the counts have in common."""
    midnight, next_midnight = day_bounds(local_date(now, zone), zone)
    return {"now": now, "midnight": midnight, "next_midnight": next_midnight}


def overview(session: Session, who: Actor, *, name: str, now: datetime, zone: ZoneInfo) -> Lines:
    """Organisations in the actor's scope whose name contains `name`.

    Without a name: those with requests, own limits or review. Most unanswered requests first. One
    query.
    """
    query = (
        select(
            Organisation.id,
            Organisation.name,
            Organisation.open_limit,
            Organisation.daily_limit,
            Organisation.reviews,
            _OPEN.label("open"),
            _TODAY.label("today"),
            func.count().over().label("total"),
        )
        .outerjoin(Lecture, (Lecture.organisation_id == Organisation.id) & _RECENT)
        .where(organisation_in_scope(who), LIVE)
        .group_by(
            Organisation.id,
            Organisation.name,
            Organisation.open_limit,
            Organisation.daily_limit,
            Organisation.reviews,
        )
        .order_by(_OPEN.desc(), _TODAY.desc(), Organisation.id)
        .limit(SHOWN)
    )
    if name:
        query = query.where(Organisation.name.contains(name, autoescape=True))
    else:
        own = Organisation.open_limit.is_not(None) | Organisation.daily_limit.is_not(None)
        query = query.having(or_(_OPEN > 0, _TODAY > 0, own, Organisation.reviews))
    rows = session.execute(query, _instants(now, zone)).all()
    return Lines(rows, rows[0].total if rows else 0)


def set_limits(
    session: Session,
    organisation_id: int,
    *,
    open_limit: int | None,
    daily_limit: int | None,
    quarter_limit: int | None = None,
) -> Organisation:
    """Set an organisation's limits; None: the default. Raises `Invalid`, `NotFound`."""
    after = {
        "open_limit": open_limit,
        "daily_limit": daily_limit,
        "quarter_limit": quarter_limit,
    }
    for field, value in after.items():
        if value is not None and not 1 <= value <= policy.MOST_REQUESTS:
            raise Invalid(policy.WRONG_REQUEST_LIMIT, field=field)
    query = select(Organisation).where(Organisation.id == organisation_id)
    # Locked, so that the audit entry has the values that are actually replaced.
    query = query.with_for_update(of=Organisation).execution_options(populate_existing=True)
    organisation = session.scalars(query).one_or_none()
    if organisation is None:
        raise NotFound()
    before = {name: getattr(organisation, name) for name in after}
    for name, value in after.items():
        setattr(organisation, name, value)
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
    """Write the audit entry: old and new value of each limit that changed."""
    changed = {name: [before[name], after[name]] for name in after if after[name] != before[name]}
    audit.record(
        session,
        audit.Action.LIMIT_CHANGED,
        about=audit.About(audit.SubjectKind.ORGANISATION, organisation.id, organisation.name),
        region_code=organisation.region_code,
        detail=changed,
    )
