"""The page with the board's list: its rows, filters and commands, and what was refused."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from booking import clock, i18n
from booking.accounts.guards import actor, may
from booking.accounts.queries import all_regions
from booking.db import db
from booking.errors import DomainError, Invalid, Text
from booking.instructors.queries import field_tree
from booking.lectures.board import batch, queries, words
from booking.lectures.board.engine.filters import (
    BY_DUE_DAY,
    LONGEST_WORDS,
    Filters,
    Show,
    month_beside,
    months_around,
    read,
)
from booking.lectures.board.queries import Line
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.engine.transitions import Transition
from booking.lectures.expiry import rounds as expiry_rounds
from booking.lectures.models import Lecture
from booking.lectures.parties import parties, possible
from booking.lectures.request_form.parameters import LONGEST_NUMBER
from booking.lectures.undo.queries import can_undo, last_entry

MONTHS_BEFORE, MONTHS_AFTER = 12, 12
"""The months that can be chosen, around the current one."""


NOTHING = Markup()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list with what its reader can do, and why the last try was refused."""

    line: Line
    who: frozenset[Party]
    transitions: list[Transition]
    refusal: DomainError | None = None

    @property
    def reason_error(self) -> Text | None:
        """What is wrong with the reason; the row tells it beside the reason."""
        wrong = isinstance(self.refusal, Invalid) and self.refusal.field == "reason"
        return self.refusal.sentence if self.refusal and wrong else None


@dataclass(frozen=True, slots=True)
class Sent:
    """A form of the list that comes back: what it said, and what was wrong."""

    command: Command | None = None
    row: str = ""
    """The number of the row whose own form it was; empty for the form of the selected ones."""
    numbers: tuple[str, ...] = ()
    reason: str = ""
    problem: DomainError | None = None
    """Why nothing was tried."""
    refusals: dict[str, DomainError] = field(default_factory=dict)
    done: Markup = NOTHING

    @property
    def on_top(self) -> frozenset[str]:
        """The lectures that stand above the list: those that were refused."""
        again = {self.row} if self.row and self.problem else set()
        return frozenset(self.refusals) | again

    def refusal_of(self, number: str) -> DomainError | None:
        """Why the lecture with this number was not changed, where it was tried."""
        return self.refusals.get(number) or (self.problem if number == self.row else None)


def list_page(sent: Sent, status: int = 200) -> ResponseReturnValue:
    """The list that the URL of this request asks for, and what became of a sent form."""
    session, who, now, zone = db.session(), actor(), clock.now(), i18n.zone()
    regions = [region for region in all_regions(session) if who.coordinates(region.code)]
    fields = field_tree(session)
    region_names = {one.code: i18n.data_name(one.name, one.name_en) for one in regions}
    field_names = {
        one.code: i18n.data_name(one.name, one.name_en)
        for top, below in fields
        for one in (top, *below)
    }
    chosen = read(request.args, today=i18n.today(), regions=region_names, fields=field_names)
    top = queries.numbered(session, who, sent.on_top, now) if sent.on_top else []
    found = queries.lines(session, who, chosen, now=now, zone=zone, leave_out=sent.on_top)
    filters = replace(chosen, page=found.page)
    rows = [_row(line) for line in found.lines]
    refused = [_row(line, sent.refusal_of(line.lecture.number)) for line in top]
    page = render_template(
        "lectures/board.html",
        filters=filters,
        held_filters=list(
            words.chips(
                filters, region_names.get(filters.region, ""), field_names.get(filters.field, "")
            )
        ),
        counts=queries.counts(session, who, now=now, zone=zone),
        found=found,
        rows=rows,
        days=_by_day(rows),
        top=refused,
        wrongs=_wrongs(sent, top),
        sent=sent,
        several=_several([*refused, *rows]),
        every=request.args.get("select") == "all",
        regions=regions,
        fields=fields,
        now=now,
        due_soon=now + queries.DUE_SOON,
        undo=_to_undo(),
        held=expiry_rounds.held(session) if may("lecture.expire") else None,
        **_choices(filters),
    )
    return page, status


def _to_undo() -> Lecture | None:
    """The lecture for which the reader has just given a command that can be undone.

    Two queries, where the URL names one.
    """
    number, who, now = request.args.get("undo", "")[:LONGEST_NUMBER], actor(), clock.now()
    if not number:
        return None
    found = queries.numbered(db.session(), who, [number], now)
    lecture = found[0].lecture if found else None
    if lecture is None:
        return None
    last = last_entry(db.session(), lecture.id)
    return lecture if can_undo(last, user_id=who.user_id, now=now) else None


def _row(line: Line, refusal: DomainError | None = None) -> Row:
    who = parties(actor(), line.lecture)
    # To withdraw is the branch's wish: a coordinator does it on the lecture's own page.
    possible_now = possible(line.lecture, who, now=clock.now())
    rows = [row for row in possible_now if row.command is not Command.WITHDRAW]
    return Row(line, who, rows, refusal)


def _by_day(rows: list[Row]) -> list[tuple[date, list[Row]]]:
    """The rows by the local day on which the lecture begins, in the order of the list."""
    days = groupby(rows, key=lambda row: i18n.local(row.line.lecture.starts_at).date())
    return [(day, list(some)) for day, some in days]


def _several(rows: list[Row]) -> list[tuple[Transition, frozenset[Party]]]:
    """The commands that some row has, in the order of the table, for the selected ones."""
    found = {
        transition.command: (transition, row.who) for row in rows for transition in row.transitions
    }
    return [found[command] for command in batch.COMMANDS if command in found]


def _wrongs(sent: Sent, top: list[Line]) -> list[object]:
    """What the error summary tells; a refused lecture that has a row is a link to it."""
    found: list[object] = []
    if sent.problem is not None:
        of_reason = isinstance(sent.problem, Invalid) and sent.problem.field == "reason"
        target = f"reason-{sent.row or 'several'}" if of_reason else "list"
        found.append({target: sent.problem.sentence})
    known = {line.lecture.number for line in top}
    for number, error in sent.refusals.items():
        link = Markup('<a href="#{0}">{0}</a>') if number in known else Markup("{0}")
        found.append(link.format(number) + i18n.colon() + str(error.sentence))
    return found


def _choices(filters: Filters) -> dict[str, Any]:
    """What the filter bar offers, and the lists beside the shown one."""
    today = i18n.today()
    first = replace(filters, page=1)
    by_month = filters.show is Show.ALL and filters.month is not None
    return {
        "longest_words": LONGEST_WORDS,
        "first_page": first,
        "page_before": replace(filters, page=max(1, filters.page - 1)),
        "page_after": replace(filters, page=filters.page + 1),
        "lists": words.choices(),
        "months": months_around(today, filters.month, before=MONTHS_BEFORE, after=MONTHS_AFTER),
        "beside": [replace(first, month=month_beside(filters.month, offset)) for offset in (-1, 1)]
        if by_month and filters.month
        else [],
        "presets": {
            "review": Filters(show=Show.REVIEW),
            "waiting": Filters(),
            "due_soon": Filters(due_soon=True),
            "no_account": Filters(no_account=True),
            "week": Filters(show=Show.WEEK),
            "record": Filters(show=Show.RECORD),
            "month": Filters(show=Show.ALL, month=today.replace(day=1)),
        },
        "anywhere": Filters(show=Show.ALL, words=filters.words),
        "Show": Show,
        "by_due_day": filters.show in BY_DUE_DAY,
        "State": State,
        "reasons": words.REASONS,
    }
