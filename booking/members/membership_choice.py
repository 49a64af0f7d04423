"""Which membership is meant: chosen by role, then by a part of a name or a region."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor, Role
from booking.accounts.queries import RegionRow, all_regions
from booking.members import targets
from booking.members.engine.grants import Grant, may_give, roles_to_give
from booking.members.name_search import instructors_called, organisations_called
from booking.members.targets import Target
from booking.web.request_safety import LARGEST_ID

LONGEST_WORDS = 60
NAMES = ("role", "region_code", "organisation_id", "instructor_id")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the page of the choice shows: the roles, and what was found."""

    roles: tuple[Role, ...]
    role: Role | None
    words: str
    found: Sequence[Target]
    regions: Sequence[RegionRow]


def named_target(session: Session, actor: Actor) -> Target | None:
    """The target that the URL names completely; None if it does not.

    `NotFound` for one that the actor may not give. An id alone implies its role.
    """
    organisation_id, instructor_id = _id("organisation_id"), _id("instructor_id")
    region_code = request.args.get("region_code") or None
    role = _role()
    if organisation_id is not None and role in (None, Role.BRANCH):
        return targets.may_be_given(session, actor, Role.BRANCH, organisation_id=organisation_id)
    if instructor_id is not None and role in (None, Role.INSTRUCTOR):
        return targets.may_be_given(session, actor, Role.INSTRUCTOR, instructor_id=instructor_id)
    if region_code is not None and role in (None, Role.COORDINATOR):
        return targets.may_be_given(session, actor, Role.COORDINATOR, region_code=region_code)
    if role is Role.ADMIN:
        return targets.may_be_given(session, actor, Role.ADMIN)
    return None


def is_named_in_form() -> bool:
    """Whether a form names a membership: ours name it in the URL, and nothing else is read."""
    return any(name in request.form for name in NAMES)


def choice(session: Session, actor: Actor) -> Choice:
    """What can be chosen, narrowed by the role and the words in the URL."""
    roles, role = roles_to_give(actor), _role()
    words = request.args.get("q", "").strip()[:LONGEST_WORDS]
    found: list[Target] = []
    regions: list[RegionRow] = []
    if role is Role.BRANCH and words:
        rows = organisations_called(session, actor, words)
        found = [targets.of_organisation(one) for one in rows]
    elif role is Role.INSTRUCTOR and words:
        found = [targets.of_instructor(one) for one in instructors_called(session, actor, words)]
    elif role is Role.COORDINATOR:
        regions = [
            region
            for region in all_regions(session)
            if may_give(actor, Grant(Role.COORDINATOR, region.code))
        ]
    return Choice(roles, role if role in roles else None, words, found, regions)


def _role() -> Role | None:
    with suppress(ValueError):
        return Role(request.args.get("role", ""))
    return None


def _id(name: str) -> int | None:
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= LARGEST_ID else None
