"""Needs that were not met, and searches that found nothing, within regions and a period."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from booking.accounts.models import Organisation, Region
from booking.accounts.queries import lies_under
from booking.demand.engine.needs import (
    DemandPeriod,
    UnmetGroup,
    UnmetKind,
    UnmetNeed,
    grouped,
)
from booking.demand.models import SearchMiss
from booking.instructors.models import Field, Topic
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.models import HistoryEntry, Lecture
from booking.orders.engine.lifecycle import UNMET
from booking.orders.engine.needs import UnmetReason
from booking.orders.models import Order, OrderOffer

FEWEST_SEARCHES = 3
"""Words are told from this number of searches on: those of a single person stay unknown."""

Regions = Collection[str] | None
"""Codes of regions, each with all under it; None: everywhere. Empty: nowhere."""


@dataclass(frozen=True, slots=True)
class SearchTotal:
    """How often words were searched in vain in a period, with the filters of the search."""

    words: str
    field_code: str
    region_code: str
    searches: int


def unmet_needs(session: Session, regions: Regions, period: DemandPeriod) -> list[UnmetGroup]:
    """The needs of branches of these regions that came to nothing in a period. Two queries.

    By field, region of the branch and kind, with the needs behind each number. Requests that an
    order made count as that order (domain rule 129).
    """
    lectures = session.execute(_lectures(regions, period)).all()
    orders = session.execute(_orders(regions, period)).all()
    kinds = {State.EXPIRED: UnmetKind.EXPIRED, State.DECLINED: UnmetKind.REFUSED}
    needs = [
        UnmetNeed(
            kinds.get(row.state, UnmetKind.CANCELLED),
            *(row.field_id, row.region_code, row.number),
            False,
            *(row.title, row.organisation, row.at),
        )
        for row in lectures
    ]
    needs += [
        UnmetNeed(
            _kind_of_order(row.unmet, row.cancelled_lecture_id is not None),
            *(row.field_id, row.region_code, row.number),
            True,
            row.wish or row.title or row.field_name or "",
            row.organisation,
            row.at,
        )
        for row in orders
    ]
    return grouped(needs)


def _kind_of_order(reason: UnmetReason | None, after_cancellation: bool) -> UnmetKind:
    if after_cancellation:
        return UnmetKind.CANCELLED
    return UnmetKind.REFUSED if reason is UnmetReason.REFUSED else UnmetKind.NOBODY


def within_regions(
    code: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], regions: Regions
) -> ColumnElement[bool]:
    """SQL condition: the column's region is one of these or lies under one."""
    if regions is None:
        return true()
    return or_(false(), *(lies_under(code, scope) for scope in sorted(regions)))


_present_region = func.coalesce(Region.merged_into_code, Region.code)


def _lectures(regions: Regions, period: DemandPeriod) -> Select[*tuple[Any, ...]]:
    of_order = select(OrderOffer.id).where(OrderOffer.lecture_id == Lecture.id)
    reopened = select(Order.id).where(Order.cancelled_lecture_id == Lecture.id)
    # An earlier cancellation may have been undone: the last row of the history counts.
    later = aliased(HistoryEntry)
    last = select(func.max(later.id)).where(later.lecture_id == Lecture.id).correlate(Lecture)
    cancelled = select(HistoryEntry.id).where(
        HistoryEntry.lecture_id == Lecture.id,
        HistoryEntry.id == last.scalar_subquery(),
        HistoryEntry.command == Command.CANCEL,
        HistoryEntry.party.in_((Party.INSTRUCTOR, Party.COORDINATOR)),
    )
    return (
        select(
            Lecture.state,
            func.coalesce(Field.merged_into_id, Field.id).label("field_id"),
            _present_region.label("region_code"),
            Lecture.number,
            Lecture.title,
            Organisation.name.label("organisation"),
            Lecture.changed_at.label("at"),
        )
        .join(Organisation, Organisation.id == Lecture.organisation_id)
        .join(Region, Region.code == Organisation.region_code)
        .outerjoin(Topic, Topic.id == Lecture.topic_id)
        .outerjoin(Field, Field.id == Topic.field_id)
        .where(
            within_regions(Organisation.region_code, regions),
            Lecture.changed_at >= period.begins,
            Lecture.changed_at < period.ends,
            or_(
                Lecture.state.in_((State.EXPIRED, State.DECLINED)),
                and_(Lecture.state == State.CANCELLED, cancelled.exists()),
            ),
            ~of_order.exists(),
            ~reopened.exists(),
        )
    )


def _orders(regions: Regions, period: DemandPeriod) -> Select[*tuple[Any, ...]]:
    own, of_topic = aliased(Field), aliased(Field)
    field_id = func.coalesce(own.merged_into_id, own.id, of_topic.merged_into_id, of_topic.id)
    return (
        select(
            Order.unmet,
            Order.cancelled_lecture_id,
            field_id.label("field_id"),
            _present_region.label("region_code"),
            Order.number,
            Order.wish,
            Topic.title,
            own.name.label("field_name"),
            Organisation.name.label("organisation"),
            Order.changed_at.label("at"),
        )
        .join(Organisation, Organisation.id == Order.organisation_id)
        .join(Region, Region.code == Organisation.region_code)
        .outerjoin(Topic, Topic.id == Order.topic_id)
        .outerjoin(own, own.id == Order.field_id)
        .outerjoin(of_topic, of_topic.id == Topic.field_id)
        .where(
            within_regions(Organisation.region_code, regions),
            Order.state.in_(UNMET),
            Order.changed_at >= period.begins,
            Order.changed_at < period.ends,
        )
    )


def searches_without_result(
    session: Session, regions: Regions, period: DemandPeriod
) -> list[SearchTotal]:
    """Words that found nothing, from `FEWEST_SEARCHES` on, the most frequent first. One query.

    A search without a region in its filter belongs to no coordinator: it counts everywhere only.
    """
    total = func.sum(SearchMiss.searches)
    keys = SearchMiss.words, SearchMiss.field_code, SearchMiss.region_code
    query = (
        select(*keys, total)
        .where(
            SearchMiss.day.between(period.first, period.last),
            within_regions(SearchMiss.region_code, regions),
        )
        .group_by(*keys)
        .having(total >= FEWEST_SEARCHES)
        .order_by(total.desc(), *keys)
    )
    return [SearchTotal(*row) for row in session.execute(query)]
