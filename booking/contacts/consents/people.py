"""Whose consents a user keeps: the own entries, and the account of a branch contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role
from booking.contacts.consents import queries
from booking.contacts.consents.engine.questions import Question, questions
from booking.contacts.engine.owners import Owner
from booking.instructors.engine.vocabulary import Channel
from booking.settings.engine.declarations import PublicRegister


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its present answer, for the page."""

    owner: Owner
    question: Question
    values: tuple[str, ...]
    """The contacts of its channel, for the person alone."""
    given_at: datetime | None
    """Since when the answer is yes; None: it is no."""


def owners(actor: Actor) -> list[Owner]:
    """Everybody whose consents this user keeps, entries first."""
    found = [Owner(instructor_id=one) for one in sorted(actor.instructor_ids)]
    if actor.has(Role.BRANCH) and actor.user_id is not None:
        found.append(Owner(user_id=actor.user_id))
    return found


def asked(session: Session, owner: Owner, register: PublicRegister) -> list[Asked]:
    """What a person is asked, with the answers. Two queries."""
    contacts, given = queries.contacts_of(session, owner), queries.given_at(session, owner)
    values = {
        channel: tuple(one.value for one in contacts if one.channel is channel)
        for channel in Channel
    }
    channels = [channel for channel in Channel if values[channel]]
    # What somebody agreed to before the contact or the setting went can still be taken back.
    every = dict.fromkeys([*questions(owner, channels, register), *given])
    return [
        Asked(
            owner,
            question,
            values[question.channel] if question.channel else (),
            given.get(question),
        )
        for question in every
    ]


def has_questions(session: Session, actor: Actor, register: PublicRegister) -> bool:
    """Whether there is anything to ask this user."""
    return any(asked(session, owner, register) for owner in owners(actor))
