"""The filters of the board: read from the URL, and written into the URLs of its links. Pure.

A value that is none is left out, as if it had not been given: the list then shows more, and the
chips above it tell which filters hold.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from booking.instructors.engine import names
from booking.lectures.engine.states import State

LONGEST_WORDS = 100
LAST_PAGE = 99_999
FORM_OF_ADDRESS = "老师"
"""What pages write behind an instructor's name: it is copied along into the search."""

_MONTH = re.compile("[1-8][0-9]{3}-(0[1-9]|1[0-2])")
_PAGE = re.compile("[0-9]{1,9}")


class Show(enum.StrEnum):
    """Which lectures the board lists."""

    REVIEW = "review"
    """Requests to be reviewed in the own regions, by the day on which it is due."""
    WAITING = "waiting"
    """Requests without an answer, by the day on which it is due."""
    WEEK = "week"
    """Confirmed lectures of the current week."""
    RECORD = "record"
    """Lectures that are over and lack a record."""
    ALL = "all"
    """Lectures of every state, or of one state, by month."""


BY_DUE_DAY = frozenset({Show.REVIEW, Show.WAITING})
"""The lists of what waits, due first."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the board lists; without values: everything that waits."""

    show: Show = Show.WAITING
    state: State | None = None
    """The only state, where `show` is `ALL`."""
    month: date | None = None
    """The first day of the month in which lectures begin; None: any."""
    region: str = ""
    """The code of the region to which the branch or the instructor belongs."""
    field: str = ""
    """The code of the field of the topic, or of one above it."""
    words: str = ""
    no_account: bool = False
    due_soon: bool = False
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether more than the choice of `show` and its month narrows the list."""
        return bool(
            self.region or self.field or self.words or self.no_account or self.due_soon
        ) or (self.month is not None and self.show in BY_DUE_DAY)

    def query(self) -> dict[str, str]:
        """The parameters of the URL that `read` reads back as these filters."""
        any_month = "" if self.show is Show.ALL else None
        values = {
            "show": None if self.show is Show.WAITING else self.state or self.show.value,
            "month": f"{self.month:%Y-%m}" if self.month else any_month,
            "region": self.region or None,
            "field": self.field or None,
            "q": self.words or None,
            "account": "none" if self.no_account else None,
            "due": "soon" if self.due_soon else None,
            "page": str(self.page) if self.page > 1 else None,
        }
        return {name: value for name, value in values.items() if value is not None}


def read(
    parameters: Mapping[str, str],
    *,
    today: date,
    regions: Collection[str],
    fields: Collection[str],
) -> Filters:
    """The filters that the parameters of a URL say.

    `regions` and `fields` are the codes that can be chosen. All lectures are those of this month
    unless a month, none (`month=`) or words to search for are given.
    """
    show, state = _show(parameters.get("show", ""))
    words = " ".join(parameters.get("q", "").split())[:LONGEST_WORDS]
    month = _month(parameters.get("month", ""))
    if show is Show.ALL and "month" not in parameters and not words:
        month = today.replace(day=1)
    region, field = parameters.get("region", ""), parameters.get("field", "")
    page = parameters.get("page", "")
    return Filters(
        show=show,
        state=state,
        month=None if show is Show.WEEK else month,
        region=region if region in regions else "",
        field=field if field in fields else "",
        words=words if search_patterns(words) else "",
        no_account=parameters.get("account") == "none",
        due_soon=parameters.get("due") == "soon",
        page=max(1, min(int(page), LAST_PAGE)) if _PAGE.fullmatch(page) else 1,
    )


def _show(value: str) -> tuple[Show, State | None]:
    if value in set(Show):
        return Show(value), None
    return (Show.ALL, State(value)) if value in set(State) else (Show.WAITING, None)


def _month(value: str) -> date | None:
    return date.fromisoformat(f"{value}-01") if _MONTH.fullmatch(value) else None


def search_patterns(words: str) -> list[str]:
    """The LIKE patterns of the words to search for, all of which must match.

    Letters and digits are compared in their usual width, whatever the input method wrote. Any other
    character matches any one character, since stored names have brackets and dashes of either
    width; a word without letters and digits is left out.
    """
    plain = (_without_address(word) for word in names.words(words))
    return [
        "%" + "".join(one if one.isalnum() else "_" for one in word) + "%"
        for word in plain
        if any(map(str.isalnum, word))
    ]


def _without_address(word: str) -> str:
    return word.removesuffix(FORM_OF_ADDRESS) or word


def months_around(today: date, chosen: date | None, *, before: int, after: int) -> list[date]:
    """The first days of the months around today, in order; the chosen one is among them."""
    this = today.year * 12 + today.month - 1
    found = {_first_day(number) for number in range(this - before, this + after + 1)}
    return sorted(found | ({chosen} if chosen else set()))


def month_beside(month: date, offset: int) -> date:
    """The first day of the month that is `offset` months away."""
    return _first_day(month.year * 12 + month.month - 1 + offset)


def month_after(month: date) -> date:
    """The first day of the next month."""
    return month_beside(month, 1)


def _first_day(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
