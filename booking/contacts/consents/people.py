"""Whose consents a user keeps: the own entries, and the account of a branch contact."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role
from booking.contacts.consents import queries
from booking.contacts.consents.engine.questions import Question, questions
from booking.contacts.consents.queries import ShownContact
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


def asked(
    session: Session, owners: Collection[Owner], register: PublicRegister
) -> Mapping[Owner, Sequence[Asked]]:
    """What persons are asked, with the answers. Three queries, however many they are."""
    contacts, given = queries.contacts_of(session, owners), queries.given_at(session, owners)
    return {owner: _asked(owner, contacts[owner], given[owner], register) for owner in owners}


def _asked(
    owner: Owner,
    contacts: Sequence[ShownContact],
    given: Mapping[Question, datetime],
    register: PublicRegister,
) -> list[Asked]:
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
    mine = owners(actor)
    return bool(mine) and any(asked(session, mine, register).values())
