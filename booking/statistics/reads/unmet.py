"""Needs that were not met, as `demand` finds them, and searches that found nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.demand import queries
from booking.demand.engine.needs import DemandPeriod, UnmetGroup, UnmetKind, UnmetNeed
from booking.demand.queries import SearchTotal
from booking.instructors.models import Field
from booking.statistics.engine.filters import WITHOUT_FIELD, Behind
from booking.statistics.reads.selection import Selection, fields_under, own_field

PAGE_LENGTH = 100


def unmet(session: Session, selection: Selection) -> list[UnmetGroup]:
    """The needs that came to nothing, by field, region and kind. Three queries at most."""
    found = queries.unmet_needs(session, selection.scopes, _period(selection))
    code = selection.filters.field
    if not code:
        return found
    ids: set[int | None] = (
        {None} if code == WITHOUT_FIELD else set(session.scalars(fields_under(code)))
    )
    return [one for one in found if one.field_id in ids]


def _period(selection: Selection) -> DemandPeriod:
    period = selection.filters.period
    return DemandPeriod(period.first, period.last, selection.zone)


@dataclass(frozen=True, slots=True)
class UnmetList:
    """A page of needs, and the number of all."""

    needs: Sequence[UnmetNeed]
    total: int

    @property
    def pages(self) -> int:
        """The number of pages."""
        return max(1, -(-self.total // PAGE_LENGTH))


def unmet_list(
    session: Session, selection: Selection, behind: Behind, kind: UnmetKind | None, *, page: int
) -> UnmetList:
    """What was not met, of one kind or any, the newest first. Four queries at most."""
    filters, found = selection.filters, unmet(session, selection)
    if kind is not None:
        found = [one for one in found if one.kind is kind]
    if behind.own_region and filters.region:
        found = [one for one in found if one.region_code == filters.region]
    if behind.own_field and filters.field:
        own = session.scalar(select(own_field(filters.field)))
        found = [one for one in found if one.field_id == own]
    needs = [need for group in found for need in group.needs]
    needs.sort(key=lambda one: (one.at, one.number), reverse=True)
    first = (page - 1) * PAGE_LENGTH
    return UnmetList(needs[first : first + PAGE_LENGTH], len(needs))


def searches(session: Session, selection: Selection) -> list[SearchTotal]:
    """Words that found nothing, the most frequent first. Two queries at most."""
    found = queries.searches_without_result(session, selection.scopes, _period(selection))
    code = selection.filters.field
    if not code:
        return found
    under = select(Field.code).where(Field.id.in_(fields_under(code)))
    codes = {""} if code == WITHOUT_FIELD else set(session.scalars(under))
    return [one for one in found if one.field_code in codes]
