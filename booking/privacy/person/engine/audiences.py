"""Which readers see which data of a person: the table of visibility by datum. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from booking.visibility.engine.data import Datum
from booking.visibility.engine.readers import Access, Purpose, Reader
from booking.visibility.engine.table import access

ENTRY_DATA = (
    Datum.NAME,
    Datum.TITLE,
    Datum.WORKPLACE,
    Datum.FIELDS,
    Datum.TOPICS,
    Datum.DISTRICT,
    Datum.PORTRAIT,
    Datum.FREE_TIMES,
    Datum.TERM,
    Datum.GENDER,
    Datum.BIRTH_MONTH,
    Datum.ENTRY_HISTORY,
)
CONTACT_DATA = (Datum.PHONE, Datum.EMAIL)
ACCOUNT_DATA = (Datum.SIGN_IN_NAME,)

READERS: Mapping[Reader, frozenset[Reader]] = {
    Reader.PUBLIC: frozenset({Reader.PUBLIC}),
    Reader.MEMBER: frozenset({Reader.PUBLIC, Reader.MEMBER}),
    Reader.COUNTERPART: frozenset({Reader.PUBLIC, Reader.MEMBER, Reader.COUNTERPART}),
    Reader.GRANTED: frozenset({Reader.PUBLIC, Reader.MEMBER, Reader.GRANTED}),
    Reader.COORDINATOR: frozenset({Reader.PUBLIC, Reader.MEMBER, Reader.COORDINATOR}),
}
"""Each kind of reader but the person, with all capacities that such a reader has."""

Consents = Mapping[Datum, frozenset[Purpose]]


@dataclass(frozen=True, slots=True)
class Audience:
    """How much each kind of reader sees; who sees nothing is left out. Empty: only the person."""

    seen: tuple[tuple[Reader, Access], ...]

    @property
    def everybody(self) -> bool:
        """Whether it is public."""
        return (Reader.PUBLIC, Access.FULL) in self.seen


def audience(datum: Datum, consents: Consents, *, public_entry: bool = True) -> Audience:
    """Who sees a datum, given the consents in force; `public_entry` as of `access`."""
    given = consents.get(datum, frozenset())
    found = [
        (reader, access(datum, capacities, given, public_entry=public_entry))
        for reader, capacities in READERS.items()
    ]
    return Audience(tuple(one for one in found if one[1] is not Access.NONE))


def audiences(
    data: tuple[Datum, ...], consents: Consents, *, public_entry: bool = True
) -> list[tuple[Audience, tuple[Datum, ...]]]:
    """The data in groups that the same readers see in the same way."""
    groups: dict[Audience, list[Datum]] = {}
    for datum in data:
        groups.setdefault(audience(datum, consents, public_entry=public_entry), []).append(datum)
    return [(seen, tuple(members)) for seen, members in groups.items()]
