"""What the board calls its lists, filters and marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from flask_babel import lazy_gettext as _

from booking import i18n
from booking.errors import Text
from booking.lectures.board.engine.filters import Filters, Show
from booking.lectures.engine.states import State
from booking.lectures.words import STATES

LISTS: dict[Show, Text] = {
    Show.REVIEW: _("To review"),
    Show.WAITING: _("Waiting for an answer"),
    Show.WEEK: _("Confirmed, this week"),
    Show.RECORD: _("Without a record"),
    Show.ALL: _("All lectures"),
}

REASONS: tuple[Text, ...] = (
    _("The instructor has another duty at this time."),
    _("The topic does not fit this audience."),
    _("Please ask for another day."),
)
"""Examples of reasons that a coordinator gives."""


class Chip(NamedTuple):
    """One filter that holds, and the filters without it."""

    words: Text
    without: Filters


def choices() -> list[tuple[str, Text]]:
    """The values of `show` and what each lists; the states are those of all lectures."""
    states = [state for state in State if state is not State.REQUESTED]
    return [
        *((show.value, words) for show, words in LISTS.items()),
        *((state.value, STATES[state]) for state in states),
    ]


def chips(filters: Filters, region: str, field: str) -> Iterator[Chip]:
    """The filters that hold; `region` and `field` are the names of those that are chosen."""
    first = replace(filters, page=1)
    if filters.words:
        yield Chip(f"“{filters.words}”", replace(first, words=""))
    if filters.month is not None:
        yield Chip(i18n.format_month(filters.month), replace(first, month=None))
    if filters.region:
        yield Chip(region, replace(first, region=""))
    if filters.field:
        yield Chip(field, replace(first, field=""))
    if filters.no_account:
        yield Chip(_("Instructor without an account"), replace(first, no_account=False))
    if filters.due_soon:
        yield Chip(_("Answer due within a day"), replace(first, due_soon=False))
