"""The rows of the notice: data that the table of visibility treats alike stand together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from booking.errors import Text
from booking.privacy.notice.words import BASES, DATA, PURPOSES, READERS, TEXT_SERVICES, TO_ALL
from booking.privacy.retention.rules import RULES
from booking.privacy.retention.rules import Rule as RetentionRule
from booking.settings import text_service
from booking.settings.engine.declarations import PUBLIC_REGISTER, PublicRegister
from booking.settings.queries import in_force
from booking.visibility.engine.data import Datum
from booking.visibility.engine.readers import Reader
from booking.visibility.engine.table import EVERYBODY, VISIBILITY, Rule


@dataclass(frozen=True, slots=True)
class Row:
    """Data with one rule: who sees them always, by consent, or by a recorded act, and why."""

    data: Sequence[Text]
    always: Sequence[Text]
    by_consent: Sequence[Text]
    """The purposes to which a person can consent."""
    recorded: Sequence[Text]
    basis: Text
    articles: Sequence[int]
    """Of the Personal Information Protection Law."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the page shows beside the text: the table of visibility and the schedule."""

    rows: Sequence[Row]
    schedule: Sequence[RetentionRule]
    days: Mapping[str, int]
    """The period of each rule by its name."""
    texts: Text | None = None
    """Who sends text messages on behalf of the installation, and so gets numbers; None: nobody."""


def rows(register: PublicRegister) -> list[Row]:
    """All data of the table, in its order; those with an equal rule in one row.

    `register` says who sees what the table opens to everybody.
    """
    grouped: list[tuple[Rule, list[Datum]]] = []
    for datum, rule in VISIBILITY.items():
        for known, data in grouped:
            if known == rule:
                data.append(datum)
                break
        else:
            grouped.append((rule, [datum]))
    return [_row(rule, data, register) for rule, data in grouped]


def notice() -> Notice:
    """All rows, with the periods that are in force."""
    register = PublicRegister(in_force(PUBLIC_REGISTER))
    return Notice(
        rows(register),
        RULES,
        {rule.name: in_force(rule.setting) for rule in RULES},
        TEXT_SERVICES.get(text_service.chosen()),
    )


def _row(rule: Rule, data: Sequence[Datum], register: PublicRegister) -> Row:
    return Row(
        [DATA[one] for one in data],
        _named(rule.always, register),
        [words for purpose, words in PURPOSES.items() if purpose in rule.by_consent],
        _named(rule.recorded, register),
        BASES[rule.basis],
        rule.articles,
    )


def _named(readers: frozenset[Reader], register: PublicRegister) -> list[Text]:
    """Readers by name; whoever is included in everybody is not told apart."""
    if readers == EVERYBODY:
        return [TO_ALL[register]]
    return [words for reader, words in READERS.items() if reader in readers]
