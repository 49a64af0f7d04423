"""Carry out one command on a nomination: lock, transition, history row, event. Its only writer.

The caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit
from booking.accounts.models import User
from booking.audit import About, Action, SubjectKind
from booking.errors import DomainError, NotFound
from booking.nominations.engine.events import NOMINATION_OUTBOX_KINDS, NominationEvent
from booking.nominations.engine.lifecycle import (
    OVER,
    NominationCommand,
    NominationMail,
    NominationParty,
    NominationState,
    take_transition,
)
from booking.nominations.models import Nomination, NominationHistory
from booking.outbox import service as outbox
from booking.text import plain


def locked(session: Session, nomination_id: int) -> Nomination:
    """The nomination with a lock on its row. Raises `NotFound`."""
    query = select(Nomination).where(Nomination.id == nomination_id)
    query = query.with_for_update(of=Nomination).execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def change(
    session: Session,
    nomination: Nomination,
    command: NominationCommand,
    *,
    party: NominationParty,
    user_id: int | None,
    now: datetime,
    reason: str = "",
    act: Callable[[], dict[str, Any] | None] = lambda: None,
) -> None:
    """Carry out a command on a locked nomination.

    `act` is called in the new state and returns further values of the event; if it raises, the
    state stays. Raises what `lifecycle.take_transition` raises.
    """
    reason = plain(reason).strip()
    transition = take_transition(nomination.state, command, party, reason)
    source, nomination.state = nomination.state, transition.target
    try:
        told = act() or {}
    except DomainError:
        nomination.state = source
        session.flush()
        raise
    nomination.changed_at = now
    if transition.target in OVER:
        nomination.decided_at = now
    record(
        session,
        nomination,
        command,
        source=source,
        party=party,
        user_id=user_id,
        now=now,
        reason=reason,
        mail=transition.mail,
        again=command is NominationCommand.CORRECT,
        **told,
    )


def record(
    session: Session,
    nomination: Nomination,
    command: NominationCommand,
    *,
    source: NominationState | None,
    party: NominationParty,
    user_id: int | None,
    now: datetime,
    mail: NominationMail | None,
    reason: str = "",
    **told: Any,
) -> None:
    """Add the history row, the event and the entry of the audit log, and flush."""
    session.add(
        NominationHistory(
            nomination_id=nomination.id,
            at=now,
            user_id=user_id,
            actor_name=_actor_name(user_id),
            party=party,
            command=command,
            source=source,
            target=nomination.state,
            reason=reason,
        )
    )
    if mail is not None:
        event = replace(_snapshot(nomination, mail, user_id, now, reason), **told)
        outbox.record(session, NOMINATION_OUTBOX_KINDS[mail], event, now=now)
    audit.record(
        session,
        Action.NOMINATION_CHANGED,
        about=About(SubjectKind.NOMINATION, nomination.id, nomination.name),
        region_code=nomination.region_code,
        detail={"change": command.value},
    )
    session.flush()


def _actor_name(user_id: int | None) -> Any:
    """The user's name as a scalar subquery of the INSERT; empty where nobody was signed in."""
    if user_id is None:
        return ""
    return select(User.name).where(User.id == user_id).scalar_subquery()


def _snapshot(
    nomination: Nomination, kind: NominationMail, user_id: int | None, now: datetime, reason: str
) -> NominationEvent:
    organisation = nomination.organisation
    return NominationEvent(
        kind=kind,
        at=now,
        nomination_id=nomination.id,
        origin=nomination.origin,
        by_user_id=user_id,
        name=nomination.name,
        workplace=nomination.workplace,
        organisation="" if organisation is None else organisation.name,
        region_code=nomination.region_code,
        region=nomination.region.name,
        reason=reason,
        trial_at=nomination.trial_at,
        trial_place=nomination.trial_place or "",
    )
