"""How bookings go: times, changes, ends, and how lectures are spread over instructors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking.lectures.engine.agreement import ProposalKind
from booking.lectures.engine.states import Party, State
from booking.lectures.records.models import LectureOutcome
from booking.lectures.records.words import OUTCOMES
from booking.lectures.words import STATES
from booking.statistics.asked import Asked
from booking.statistics.engine.distributions import (
    DAY_CLASSES,
    HOUR_CLASSES,
    LOAD_CLASSES,
    Class,
    classified,
    quartiles,
)
from booking.statistics.engine.filters import Behind
from booking.statistics.engine.suppression import LEAST
from booking.statistics.figures.shapes import HIDDEN, Cell, Figure, Page, chart, number
from booking.statistics.reads import conduct
from booking.statistics.reads.selection import ENDS
from booking.statistics.words import CHANGES, SIDES

EVERY = {"lead": Behind(), "answer": Behind(answered=True)}
"""What is behind the totals of times."""


def page(session: Session, asked: Asked) -> Page:
    """How bookings go. Seven queries."""
    selection = asked.selection
    about = _("How far ahead is booked, how soon is answered, what is moved or cancelled.")
    shown = Page("conduct", _("Bookings"), about)
    shown.figures = [
        lead(asked, conduct.lead_times(session, selection)),
        response(asked, conduct.response_times(session, selection)),
        ends(
            asked,
            conduct.ends(session, selection),
            conduct.late_cancellations(session, selection),
        ),
        not_held(asked, conduct.not_held(session, selection)),
        moves(asked, conduct.moves(session, selection)),
        load(conduct.load(session, selection)),
    ]
    return shown


def lead(asked: Asked, counts: Mapping[int, int]) -> Figure:
    """Days from the request to the lecture."""
    return _times(
        asked, "lead", _("From the request to the lecture"), _("Days"), counts, DAY_CLASSES
    )


def response(asked: Asked, counts: Mapping[int, int]) -> Figure:
    """Hours until the instructor answered."""
    title = _("Until the instructor answered")
    return _times(asked, "answer", title, _("Time in hours"), counts, HOUR_CLASSES)


def _times(
    asked: Asked,
    name: Literal["lead", "answer"],
    title: str,
    unit: str,
    counts: Mapping[int, int],
    classes: Sequence[Class],
) -> Figure:
    numbers = classified(counts, classes)
    found = quartiles(counts)
    note = _("Too few to tell a median: fewer than %(least)s.", least=LEAST)
    if found is not None:
        note = _(
            "%(unit)s: half of them %(median)s or less, a quarter %(lower)s or less, another"
            " quarter %(upper)s or more.",
            unit=unit,
            median=found.median,
            lower=found.lower,
            upper=found.upper,
        )
    places = [
        Behind(lead=at) if name == "lead" else Behind(answer=at) for at in range(len(classes))
    ]
    rows = tuple(
        (Cell(_class(one)), number(count, asked.lectures(behind)))
        for one, count, behind in zip(classes, numbers, places, strict=True)
    )
    values = [(_class(one), count) for one, count in zip(classes, numbers, strict=True)]
    return Figure(
        name,
        title,
        (unit, _("Lectures")),
        rows,
        (Cell(_("Total")), number(sum(numbers), asked.lectures(EVERY[name]))),
        chart(values, title),
        note,
    )


def _class(one: Class) -> str:
    if one.high is None:
        return str(_("%(low)s and more", low=one.low))
    return str(one.low) if one.low == one.high else f"{one.low}–{one.high}"


def ends(asked: Asked, counts: Mapping[tuple[State, Party], int], late: int) -> Figure:
    """What came to nothing, by who ended it."""
    rows = tuple(
        (
            Cell(str(STATES[state])),
            *(
                number(
                    counts.get((state, party), 0),
                    asked.lectures(Behind(state=state, party=party)),
                )
                for party in SIDES
            ),
            number(
                sum(counts.get((state, party), 0) for party in SIDES),
                asked.lectures(Behind(state=state)),
            ),
        )
        for state in ENDS
    )
    return Figure(
        "ends",
        _("Not held, by who ended it"),
        (_("What happened"), *map(str, SIDES.values()), _("Total")),
        rows,
        note=_("Of those cancelled, %(num)s were cancelled late.", num=late),
        is_map=True,
    )


def not_held(asked: Asked, counts: Mapping[LectureOutcome, int]) -> Figure:
    """Why lectures were not held on their day."""
    rows = tuple(
        (Cell(str(words)), number(counts.get(one, 0), asked.lectures(Behind(outcome=one.value))))
        for one, words in OUTCOMES.items()
        if one is not LectureOutcome.HELD
    )
    title = _("Not held on the day, by reason")
    return Figure("outcomes", title, (_("Reason"), _("Lectures")), rows)


def moves(asked: Asked, counts: Mapping[tuple[ProposalKind, Party], int]) -> Figure:
    """Who proposed the changes that were agreed to."""
    rows = tuple(
        (
            Cell(str(words)),
            *(
                number(
                    counts.get((kind, party), 0),
                    asked.lectures(Behind(proposed=party, change=kind)),
                )
                for kind in CHANGES
            ),
        )
        for party, words in SIDES.items()
        if party is not Party.SYSTEM
    )
    head = (_("Proposed by"), *map(str, CHANGES.values()))
    return Figure("moves", _("Changes that were agreed to"), head, rows)


def load(counts: Mapping[int, int]) -> Figure:
    """How many instructors held how many lectures: a distribution, no names."""
    people, numbers = sum(counts.values()), classified(counts, LOAD_CLASSES)
    hidden = 0 < people < LEAST
    rows = tuple(
        (Cell(_class(one)), Cell(HIDDEN if hidden else count))
        for one, count in zip(LOAD_CLASSES, numbers, strict=True)
    )
    values = [(_class(one), count) for one, count in zip(LOAD_CLASSES, numbers, strict=True)]
    title = _("Lectures held by one instructor")
    return Figure(
        "load",
        title,
        (_("Lectures"), _("Instructors")),
        rows,
        () if hidden else (Cell(_("Total")), Cell(people)),
        None if hidden else chart(values, title),
        _("Instructors from the region with all lectures that they held, also elsewhere."),
    )
