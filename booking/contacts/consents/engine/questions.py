"""What people are asked to agree to, and the answers that are in force. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from booking.contacts.engine.owners import Owner
from booking.instructors.engine.vocabulary import Channel
from booking.settings.engine.declarations import PublicRegister
from booking.visibility.engine.readers import CONTACT_PURPOSES, Purpose

TEXT_VERSION = "2026-11"
"""The version of the sentences in `words`. A release that changes what they mean raises it: people
are then asked again, and its migration withdraws what was agreed to before."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to agree to. Without a channel it is the entry as a whole."""

    purpose: Purpose
    channel: Channel | None

    @property
    def name(self) -> str:
        """The name of its control in forms."""
        return f"{self.purpose.value}-{self.channel.value if self.channel else 'entry'}"


ACCOUNT_PURPOSES = (Purpose.LECTURES,)
"""An account of a branch is in no list: its contact is for the other side of its lectures."""


def questions(
    owner: Owner, channels: Collection[Channel], register: PublicRegister
) -> list[Question]:
    """What a person with contacts of these channels is asked, the narrowest purpose first."""
    purposes = ACCOUNT_PURPOSES if owner.user_id is not None else CONTACT_PURPOSES
    found = [
        Question(purpose, channel)
        for purpose in purposes
        for channel in Channel
        if channel in channels
    ]
    if owner.instructor_id is not None and register is PublicRegister.PER_PERSON:
        found.append(Question(Purpose.ENTRY, None))
    return found


class InForce:
    """The consents in force of some people."""

    def __init__(self, rows: Iterable[tuple[int | None, int | None, Purpose, Channel | None]]):
        found: dict[tuple[Owner, Channel | None], set[Purpose]] = {}
        for instructor_id, user_id, purpose, channel in rows:
            found.setdefault((Owner(instructor_id, user_id), channel), set()).add(purpose)
        self._found: Mapping[tuple[Owner, Channel | None], set[Purpose]] = found

    def of(self, owner: Owner, channel: Channel | None) -> frozenset[Purpose]:
        """The purposes to which a person has agreed for a channel (None: for the entry)."""
        return frozenset(self._found.get((owner, channel), ()))

    def of_entry(self, instructor_id: int, channel: Channel | None) -> frozenset[Purpose]:
        """The same, of an entry of the register."""
        return self.of(Owner(instructor_id=instructor_id), channel)

    def of_account(self, user_id: int, channel: Channel | None) -> frozenset[Purpose]:
        """The same, of an account."""
        return self.of(Owner(user_id=user_id), channel)

    def has(self, owner: Owner, question: Question) -> bool:
        """Whether the answer to a question is yes."""
        return question.purpose in self.of(owner, question.channel)
