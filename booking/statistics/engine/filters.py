"""What a page of statistics is about, read from its address and written into others. Pure."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from booking.lectures.engine.agreement import ProposalKind
from booking.lectures.engine.states import Party, State
from booking.statistics.engine.distributions import DAY_CLASSES, HOUR_CLASSES
from booking.statistics.engine.periods import Period, read_period

WITHOUT_FIELD = "none"
"""In an address, instead of a field's code: lectures without a field."""

LAST_PAGE = 9_999
Member = TypeVar("Member", bound=enum.StrEnum)


@dataclass(frozen=True, slots=True)
class Filters:
    """A period, a region and a field; empty texts are all of the reader's."""

    period: Period
    region: str = ""
    field: str = ""

    def query(self) -> dict[str, str]:
        """The parameters of an address."""
        values = {"region": self.region, "field": self.field}
        return self.period.query() | {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Behind:
    """What narrows a list of lectures to those behind one number."""

    state: State | None = None
    party: Party | None = None
    """Who ended it, where `state` is an end."""
    proposed: Party | None = None
    """Who proposed a change that was agreed to."""
    change: ProposalKind | None = None
    """What such a change was."""
    outcome: str = ""
    """Why a lecture was not held."""
    lead: int | None = None
    """The place of its lead time in `DAY_CLASSES`."""
    answer: int | None = None
    """The place of its response time in `HOUR_CLASSES`."""
    answered: bool = False
    """Answered at all."""
    tested: bool = False
    """With a knowledge test."""
    own_region: bool = False
    """Branches of the region itself only, not of those under it."""
    own_field: bool = False
    """Topics of the field itself only, not of its sub-fields."""

    def query(self) -> dict[str, str]:
        """The parameters of an address that `read_behind` reads back."""
        values = {
            "state": self.state,
            "party": self.party,
            "proposed": self.proposed,
            "change": self.change,
            "outcome": self.outcome,
            "lead": None if self.lead is None else str(self.lead),
            "answer": None if self.answer is None else str(self.answer),
            "answered": "1" if self.answered else None,
            "tested": "1" if self.tested else None,
            "own_region": "1" if self.own_region else None,
            "own_field": "1" if self.own_field else None,
        }
        return {name: str(value) for name, value in values.items() if value}


def read_filters(
    parameters: Mapping[str, str],
    *,
    today: date,
    regions: Collection[str],
    fields: Collection[str],
) -> tuple[Filters, bool]:
    """The filters of an address, and whether its period could be read.

    `regions` and `fields` are the codes that may be chosen; any other is no condition, so that a
    region of somebody else shows what no region shows.
    """
    period, readable = read_period(parameters, today)
    region, field = parameters.get("region", ""), parameters.get("field", "")
    return Filters(
        period,
        region if region in regions else "",
        field if field in fields or field == WITHOUT_FIELD else "",
    ), readable


def read_behind(parameters: Mapping[str, str], outcomes: Collection[str]) -> Behind:
    """What narrows a list; what cannot be is left out."""
    outcome = parameters.get("outcome", "")
    return Behind(
        state=_member(State, parameters.get("state", "")),
        party=_member(Party, parameters.get("party", "")),
        proposed=_member(Party, parameters.get("proposed", "")),
        change=_member(ProposalKind, parameters.get("change", "")),
        outcome=outcome if outcome in outcomes else "",
        lead=_place(parameters.get("lead", ""), len(DAY_CLASSES)),
        answer=_place(parameters.get("answer", ""), len(HOUR_CLASSES)),
        answered=parameters.get("answered") == "1",
        tested=parameters.get("tested") == "1",
        own_region=parameters.get("own_region") == "1",
        own_field=parameters.get("own_field") == "1",
    )


def read_page(parameters: Mapping[str, str]) -> int:
    """The page of a list, from 1."""
    text = parameters.get("page", "")
    wrong = not (text.isascii() and text.isdecimal() and len(text) <= 6)
    return 1 if wrong else max(1, min(int(text), LAST_PAGE))


def _member(kind: type[Member], text: str) -> Member | None:
    return kind(text) if text in set(kind) else None


def _place(text: str, length: int) -> int | None:
    return int(text) if text in set(map(str, range(length))) else None
