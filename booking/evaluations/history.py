"""What an instructor sees of the own evaluations, by half-years, and what the public may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from booking.availability.engine.zones import local_date
from booking.evaluations import queries, totals
from booking.evaluations.engine import groups, policy
from booking.evaluations.engine.groups import HalfYear
from booking.evaluations.engine.scales import EvaluationDimension
from booking.evaluations.models import BranchEvaluation, ListenerEvaluation
from booking.evaluations.totals import NAMES, Means, means_of
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture


@dataclass(slots=True)
class HalfYearSummary:
    """What is told of one half-year; texts are in an order that says nothing."""

    half_year: HalfYear
    branches: Means | None = None
    listeners: Means | None = None
    further: dict[str, float] = field(default_factory=dict)
    """Means of further questions by their keys, where a whole group of branches was asked."""
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EvaluationHistory:
    """The half-years of which something is told, the newest first, and what is still kept back."""

    half_years: list[HalfYearSummary]
    waiting: bool
    """Whether there are evaluations that are told once a group is complete."""
    again: tuple[int, int] | None
    """How many branches would book again, of how many; None: fewer than a group."""
    consented: bool


def history(
    session: Session, instructor_id: int, *, now: datetime, zone: ZoneInfo
) -> EvaluationHistory:
    """The evaluations of an instructor. Four statements."""
    given = session.execute(_branches(instructor_id, now)).all()
    found: dict[HalfYear, HalfYearSummary] = {}
    blocks = groups.whole_groups(given)
    for half_year, rows in _by_half_year(blocks, zone).items():
        summary = found.setdefault(half_year, HalfYearSummary(half_year))
        summary.branches = _means(rows)
        summary.further = _further(rows)
        summary.texts += [row.text for row in rows if row.text]
    _add_listeners(session, instructor_id, found, now=now, zone=zone)
    for summary in found.values():
        summary.texts.sort(key=_without_order)
    counted = [row for block in blocks for row in block]
    return EvaluationHistory(
        half_years=[found[one] for one in sorted(found, reverse=True)],
        waiting=len(counted) < len(given),
        again=(sum(row.again for row in counted), len(counted)) if counted else None,
        consented=queries.has_consented(session, instructor_id),
    )


def public_again(session: Session, instructor_id: int, now: datetime) -> tuple[int, int] | None:
    """For everybody: how many branches would book again, of how many; None: nothing is told.

    Told with the instructor's consent only. One statement without it, two with it.
    """
    if not queries.has_consented(session, instructor_id):
        return None
    given = session.execute(_branches(instructor_id, now)).all()
    counted = [row for block in groups.whole_groups(given) for row in block]
    return (sum(row.again for row in counted), len(counted)) if counted else None


def year_means(
    session: Session, instructor_id: int, year: int, *, now: datetime, zone: ZoneInfo
) -> tuple[Means | None, Means | None]:
    """What branches and what listeners said in a year, as `history` tells it. Four statements."""
    told = history(session, instructor_id, now=now, zone=zone).half_years
    of_year = [one for one in told if one.half_year.year == year]
    return totals.joined(one.branches for one in of_year), totals.joined(
        one.listeners for one in of_year
    )


def _branches(instructor_id: int, now: datetime) -> Select[Any]:
    """What branches said of lectures of which they can say no more, in the order of time.

    Also of one that was recorded as not held since: without it all later groups would shift
    (`service`).
    """
    return (
        select(
            Lecture.ends_at,
            *(getattr(BranchEvaluation, name) for name in (*NAMES, "further", "again", "text")),
        )
        .join(Lecture, Lecture.id == BranchEvaluation.lecture_id)
        .where(
            Lecture.instructor_id == instructor_id,
            Lecture.ends_at <= policy.counted_before(now),
        )
        .order_by(Lecture.ends_at, Lecture.id)
    )


def _by_half_year(blocks: Iterable[Sequence[Any]], zone: ZoneInfo) -> Mapping[HalfYear, list[Any]]:
    """The rows of groups by the half-year in which the last lecture of the group ended."""
    found: dict[HalfYear, list[Any]] = defaultdict(list)
    for block in blocks:
        found[groups.half_year_of(local_date(block[-1].ends_at, zone))] += block
    return found


def _add_listeners(
    session: Session,
    instructor_id: int,
    found: dict[HalfYear, HalfYearSummary],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Add what listeners said of lectures with enough answers, after nobody can answer."""
    enough = (
        select(
            Lecture.id.label("lecture_id"),
            Lecture.ends_at,
            *totals.sum_columns(ListenerEvaluation),
        )
        .join(Lecture, Lecture.id == ListenerEvaluation.lecture_id)
        .where(
            Lecture.instructor_id == instructor_id,
            Lecture.state == State.DELIVERED,
            Lecture.ends_at <= policy.closed_before(now),
        )
        .group_by(Lecture.id, Lecture.ends_at)
        .having(func.count() >= groups.LEAST)
        .order_by(Lecture.id)
    )
    half_years: dict[int, HalfYear] = {}
    sums: dict[HalfYear, dict[str, int]] = {}
    for row in session.execute(enough).mappings():
        half_year = groups.half_year_of(local_date(row["ends_at"], zone))
        half_years[row["lecture_id"]] = half_year
        total = sums.setdefault(half_year, dict.fromkeys((*NAMES, "number", "again"), 0))
        for name in total:
            total[name] += row[name]
    for half_year, total in sums.items():
        summary = found.setdefault(half_year, HalfYearSummary(half_year))
        summary.listeners = means_of(total["number"], total, total["again"])
    lectures = enough.with_only_columns(Lecture.id).order_by(None)
    texts = select(ListenerEvaluation.lecture_id, ListenerEvaluation.text).where(
        ListenerEvaluation.lecture_id.in_(lectures), ListenerEvaluation.text != ""
    )
    for lecture_id, text in session.execute(texts.order_by(ListenerEvaluation.device_key)):
        found[half_years[lecture_id]].texts.append(text)


def _means(rows: Sequence[Any]) -> Means:
    sums = {one.value: sum(getattr(row, one.value) for row in rows) for one in EvaluationDimension}
    return means_of(len(rows), sums, sum(row.again for row in rows))


def _further(rows: Sequence[Any]) -> dict[str, float]:
    """Means of the further questions, of whole groups in the order of time."""
    scores: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        for key, score in row.further.items():
            scores[key].append(score)
    found = {}
    for key, given in scores.items():
        counted = [score for block in groups.whole_groups(given) for score in block]
        if counted:
            found[key] = sum(counted) / len(counted)
    return found


def _without_order(text: str) -> str:
    """A key that puts texts in an order that says nothing of their time."""
    return sha256(text.encode()).hexdigest()
