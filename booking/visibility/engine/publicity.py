"""Which entries of the register somebody sees, by setting and by consents. Pure."""

from __future__ import annotations

import enum

from booking.settings.engine.declarations import PublicRegister
from booking.visibility.engine.readers import Reader


class SeenEntries(enum.StrEnum):
    """Which of the listed entries one reader can find and open."""

    ALL = "all"
    PUBLIC = "public"
    """Those whose people agreed that everybody sees them."""
    NONE = "none"


def seen_entries(register: PublicRegister, readers: frozenset[Reader]) -> SeenEntries:
    """The entries that a reader with these capacities sees.

    >>> seen_entries(PublicRegister.MEMBERS, frozenset({Reader.PUBLIC})).value
    'none'
    """
    if register is PublicRegister.EVERYBODY or readers - {Reader.PUBLIC}:
        return SeenEntries.ALL
    return SeenEntries.PUBLIC if register is PublicRegister.PER_PERSON else SeenEntries.NONE


def is_public(register: PublicRegister, agreed: bool) -> bool:
    """Whether everybody sees an entry; `agreed`: its person agreed to that."""
    if register is PublicRegister.PER_PERSON:
        return agreed
    return register is PublicRegister.EVERYBODY
