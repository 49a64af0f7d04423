"""The visibility of each datum (按需公开): who sees it always, by consent, or by a recorded act.

Sources: Personal Information Protection Law (PIPL), articles 6 (no more than needed), 13 (legal
basis), 14 and 15 (consent, withdrawal), 23 (passing on), 25 (publishing).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from booking.visibility.engine.readers import Access, Purpose, Reader

EVERYBODY = frozenset(Reader)
KEEPERS = frozenset({Reader.COORDINATOR, Reader.PERSON})
NOBODY: frozenset[Reader] = frozenset()


class Datum(enum.StrEnum):
    """A datum of a person in the register or of a branch contact."""

    NAME = "name"
    TITLE = "title"
    WORKPLACE = "workplace"
    FIELDS = "fields"
    TOPICS = "topics"
    DISTRICT = "district"
    PORTRAIT = "portrait"
    FREE_TIMES = "free_times"
    TERM = "term"
    GENDER = "gender"
    BIRTH_MONTH = "birth_month"
    PHONE = "phone"
    EMAIL = "email"
    SIGN_IN_NAME = "sign_in_name"
    ENTRY_HISTORY = "entry_history"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who sees one datum, and how."""

    always: frozenset[Reader] = NOBODY
    """These see the whole value."""
    by_consent: Mapping[Purpose, frozenset[Reader]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """With a consent to the purpose in force, these can see it as well."""
    masked: frozenset[Reader] = NOBODY
    """These see a masked value if they see no more."""
    recorded: frozenset[Reader] = NOBODY
    """These see the whole value only by an act that is recorded, also where a consent lets them:
    all but the purposes of publishing."""


_CONTACT = Rule(
    always=frozenset({Reader.PERSON}),
    by_consent=MappingProxyType(
        {
            Purpose.PUBLISH: EVERYBODY,
            Purpose.BRANCHES: frozenset({Reader.MEMBER}),
            Purpose.LECTURES: frozenset({Reader.COUNTERPART}),
        }
    ),
    masked=frozenset({Reader.COORDINATOR}),
    recorded=frozenset({Reader.MEMBER, Reader.COUNTERPART, Reader.GRANTED, Reader.COORDINATOR}),
)
_PUBLIC = Rule(always=EVERYBODY)
_KEPT = Rule(always=KEEPERS)

VISIBILITY: Mapping[Datum, Rule] = MappingProxyType(
    {
        Datum.NAME: _PUBLIC,
        Datum.TITLE: _PUBLIC,
        Datum.WORKPLACE: _PUBLIC,
        Datum.FIELDS: _PUBLIC,
        Datum.TOPICS: _PUBLIC,
        Datum.DISTRICT: _PUBLIC,
        Datum.PORTRAIT: _PUBLIC,
        Datum.FREE_TIMES: _PUBLIC,
        Datum.TERM: _KEPT,
        Datum.GENDER: _KEPT,
        Datum.BIRTH_MONTH: _KEPT,
        Datum.PHONE: _CONTACT,
        Datum.EMAIL: _CONTACT,
        Datum.SIGN_IN_NAME: _KEPT,
        Datum.ENTRY_HISTORY: _KEPT,
    }
)


def access(
    datum: Datum, readers: frozenset[Reader], consents: frozenset[Purpose] = frozenset()
) -> Access:
    """How much of a datum a reader with these capacities gets, given the consents in force.

    `GRANTED` and `COORDINATOR` need no consent where they are in `recorded`: a grant is given by
    the person or for a case, and both acts are recorded.
    """
    rule = VISIBILITY[datum]
    if readers & rule.always:
        return Access.FULL
    consented = frozenset[Reader]().union(
        *(rule.by_consent.get(purpose, NOBODY) for purpose in consents)
    )
    if readers & (consented - rule.recorded):
        return Access.FULL
    without_consent = frozenset({Reader.GRANTED, Reader.COORDINATOR})
    if readers & rule.recorded & (consented | without_consent):
        return Access.ON_REQUEST
    return Access.MASKED if readers & rule.masked else Access.NONE
