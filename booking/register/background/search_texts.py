"""Search texts of new entries, computed before the transaction that writes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.instructors import bulk, search_index
from booking.instructors.engine import names
from booking.register import drafts, service
from booking.register.models import ImportDraft

Person = tuple[str, str, str]
"""Name, workplace, title."""


class SearchTexts:
    """`search_index.texts` that remembers what was computed."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], tuple[str, str]] = {}

    def compute(
        self, person: Person, reading: str | None, values: dict[str, tuple[str, ...]]
    ) -> None:
        """Compute the texts and the sort key of one person ahead."""
        self(person, reading, **values)
        bulk.sort_key(person[0], reading)

    def __call__(
        self, person: Person, name_pinyin: str | None, **values: tuple[str, ...]
    ) -> tuple[str, str]:
        """The texts, as `search_index.texts` returns them."""
        key = (person, name_pinyin, *sorted(values.items()))
        if key not in self._known:
            self._known[key] = search_index.texts(person, name_pinyin, **values)
        return self._known[key]


def planned_texts(
    session: Session, draft_id: int
) -> Iterator[tuple[Person, str | None, dict[str, tuple[str, ...]]]]:
    """The arguments of `search_index.texts` for each person whom a draft would add.

    A person whose fields are stored otherwise meanwhile is computed again when it is written.
    """
    draft = session.get_one(ImportDraft, draft_id)
    roster, actor = drafts.roster_of(draft), session.get_one(User, draft.user_id).actor()
    region_code, decisions = draft.region_code, drafts.decisions_of(draft)
    roster = service.within_scope(session, roster=roster, region_code=region_code, actor=actor)
    planned = service.planned(
        session, roster=roster, region_code=region_code, actor=actor, decisions=decisions
    )
    known = {
        names.normalise(field.name): (at, field)
        for at, (_id, field) in enumerate(sorted(bulk.field_names(session).items()))
    }
    session.rollback()
    for row in planned.rows:
        person = row.person
        if row.entry_id is None:
            found = sorted(
                {known[key] for name in person.fields if (key := names.normalise(name)) in known},
                key=lambda one: one[0],
            )
            fields = [field for _at, field in found]
            new = [name for name in person.fields if names.normalise(name) not in known]
            english = (text for field in fields for text in field.english)
            yield (
                (person.name, person.workplace, person.title),
                person.reading or None,
                {
                    "titles": person.topics,
                    "summaries": ("",) * len(person.topics),
                    "field_names": tuple(dict.fromkeys([*(one.name for one in fields), *new])),
                    "english": tuple(dict.fromkeys(english)),
                },
            )
