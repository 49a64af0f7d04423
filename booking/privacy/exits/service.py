"""Somebody leaves, takes it back, or is erased. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import audit, i18n
from booking.accounts.engine.roles import SYSTEM, Actor, Role
from booking.accounts.models import Membership, User
from booking.accounts.service import as_subject
from booking.audit import About, Action, SubjectKind
from booking.errors import Invalid
from booking.instructors import editable_entry
from booking.instructors.editable_entry import EditableEntry
from booking.members.people.service import keep_one_administrator
from booking.nominations.departures.service import LONGEST_REASON, PERMISSION
from booking.privacy.erasure import audit_log
from booking.privacy.erasure import service as erasure
from booking.privacy.erasure.subject import neutral_label
from booking.privacy.exits import effects, queries
from booking.privacy.exits.errors import LeavesAlready, NothingToTakeBack
from booking.privacy.exits.models import Leaving, LeavingState
from booking.sentences import N_
from booking.settings.engine.declarations import LEAVING_DAYS
from booking.settings.queries import in_force
from booking.text import is_blank, one_line


def ask(session: Session, *, actor: Actor, today: date, now: datetime) -> Leaving:
    """The signed-in person leaves, with all entries of the account.

    Raises `LeavesAlready` and `LastAdministrator` (409).
    """
    assert actor.user_id is not None
    user = _locked(session, actor.user_id)
    if queries.of_user(session, user.id) is not None:
        raise LeavesAlready()
    if any(one.role is Role.ADMIN for one in user.memberships):
        keep_one_administrator(session, user.id)
    entries = [
        _editable(session, instructor_id, actor, "entry.edit")
        for instructor_id in sorted(actor.instructor_ids)
    ]
    return _begin(session, user, entries, reason="", actor=actor, today=today, now=now)


def ask_for(
    session: Session, *, instructor_id: int, reason: str, actor: Actor, today: date, now: datetime
) -> Leaving:
    """A coordinator notes that the person of an entry wants to leave, and how that is known.

    An account that is for this entry alone ends as well. Raises `Invalid` (422) without a reason,
    `LeavesAlready` (409), `NotFound`, `Forbidden`.
    """
    reason = one_line(reason)
    if is_blank(reason) or len(reason) > LONGEST_REASON:
        raise Invalid(
            N_("Say why, in at most %(max)s characters.", max=LONGEST_REASON), field="reason"
        )
    entry = _editable(session, instructor_id, actor, PERMISSION)
    if queries.is_involved(session, instructor_id):
        raise LeavesAlready()
    user = _only_account(session, instructor_id)
    return _begin(session, user, [entry], reason=reason, actor=actor, today=today, now=now)


def _begin(
    session: Session,
    user: User | None,
    entries: Sequence[EditableEntry],
    *,
    reason: str,
    actor: Actor,
    today: date,
    now: datetime,
) -> Leaving:
    leaving = Leaving(
        state=LeavingState.WAITING,
        user_id=user.id if user else None,
        asked_by_id=actor.user_id,
        reason=reason,
        memberships=effects.end_memberships(session, user, now) if user else [],
        asked_at=now,
        due_at=now + timedelta(days=in_force(LEAVING_DAYS)),
    )
    with force_locale(i18n.languages()[0]):
        why = reason or str(_("Own wish"))
    for entry in entries:
        leaving.entries.append(
            effects.hide(
                session, entry=entry, reason=why, user_id=actor.user_id, today=today, now=now
            )
        )
    session.add(leaving)
    session.flush()
    effects.withdraw_consents(
        session, user_id=leaving.user_id, instructor_ids=leaving.instructor_ids, now=now
    )
    effects.end_contact_requests(
        session, instructor_ids=leaving.instructor_ids, user_id=leaving.user_id, now=now
    )
    _record(session, Action.LEAVING_ASKED, leaving)
    return leaving


def take_back(session: Session, *, actor: Actor, now: datetime) -> Leaving:
    """The person stays; raises `NothingToTakeBack` (409)."""
    assert actor.user_id is not None
    user = _locked(session, actor.user_id)
    leaving = queries.of_user(session, user.id, lock=True)
    if leaving is None:
        raise NothingToTakeBack()
    return _end(session, leaving, now)


def take_back_for(session: Session, *, instructor_id: int, actor: Actor, now: datetime) -> Leaving:
    """A coordinator notes that the person of an entry stays after all.

    Only what a coordinator has noted: the own wish is the person's. Raises `NothingToTakeBack`.
    """
    _editable(session, instructor_id, actor, PERMISSION)
    leaving = queries.of_entry(session, instructor_id, lock=True)
    if leaving is None or not leaving.reason:
        raise NothingToTakeBack()
    return _end(session, leaving, now)


def _end(session: Session, leaving: Leaving, now: datetime) -> Leaving:
    leaving.state, leaving.ended_at = LeavingState.TAKEN_BACK, now
    session.flush()
    for kept in leaving.entries:
        # Whoever may take it back was asked above: the entry may be out of reach while hidden.
        entry = _editable(session, kept.instructor_id, SYSTEM, PERMISSION)
        effects.show_again(session, entry=entry, kept=kept, now=now)
    if leaving.user_id is not None:
        user = _locked(session, leaving.user_id)
        effects.give_memberships_back(session, user, leaving, now)
    _record(session, Action.LEAVING_TAKEN_BACK, leaving)
    return leaving


def carry_out(session: Session, *, leaving_id: int, now: datetime) -> bool:
    """Erase the person, if the day has come and nothing is owed; returns whether it was done."""
    leaving = session.scalars(
        select(Leaving)
        .where(Leaving.id == leaving_id)
        .with_for_update(of=Leaving)
        .execution_options(populate_existing=True)
    ).one()
    if leaving.state is not LeavingState.WAITING or leaving.due_at > now:
        return False
    if queries.promised(session, leaving.instructor_ids, now):
        return False
    ids = leaving.instructor_ids
    leaving.state = LeavingState.ERASING
    session.flush()
    erasure.erase(session, user_id=leaving.user_id, instructor_ids=ids, now=now)
    leaving = session.get_one(Leaving, leaving_id)
    leaving.state, leaving.ended_at = LeavingState.DONE, now
    for one in queries.every_of(session, leaving.user_id, ids):
        one.reason, one.memberships = "", []
        for kept in one.entries:
            kept.terms = []
    _record(session, Action.PERSON_ERASED, leaving)
    return True


def erase_log(session: Session, *, leaving_id: int, now: datetime) -> None:
    """Take the name out of the audit log, when the law no longer keeps it there."""
    leaving = session.get_one(Leaving, leaving_id, with_for_update=True)
    leaving.state = LeavingState.ERASING
    session.flush()
    audit_log.erase(
        session,
        user_id=leaving.user_id,
        instructor_ids=leaving.instructor_ids,
        label=neutral_label(of_entry=bool(leaving.entries)),
        now=now,
    )
    leaving.state, leaving.log_erased_at = LeavingState.DONE, now
    session.flush()


def _locked(session: Session, user_id: int) -> User:
    return session.scalars(select(User).where(User.id == user_id).with_for_update(of=User)).one()


def _editable(session: Session, instructor_id: int, actor: Actor, permission: str) -> EditableEntry:
    return editable_entry.editable(
        session, instructor_id=instructor_id, actor=actor, permission=permission
    )


def _only_account(session: Session, instructor_id: int) -> User | None:
    """The account that is for this entry and nothing else."""
    of_entry = select(Membership.user_id).where(Membership.instructor_id == instructor_id)
    user_ids = session.scalars(of_entry).all()
    if len(user_ids) != 1:
        return None
    user = _locked(session, user_ids[0])
    return user if len(user.memberships) == 1 else None


def _record(session: Session, action: Action, leaving: Leaving) -> None:
    """Record it with the person's present label, which after the erasing is the neutral one."""
    first = leaving.entries[0].instructor if leaving.entries else None
    if leaving.user_id is not None:
        about = as_subject(session.get_one(User, leaving.user_id))
    else:
        assert first is not None
        about = About(SubjectKind.INSTRUCTOR, first.id, first.name)
    audit.record(
        session,
        action,
        about=about,
        region_code=first.region_code if first else None,
        detail={"entries": len(leaving.entries)},
    )
    session.flush()
