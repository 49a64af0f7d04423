"""Roles and what a person is when asking for something. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Role(enum.StrEnum):
    """What a membership makes of a person."""

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
    """One membership as plain values: a role and what it is limited to."""

    role: Role
    organisation_id: int | None = None
    instructor_id: int | None = None
    region_code: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """An organisation for which somebody books."""

    id: int
    name: str
    region_code: str


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks: an id and standings; nobody signed in is `ANONYMOUS`."""

    user_id: int | None
    standings: tuple[Standing, ...] = ()
    label: str = ""
    """How pages call this person."""
    units: tuple[Unit, ...] = ()
    """The organisations of the standings, in the order of their ids."""

    @property
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return self.user_id is not None

    def has(self, role: Role) -> bool:
        """Whether any membership has this role."""
        return any(standing.role is role for standing in self.standings)

    @property
    def organisation_ids(self) -> frozenset[int]:
        """The organisations for which this person books."""
        return frozenset(s.organisation_id for s in self.standings if s.organisation_id is not None)

    @property
    def instructor_ids(self) -> frozenset[int]:
        """The instructors that this person is (nearly always none or one)."""
        return frozenset(s.instructor_id for s in self.standings if s.instructor_id is not None)

    @property
    def scopes(self) -> frozenset[str]:
        """The regions that this person coordinates, each with all under it."""
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
"""The commands: whoever runs them on the machine has the whole database anyway."""


def scope_prefix(region_code: str) -> str:
    """The prefix of every code under a region (GB/T 2260: two digits a level)."""
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
