"""Whose list is asked for: a branch, an instructor or a region, and who may have it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from booking import i18n
from booking.accounts.engine.permissions import Subject
from booking.accounts.models import Organisation, Region
from booking.dossiers.lists.engine.columns import OwnerKind
from booking.dossiers.names import paper_name
from booking.errors import NotFound
from booking.instructors.models import Instructor
from booking.lectures.models import Lecture
from booking.lectures.overview import touches
from booking.orders.engine.lifecycle import LIVE
from booking.orders.models import Order

PERMISSIONS = {
    OwnerKind.BRANCH: "dossier.branch",
    OwnerKind.INSTRUCTOR: "dossier.instructor",
    OwnerKind.REGION: "dossier.region",
}
"""Separate permissions: what a subject has no owner of, a predicate does not ask."""

LONGEST_ID = 9


@dataclass(frozen=True, slots=True)
class ListOwner:
    """Whose lectures a list has."""

    side: OwnerKind
    key: str
    """As in the address: an id, or the code of a region."""
    name: str
    region_code: str

    def subject(self) -> Subject:
        """The subject of the permission."""
        regions = frozenset({self.region_code})
        if self.side is OwnerKind.BRANCH:
            return Subject(organisation_id=int(self.key), region_codes=regions)
        if self.side is OwnerKind.INSTRUCTOR:
            return Subject(instructor_id=int(self.key), region_codes=regions)
        return Subject(region_codes=regions)

    def condition(self) -> ColumnElement[bool]:
        """SQL condition: a lecture is in the list. Joined are its organisation and instructor."""
        if self.side is OwnerKind.INSTRUCTOR:
            return Lecture.instructor_id == int(self.key)
        if self.side is OwnerKind.BRANCH:
            return or_(Lecture.organisation_id == int(self.key), _takes_part(int(self.key)))
        return touches(self.region_code)


def _takes_part(organisation_id: int) -> ColumnElement[bool]:
    """SQL condition: the branch takes part in a lecture of another one."""
    host = aliased(Order)
    return (
        select(Order.id)
        .join(host, host.id == Order.merged_into_id)
        .where(
            and_(
                host.lecture_id == Lecture.id,
                Order.organisation_id == organisation_id,
                Order.state.in_(LIVE),
            )
        )
        .correlate(Lecture)
        .exists()
    )


def owner_of(session: Session, side: OwnerKind, key: str) -> ListOwner:
    """The owner of an address. Raises `NotFound` (404)."""
    if not (key.isascii() and key.isdecimal()):
        raise NotFound()
    if side is OwnerKind.REGION:
        region = session.get(Region, key[:12])
        if region is None or region.merged_into_code is not None:
            raise NotFound()
        name = i18n.data_name(region.name, region.name_en)
        return ListOwner(side, region.code, name, region.code)
    if len(key) > LONGEST_ID:
        raise NotFound()
    if side is OwnerKind.BRANCH:
        branch = session.get(Organisation, int(key))
        if branch is None:
            raise NotFound()
        return ListOwner(side, str(branch.id), branch.name, branch.region_code)
    instructor = session.get(Instructor, int(key))
    if instructor is None:
        raise NotFound()
    return ListOwner(side, str(instructor.id), paper_name(instructor), instructor.region_code)
