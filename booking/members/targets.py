"""What a membership is for: an organisation, an entry, a region or the installation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.engine.roles import Actor, Role
from booking.accounts.models import Membership, Organisation, Region
from booking.errors import NotFound
from booking.instructors.models import Instructor
from booking.members.engine.grants import Grant, may_give
from booking.members.models import Invitation


@dataclass(frozen=True, slots=True)
class Target:
    """A membership that somebody may be given, as plain values."""

    role: Role
    organisation_id: int | None = None
    instructor_id: int | None = None
    region_code: str | None = None
    place: str | None = None
    """The region in which it lies; None for administrators."""
    label: str = ""
    """The name of the organisation, the instructor or the region."""

    @property
    def grant(self) -> Grant:
        """What decides who may give it."""
        return Grant(self.role, self.place)

    @property
    def limit(self) -> dict[str, Any]:
        """What it is limited to, as arguments of `accounts.access.add_role`."""
        named = {
            "organisation_id": self.organisation_id,
            "instructor_id": self.instructor_id,
            "region_code": self.region_code,
        }
        return {name: value for name, value in named.items() if value is not None}

    @property
    def address(self) -> dict[str, Any]:
        """The same as parameters of a URL."""
        return {"role": self.role.value, **self.limit}


def find(
    session: Session,
    role: Role,
    *,
    organisation_id: int | None = None,
    instructor_id: int | None = None,
    region_code: str | None = None,
) -> Target:
    """The target of a role with its limit; `NotFound` for what does not exist or does not fit."""
    if role is Role.BRANCH and organisation_id is not None:
        organisation = session.get(Organisation, organisation_id)
        if organisation is not None:
            return of_organisation(organisation)
    if role is Role.INSTRUCTOR and instructor_id is not None:
        instructor = session.get(Instructor, instructor_id)
        if instructor is not None:
            return of_instructor(instructor)
    if role is Role.COORDINATOR and region_code is not None and region_code.isdecimal():
        region = session.get(Region, region_code)
        if region is not None:
            return of_region(region)
    if role is Role.ADMIN:
        return Target(Role.ADMIN)
    raise NotFound()


def may_be_given(session: Session, actor: Actor, role: Role, **limit: Any) -> Target:
    """The target, if the actor may give it; else `NotFound`, as if it did not exist."""
    target = find(session, role, **limit)
    if not may_give(actor, target.grant):
        raise NotFound()
    return target


def of_organisation(organisation: Organisation) -> Target:
    """A branch contact of this organisation."""
    return Target(
        Role.BRANCH,
        organisation_id=organisation.id,
        place=organisation.region_code,
        label=organisation.name,
    )


def of_instructor(instructor: Instructor) -> Target:
    """The instructor of this entry."""
    return Target(
        Role.INSTRUCTOR,
        instructor_id=instructor.id,
        place=instructor.region_code,
        label=instructor.name,
    )


def of_region(region: Region) -> Target:
    """A coordinator of this region."""
    return Target(
        Role.COORDINATOR,
        region_code=region.code,
        place=region.code,
        label=i18n.data_name(region.name, region.name_en),
    )


def of_invitation(invitation: Invitation) -> Target:
    """What an invitation is to; its organisation, entry or region is loaded if it is not yet."""
    if invitation.organisation is not None:
        return of_organisation(invitation.organisation)
    if invitation.instructor is not None:
        return of_instructor(invitation.instructor)
    if invitation.region is not None:
        return of_region(invitation.region)
    return Target(Role.ADMIN)


def of_memberships(session: Session, memberships: list[Membership]) -> dict[int, Target]:
    """The targets of memberships by their ids. Three queries, however many there are."""
    organisations = _by_key(session, Organisation, {m.organisation_id for m in memberships})
    instructors = _by_key(session, Instructor, {m.instructor_id for m in memberships})
    regions = _by_key(session, Region, {m.region_code for m in memberships})
    found: dict[int, Target] = {}
    for one in memberships:
        match one.role:
            case Role.BRANCH:
                found[one.id] = of_organisation(organisations[one.organisation_id])
            case Role.INSTRUCTOR:
                found[one.id] = of_instructor(instructors[one.instructor_id])
            case Role.COORDINATOR:
                found[one.id] = of_region(regions[one.region_code])
            case Role.ADMIN:
                found[one.id] = Target(Role.ADMIN)
    return found


def _by_key(session: Session, model: Any, keys: set[Any]) -> dict[Any, Any]:
    key = model.code if model is Region else model.id
    wanted = [value for value in keys if value is not None]
    if not wanted:
        return {}
    rows = session.scalars(select(model).where(key.in_(wanted))).unique()
    return {getattr(row, key.key): row for row in rows}


def described(target: Target) -> str:
    """What one gets, in a sentence part: “branch contact of 岫云县第一支部”."""
    match target.role:
        case Role.BRANCH:
            return str(_("Branch contact of %(name)s", name=target.label))
        case Role.INSTRUCTOR:
            return str(_("Instructor: %(name)s", name=target.label))
        case Role.COORDINATOR:
            return str(_("Coordinator of %(name)s", name=target.label))
    return str(_("Administrator"))
