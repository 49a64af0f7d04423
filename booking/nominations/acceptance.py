"""Take a nominated person into the register: entry, term, and number of the certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.availability import service as availability
from booking.errors import Invalid, NotFound
from booking.instructors import editable_entry
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Instructor
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.nominations import changes
from booking.nominations.certificates import numbers
from booking.nominations.departures import readmission
from booking.nominations.engine import terms
from booking.nominations.engine.lifecycle import (
    NominationCommand,
    NominationParty,
)
from booking.nominations.models import Nomination
from booking.sentences import N_


@dataclass(frozen=True, slots=True)
class Appointment:
    """How somebody comes into the register: from which day, for how long, and as which entry."""

    first: date
    years: int
    instructor_id: int | None = None
    """The entry that is completed; None: a new one."""


def accept(
    session: Session,
    nomination: Nomination,
    *,
    appointment: Appointment,
    actor: Actor,
    now: datetime,
) -> Instructor:
    """Take the person into the register with a term and the number of a certificate.

    Raises `Forbidden` (403) unless `actor` keeps the register of the region, `Invalid` (422) if an
    entry of this name and workplace exists and was not chosen, or if terms would overlap.
    """

    def act() -> dict[str, object]:
        last = terms.last_day(appointment.first, appointment.years)
        instructor = _entry(session, nomination, appointment.instructor_id, actor, now)
        number = numbers.next_number(session, appointment.first.year)
        availability.add_term(
            session,
            instructor_id=instructor.id,
            first=appointment.first,
            last=last,
            certificate=number,
        )
        nomination.instructor = instructor
        return {"first": appointment.first, "last": last, "certificate": number}

    changes.change(
        session,
        nomination,
        NominationCommand.ACCEPT,
        party=NominationParty.REVIEWER,
        user_id=actor.user_id,
        now=now,
        act=act,
    )
    assert nomination.instructor is not None
    return nomination.instructor


def _entry(
    session: Session,
    nomination: Nomination,
    instructor_id: int | None,
    actor: Actor,
    now: datetime,
) -> Instructor:
    facts = _facts(nomination)
    if instructor_id is None:
        known = select(Instructor.id).where(
            Instructor.name == facts.name, Instructor.workplace == facts.workplace
        )
        if session.scalar(known) is not None:
            raise Invalid(
                N_("The register has an entry with this name and workplace. Choose it."),
                field="entry",
            )
        return instructors.add_instructor(session, facts=facts, actor=actor, now=now)
    entry = editable_entry.editable(
        session, instructor_id=instructor_id, actor=actor, permission="register.import"
    )
    if entry.instructor.name != nomination.name:
        raise NotFound()
    instructors.complete(session, entry=entry, facts=facts, now=now)
    readmission.list_again(session, entry=entry, now=now)
    return entry.instructor


def _facts(nomination: Nomination) -> InstructorFacts:
    field_ids = tuple(field.id for field in nomination.fields)
    contacts = ((Channel.PHONE, nomination.phone), (Channel.EMAIL, nomination.email))
    return InstructorFacts(
        name=nomination.name,
        workplace=nomination.workplace,
        region_code=nomination.region_code,
        title=nomination.title,
        introduction=nomination.introduction,
        field_ids=field_ids,
        topics=tuple(
            TopicFacts(
                title=topic.title,
                summary=topic.summary,
                minutes=topic.minutes,
                field_id=field_ids[0] if field_ids else None,
            )
            for topic in nomination.topics
        ),
        contacts=tuple((channel, value) for channel, value in contacts if value),
    )
