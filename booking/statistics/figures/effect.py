"""Evaluation and effect by field; what fewer than five people said is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking import i18n
from booking.evaluations.engine.scales import HIGHEST, LOWEST, EvaluationDimension
from booking.evaluations.totals import Means
from booking.evaluations.words import DIMENSIONS
from booking.statistics.asked import Asked
from booking.statistics.engine.areas import grouped
from booking.statistics.engine.filters import Behind
from booking.statistics.engine.periods import year_of
from booking.statistics.engine.suppression import LEAST, hidden
from booking.statistics.figures.shapes import (
    HIDDEN,
    Cell,
    Figure,
    Page,
    chart,
    number,
    scale,
    share,
)
from booking.statistics.reads import effect
from booking.statistics.reads.effect import Effects, Evaluated, OutcomeName, Tested

TESTED = Behind(tested=True)
ONE_PLACE = Decimal("0.1")


def page(session: Session, asked: Asked) -> Page:
    """Whether it helped. Ten queries at most."""
    about = _("How lectures were judged, and what they have changed, by field.")
    shown = Page("effect", _("Evaluation and effect"), about)
    found = grouped(
        effect.evaluated(session, asked.selection, now=asked.now),
        asked.columns.find,
        Evaluated.__add__,
    )
    outcomes = effect.outcomes(session)
    later = grouped(effect.effects(session, asked.selection), asked.columns.find, Effects.__add__)
    shown.figures = [
        by_branches(asked, {one: means.branches for one, means in found.items()}),
        by_listeners(asked, {one: means.listeners for one, means in found.items()}),
        weeks_later(asked, later, outcomes),
        by_outcome(asked, later, outcomes),
        tests(asked, effect.tested(session, asked.selection, now=asked.now)),
    ]
    shown.further = _further(asked)
    return shown


def _further(asked: Asked) -> list[tuple[str, str]]:
    """Pages with topics and texts; evaluations have years instead of days."""
    period = asked.filters.period
    year = period.first.year if period == year_of(period.first.year) else None
    first, last = period.first.isoformat(), period.last.isoformat()
    return [
        (url_for("evaluations.overview", year=year), _("Evaluations by topic")),
        (
            url_for("follow_ups.overview", first=first, last=last),
            _("Effect by topic, with the answers"),
        ),
    ]


def by_branches(asked: Asked, found: Mapping[int, Means | None]) -> Figure:
    """What branches said of lectures."""
    note = _(
        "Lectures of instructors from the region, %(high)s is very good. Answers are counted in"
        " groups of %(least)s in the order of time, once branches cannot change them; fewer are"
        " not shown.",
        least=LEAST,
        high=HIGHEST,
    )
    return _means(asked, "evaluated", _("Evaluation by branches"), found, note)


def by_listeners(asked: Asked, found: Mapping[int, Means | None]) -> Figure:
    """What listeners said of lectures."""
    note = _(
        "Lectures of instructors from the region with at least %(least)s answers of listeners, a"
        " week after the lecture.",
        least=LEAST,
    )
    return _means(asked, "listened", _("Evaluation by listeners"), found, note)


def _means(
    asked: Asked, name: str, title: str, found: Mapping[int, Means | None], note: str
) -> Figure:
    rows = tuple(
        (Cell(asked.field_name(one)), *_means_cells(found.get(one), known=one in found))
        for one in asked.columns.ids
    )
    everything: Means | None = None
    for one in asked.columns.ids:
        everything = effect.together(everything, found.get(one))
    useful = EvaluationDimension.USEFULNESS
    values = [
        (asked.field_name(one), _one_place(means.dimensions[useful]))
        for one in asked.columns.ids
        if (means := found.get(one)) is not None
    ]
    return Figure(
        name,
        title,
        (_("Field"), _("Answers"), *map(str, DIMENSIONS.values()), _("Would book again")),
        rows,
        (Cell(_("Total")), *_means_cells(everything, known=bool(found))),
        scale(
            values,
            _("Use for the work, from %(low)s to %(high)s.", low=LOWEST, high=HIGHEST),
            HIGHEST,
        )
        if values
        else None,
        note,
    )


def _means_cells(means: Means | None, *, known: bool) -> list[Cell]:
    if means is None:
        return [Cell(HIDDEN if known else "–")] * (len(DIMENSIONS) + 2)
    return [
        Cell(means.count),
        *(Cell(_one_place(means.dimensions[one])) for one in DIMENSIONS),
        Cell(share(means.again, means.count)),
    ]


def _one_place(value: float) -> Decimal:
    return Decimal(value).quantize(ONE_PLACE)


def weeks_later(
    asked: Asked, found: Mapping[int, Effects], outcomes: Sequence[OutcomeName]
) -> Figure:
    """How many branches say that something has changed."""
    unchanged = [one.id for one in outcomes if one.unchanged]
    few = _few(asked, found)
    rows, values = [], []
    for one in asked.columns.ids:
        of_field, name = found.get(one, Effects()), asked.field_name(one)
        rows.append((Cell(name), *_later_cells(of_field, unchanged, few=one in few)))
        if one not in few:
            values.append((name, _changed(of_field, unchanged)))
    everything = _together(asked, found)
    few_at_all = 0 < everything.answered < LEAST
    return Figure(
        "later",
        _("What branches say weeks later"),
        (
            _("Field"),
            _("Questions asked"),
            _("Answers"),
            _("Something has changed"),
            _("Nothing has changed yet"),
            _("Share with a change"),
        ),
        tuple(rows),
        (Cell(_("Total")), *_later_cells(everything, unchanged, few=few_at_all)),
        chart(values, _("Answers of branches in each field that say what has changed.")),
        _(
            "Branches of the region are asked twice about each lecture; what fewer than"
            " %(least)s answered is hidden.",
            least=LEAST,
        ),
    )


def _later_cells(found: Effects, unchanged: Sequence[int], *, few: bool) -> list[Cell]:
    if few:
        return [Cell(found.asked), Cell(found.answered), *[Cell(HIDDEN)] * 3]
    changed = _changed(found, unchanged)
    return [
        Cell(found.asked),
        Cell(found.answered),
        Cell(changed),
        Cell(found.answered - changed),
        Cell(share(changed, found.answered)),
    ]


def _changed(found: Effects, unchanged: Sequence[int]) -> int:
    return found.answered - sum(found.of(one) for one in unchanged)


def _few(asked: Asked, found: Mapping[int, Effects]) -> set[int]:
    """The columns whose answers are hidden: with the total they cannot be found, either."""
    ids = asked.columns.ids
    places = hidden([found.get(one, Effects()).answered for one in ids])
    return {ids[at] for at in places}


def _together(asked: Asked, found: Mapping[int, Effects]) -> Effects:
    return sum((found.get(one, Effects()) for one in asked.columns.ids), Effects())


def by_outcome(
    asked: Asked, found: Mapping[int, Effects], outcomes: Sequence[OutcomeName]
) -> Figure:
    """What has changed, by field: outcomes that some answer names."""
    everything, few = _together(asked, found), _few(asked, found)
    few_at_all = 0 < everything.answered < LEAST
    named = [one for one in outcomes if everything.of(one.id) and not few_at_all]
    rows = tuple(
        (
            Cell(i18n.data_name(one.name, one.name_en)),
            *(
                Cell(HIDDEN if field in few else found.get(field, Effects()).of(one.id))
                for field in asked.columns.ids
            ),
            Cell(everything.of(one.id)),
        )
        for one in named
    )
    values = [(i18n.data_name(one.name, one.name_en), everything.of(one.id)) for one in named]
    return Figure(
        "outcomes-map",
        _("What has changed"),
        (_("Outcome"), *map(asked.field_name, asked.columns.ids), _("Total")),
        rows,
        chart=chart(values, _("How many answers name each outcome.")),
        note=_("One answer can name several outcomes.") if rows else "",
        is_map=True,
    )


def tests(asked: Asked, of_fields: Mapping[int, Tested]) -> Figure:
    """The change of groups from the test before to the test after."""
    found = grouped(of_fields, asked.columns.find, Tested.__add__)
    rows = tuple(
        (Cell(asked.field_name(one)), *_test_cells(asked, found.get(one, Tested()), one))
        for one in asked.columns.ids
    )
    everything = sum(found.values(), Tested())
    values = [
        (asked.field_name(one), round(100 * (right - left)))
        for one in asked.columns.ids
        if (parts := _shares(found.get(one, Tested()))) and (right := parts[1]) > (left := parts[0])
    ]
    return Figure(
        "tests",
        _("Knowledge tests"),
        (
            _("Field"),
            _("Lectures with a test"),
            _("Right before"),
            _("Right after"),
            _("Percentage points more"),
        ),
        rows,
        (Cell(_("Total")), *_test_cells(asked, everything, None)),
        chart(values, _("Percentage points more after the lecture.")) if values else None,
        _(
            "Right answers of whole groups: a lecture counts when both tests are closed and have at"
            " least %(least)s answers.",
            least=LEAST,
        ),
    )


def _shares(found: Tested) -> tuple[float, float] | None:
    if not found.before or not found.after:
        return None
    return found.right_before / found.before, found.right_after / found.after


def _test_cells(asked: Asked, found: Tested, field: int | None) -> list[Cell]:
    lectures = number(found.lectures, asked.lectures(TESTED, field=field))
    parts = _shares(found)
    if parts is None:
        return [lectures, *[Cell(HIDDEN if found.lectures else "–")] * 3]
    before, after = (round(100 * one) for one in parts)
    return [lectures, Cell(f"{before}%"), Cell(f"{after}%"), Cell(after - before)]
