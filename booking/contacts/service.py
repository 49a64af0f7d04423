"""Shows contacts as a recorded act, keeps contacts, deletes old records of reveals.

The caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.audit import By
from booking.contacts.engine.owners import Owner
from booking.contacts.engine.reveals import LIMIT_WINDOW, Basis, ShownContact, Through, is_over
from booking.contacts.errors import NothingToShow, RevealLimit
from booking.contacts.models import Reveal
from booking.contacts.queries import contacts_of_all, showable
from booking.text import one_line

LONGEST_NAME, LONGEST_UNIT, LONGEST_REASON = 60, 120, 200


@dataclass(frozen=True, slots=True)
class ContactReader:
    """Who is shown a contact: the account, its name, and the unit or region it acts for."""

    user_id: int
    name: str
    unit: str = ""


def reveal(
    session: Session,
    *,
    owner: Owner,
    reader: ContactReader,
    basis: Basis,
    now: datetime,
    limit: int,
) -> Sequence[ShownContact]:
    """Show contacts once, and record each of them in the same transaction.

    Raises `NothingToShow` (404) where the table of visibility allows none or the period is over,
    and `RevealLimit` (429) where `reader` was shown the contacts of `limit` others within
    `LIMIT_WINDOW`.
    """
    # Two requests of one reader count one after the other.
    session.execute(select(User.id).where(User.id == reader.user_id).with_for_update())
    shown = showable(session, [owner], basis)[owner]
    if is_over(basis.until, now) or not shown:
        raise NothingToShow()
    _check_limit(session, owner, reader.user_id, now=now, limit=limit)
    session.add_all(
        Reveal(
            instructor_id=owner.instructor_id,
            user_id=owner.user_id,
            channel=one.channel,
            hint=one.hint,
            reader_id=reader.user_id,
            reader_name=one_line(reader.name)[:LONGEST_NAME],
            reader_unit=one_line(reader.unit)[:LONGEST_UNIT],
            through=basis.through,
            reference=basis.reference,
            reason=one_line(basis.reason)[:LONGEST_REASON],
            shown_at=now,
        )
        for one in shown
    )
    session.flush()
    return [ShownContact(one.channel, one.value) for one in shown]


def record_exported(
    session: Session,
    *,
    instructor_ids: Collection[int],
    by: By,
    region_code: str,
    reason: str,
    now: datetime,
) -> int:
    """Record that a file with all contacts of these entries was made; returns of how many.

    Whoever keeps the register exports it as a whole: the limit of reveals does not count here.
    """
    owners = [Owner(instructor_id=one) for one in instructor_ids]
    rows = [
        {
            "instructor_id": owner.instructor_id,
            "channel": one.channel,
            "hint": one.hint,
            "reader_id": by.user_id,
            "reader_name": one_line(by.label)[:LONGEST_NAME],
            "reader_unit": "",
            "through": Through.EXPORT,
            "reference": region_code,
            "reason": one_line(reason)[:LONGEST_REASON],
            "shown_at": now,
        }
        for owner, kept in contacts_of_all(session, owners).items()
        for one in kept
    ]
    if rows:
        session.execute(insert(Reveal), rows)
    return len(rows)


def _check_limit(
    session: Session, owner: Owner, reader_id: int, *, now: datetime, limit: int
) -> None:
    """Refuse a further person; who was shown already can be shown again."""
    people = (
        select(
            Reveal.instructor_id,
            Reveal.user_id,
            func.min(Reveal.shown_at).label("first"),
        )
        .where(Reveal.reader_id == reader_id, Reveal.shown_at > now - LIMIT_WINDOW)
        .group_by(Reveal.instructor_id, Reveal.user_id)
    )
    seen = {(row[0], row[1]): row[2] for row in session.execute(people)}
    if len(seen) < limit or (owner.instructor_id, owner.user_id) in seen:
        return
    oldest: datetime = min(seen.values())
    wait: timedelta = oldest + LIMIT_WINDOW - now
    raise RevealLimit(limit, int(wait.total_seconds()))
