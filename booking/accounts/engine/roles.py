"""Roles, the acting user as a value object, and region codes. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Role(enum.StrEnum):
    """The role of a membership."""

    BRANCH = "branch"
    """Books for one organisation (单位联系人)."""
    INSTRUCTOR = "instructor"
    """Is one instructor of the register (讲师)."""
    COORDINATOR = "coordinator"
    """Keeps the register within one region (平台管理员)."""
    ADMIN = "admin"
    """Runs the installation (系统管理员)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One membership as a value object: a role and what it is limited to."""

    role: Role
    organisation_id: int | None = None
    instructor_id: int | None = None
    region_code: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """An organisation of a branch contact, as a value object."""

    id: int
    name: str
    region_code: str


@dataclass(frozen=True, slots=True)
class Actor:
    """The user of a request: an id and the memberships; `ANONYMOUS` if nobody is signed in."""

    user_id: int | None
    standings: tuple[Standing, ...] = ()
    label: str = ""
    """The display name."""
    units: tuple[Unit, ...] = ()
    """The organisations of the standings, in the order of their ids."""

    @property
    def signed_in(self) -> bool:
        """Whether this is a signed-in user."""
        return self.user_id is not None

    def has(self, role: Role) -> bool:
        """Whether any membership has this role."""
        return any(standing.role is role for standing in self.standings)

    @property
    def organisation_ids(self) -> frozenset[int]:
        """The ids of the organisations of the memberships."""
        return frozenset(s.organisation_id for s in self.standings if s.organisation_id is not None)

    @property
    def instructor_ids(self) -> frozenset[int]:
        """The ids of the instructors of the memberships (nearly always none or one)."""
        return frozenset(s.instructor_id for s in self.standings if s.instructor_id is not None)

    @property
    def scopes(self) -> frozenset[str]:
        """The codes of the coordinated regions; each includes all regions under it."""
        return frozenset(
            standing.region_code
            for standing in self.standings
            if standing.role is Role.COORDINATOR and standing.region_code is not None
        )

    def coordinates(self, region_code: str | None) -> bool:
        """Whether a coordinator's membership covers the region (administrators: all)."""
        if self.has(Role.ADMIN):
            return True
        return region_code is not None and any(within(region_code, scope) for scope in self.scopes)


ANONYMOUS = Actor(user_id=None)
SYSTEM = Actor(user_id=None, standings=(Standing(Role.ADMIN),))
"""The actor of commands: a user with access to the machine has access to the database anyway."""


def scope_prefix(region_code: str) -> str:
    """The prefix of all codes under a region (GB/T 2260: two digits per level)."""
    code = region_code
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code


def within(region_code: str, scope: str) -> bool:
    """Whether `region_code` is `scope` itself or lies under it."""
    return region_code.startswith(scope_prefix(scope))


def lineage(region_code: str) -> tuple[str, ...]:
    """The region and all above it, nearest first: 990102 -> 990102, 990100, 990000."""
    codes = [region_code]
    for kept in (4, 2):
        above = region_code[:kept].ljust(len(region_code), "0")
        if above not in codes:
            codes.append(above)
    return tuple(codes)
