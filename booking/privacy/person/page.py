"""What the person's own page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from booking import i18n
from booking.contacts.engine.masks import masked
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Instructor
from booking.privacy.export import queries as export
from booking.privacy.export.parts import Owned
from booking.privacy.notice.words import DATA
from booking.privacy.person import queries
from booking.privacy.person.engine.audiences import (
    ACCOUNT_DATA,
    CONTACT_DATA,
    ENTRY_DATA,
    READERS,
    Audience,
    audiences,
)
from booking.privacy.person.words import sentences
from booking.sentences import Sentence
from booking.visibility.engine.data import Datum
from booking.visibility.engine.readers import Access, Reader
from booking.visibility.engine.table import access
from booking.visibility.guards import entry_is_public

FIRST_REVEALS = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """Data that the same readers see, with the sentences that tell who."""

    data: Sequence[Any]
    sentences: Sequence[Sentence]


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One datum as a reader sees it; None: nothing of it."""

    name: Any
    value: str | None
    on_request: bool = False


@dataclass(frozen=True, slots=True)
class MyPage:
    """All that the page shows."""

    entries: Sequence[Instructor]
    origins: Mapping[int, queries.Origin]
    contacts: Sequence[tuple[queries.OwnContact, str]]
    """Each with its masked value."""
    consents: Sequence[Any]
    seen: Sequence[Seen]
    reveals: Sequence[Any]
    reveals_total: int
    counts: Mapping[str, int]


def my_page(session: Session, who: Owned) -> MyPage:
    """Read everything; the number of statements does not depend on how much there is."""
    given = queries.consents(session, who)
    data = (*(ENTRY_DATA if who.instructor_ids else ()), *CONTACT_DATA, *ACCOUNT_DATA)
    shown, total = queries.reveals(session, who, page=1, size=FIRST_REVEALS)
    entries = queries.entries(session, who)
    public = all(entry_is_public(one.public) for one in entries)
    return MyPage(
        entries=entries,
        origins=queries.origins(session, who),
        contacts=[(one, masked(one.value)) for one in queries.contacts(session, who)],
        consents=given,
        seen=[
            _seen(*group) for group in audiences(data, queries.by_datum(given), public_entry=public)
        ],
        reveals=shown,
        reveals_total=total,
        counts=export.counts(session, who),
    )


def _seen(audience: Audience, data: tuple[Datum, ...]) -> Seen:
    return Seen([DATA[datum] for datum in data], sentences(audience))


def preview(session: Session, who: Owned, reader: Reader) -> list[tuple[str, list[PreviewLine]]]:
    """For each entry: its name, and each datum as such a reader sees it."""
    given = queries.by_datum(queries.consents(session, who))
    pictures = queries.with_portrait(session, who)
    contacts = queries.contacts(session, who)
    capacities = READERS[reader]
    found = []
    for entry in queries.entries(session, who):
        lines, public = [], entry_is_public(entry.public)
        for datum in (*ENTRY_DATA, *CONTACT_DATA):
            purposes = given.get(datum, frozenset())
            level = access(datum, capacities, purposes, public_entry=public)
            for value in _values(entry, datum, contacts, entry.id in pictures):
                lines.append(_line(datum, value, level))
        found.append((entry.name, lines))
    return found


def _line(datum: Datum, value: str, level: Access) -> PreviewLine:
    if level is Access.NONE:
        return PreviewLine(DATA[datum], None)
    if level is Access.FULL:
        return PreviewLine(DATA[datum], value)
    return PreviewLine(DATA[datum], masked(value), level is Access.ON_REQUEST)


def _values(
    entry: Instructor,
    datum: Datum,
    contacts: Sequence[queries.OwnContact],
    has_picture: bool,
) -> list[str]:
    """The values of a datum; those that are not there are left out."""
    channels = {Datum.PHONE: Channel.PHONE, Datum.EMAIL: Channel.EMAIL}
    if datum in channels:
        return [one.value for one in contacts if one.channel is channels[datum]]
    texts = {
        Datum.NAME: entry.name,
        Datum.TITLE: entry.title,
        Datum.WORKPLACE: entry.workplace,
        Datum.FIELDS: i18n.listed(field.name for field in entry.fields),
        Datum.TOPICS: i18n.listed(topic.title for topic in entry.topics if topic.active),
        Datum.DISTRICT: entry.region.name,
        Datum.PORTRAIT: "✓" if has_picture else "",
        Datum.FREE_TIMES: "✓",
        Datum.TERM: "✓",
        Datum.GENDER: entry.gender or "",
        Datum.BIRTH_MONTH: entry.birth_month or "",
        Datum.ENTRY_HISTORY: "✓",
    }
    return [texts[datum]] if texts.get(datum) else []
