"""Nominate somebody, correct and withdraw it, review it.

The caller owns the transaction and has checked the permission for the nomination.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import Organisation
from booking.accounts.service import known_region
from booking.errors import Invalid
from booking.instructors.models import Field
from booking.nominations import changes
from booking.nominations.engine.application import Application, Origin, check
from booking.nominations.engine.lifecycle import (
    LONGEST_REASON,
    REASON_TOO_LONG,
    NominationCommand,
    NominationMail,
    NominationParty,
    NominationState,
)
from booking.nominations.models import Nomination, NominationTopic
from booking.sentences import N_
from booking.text import plain

LONGEST_PLACE = 200


@dataclass(frozen=True, slots=True)
class Nominator:
    """Who nominates: a user or nobody known, and the unit for which a contact does it."""

    origin: Origin
    user_id: int | None
    organisation_id: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Acting:
    """Who gives a command, as which party, and when."""

    party: NominationParty
    user_id: int | None
    now: datetime


def submit(
    session: Session, *, application: Application, nominator: Nominator, now: datetime
) -> Nomination:
    """Add a nomination. Raises `Invalid` (422) for what is missing or too long."""
    _checked(session, application)
    nomination = Nomination(
        state=NominationState.SUBMITTED,
        origin=nominator.origin,
        user_id=nominator.user_id,
        organisation=session.get(Organisation, nominator.organisation_id)
        if nominator.organisation_id is not None
        else None,
        language=nominator.language,
        created_at=now,
        changed_at=now,
    )
    _write(session, nomination, application)
    session.add(nomination)
    session.flush()
    changes.record(
        session,
        nomination,
        NominationCommand.SUBMIT,
        source=None,
        party=NominationParty.NOMINATOR,
        user_id=nominator.user_id,
        now=now,
        mail=NominationMail.SUBMITTED,
    )
    return nomination


def correct(
    session: Session, nomination: Nomination, *, application: Application, acting: Acting
) -> None:
    """Put corrected values into a nomination that was returned, and submit it again."""
    _checked(session, application)
    changes.change(
        session,
        nomination,
        NominationCommand.CORRECT,
        party=acting.party,
        user_id=acting.user_id,
        now=acting.now,
        act=lambda: _write(session, nomination, application),
    )


def give_command(
    session: Session,
    nomination: Nomination,
    command: NominationCommand,
    *,
    acting: Acting,
    reason: str = "",
) -> None:
    """Return, reject or withdraw."""
    changes.change(
        session,
        nomination,
        command,
        party=acting.party,
        user_id=acting.user_id,
        now=acting.now,
        reason=reason,
    )


def arrange_trial(
    session: Session, nomination: Nomination, *, at: datetime, place: str, acting: Acting
) -> None:
    """Arrange the trial lecture. Raises `Invalid` for a past time or a missing place."""
    place = plain(place).strip()
    if at <= acting.now:
        raise Invalid(N_("This time has passed. Choose a later one."), field="day")
    if not place or len(place) > LONGEST_PLACE:
        raise Invalid(
            N_("Say where it takes place, in at most %(max)s characters.", max=LONGEST_PLACE),
            field="place",
        )

    def act() -> dict[str, object]:
        nomination.trial_at, nomination.trial_place = at, place
        nomination.trial_passed, nomination.trial_note = None, ""
        return {"trial_at": at, "trial_place": place}

    changes.change(
        session,
        nomination,
        NominationCommand.ARRANGE,
        party=acting.party,
        user_id=acting.user_id,
        now=acting.now,
        act=act,
    )


def note_trial(
    session: Session, nomination: Nomination, *, passed: bool, note: str, acting: Acting
) -> None:
    """Note how the trial lecture went; nobody but reviewers sees the note."""
    note = plain(note).strip()
    if len(note) > LONGEST_REASON:
        raise Invalid(REASON_TOO_LONG, field="note")

    def act() -> None:
        nomination.trial_passed, nomination.trial_note = passed, note

    changes.change(
        session,
        nomination,
        NominationCommand.NOTE,
        party=acting.party,
        user_id=acting.user_id,
        now=acting.now,
        act=act,
    )


def _checked(session: Session, application: Application) -> None:
    check(application)
    known_region(session, application.region_code)
    if len(_fields(session, application)) < len(set(application.field_codes)):
        raise Invalid(N_("There is no such field. Choose one from the list."), field="field_1")


def _fields(session: Session, application: Application) -> list[Field]:
    wanted = select(Field).where(Field.code.in_(application.field_codes)).order_by(Field.id)
    return list(session.scalars(wanted))


def _write(session: Session, nomination: Nomination, application: Application) -> None:
    nomination.region_code = application.region_code
    nomination.region = known_region(session, application.region_code)
    nomination.name, nomination.workplace = application.name, application.workplace
    nomination.title, nomination.introduction = application.title, application.introduction
    nomination.phone, nomination.email = application.phone, application.email
    nomination.fields = _fields(session, application)
    nomination.topics = [
        NominationTopic(title=topic.title, minutes=topic.minutes, summary=topic.summary)
        for topic in application.topics
    ]
