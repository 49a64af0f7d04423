"""Controlled words of the register: audiences, formats, contact channels. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache, reduce
from operator import or_
from typing import Any, TypeVar


class Audience(StrEnum):
    """For whom a topic is meant (适用对象)."""

    CADRES = "cadres"
    MEMBERS = "members"
    NEW_STAFF = "new_staff"
    STUDENTS = "students"
    VILLAGERS = "villagers"
    COMMUNITY = "community"
    ENTERPRISE = "enterprise"


class Format(StrEnum):
    """How a topic is taught (授课形式)."""

    LECTURE = "lecture"
    SEMINAR = "seminar"
    CASE = "case"
    ON_SITE = "on_site"
    SIMULATION = "simulation"
    ONLINE = "online"


ALL_BITS = -1
"""What suits everybody: all bits are set, those of members to come as well."""

Listed = TypeVar("Listed", Audience, Format)


def bits(named: Iterable[StrEnum]) -> int:
    """Members of a list as one number. It is stored: a new member goes to the end of its list."""
    return sum({1 << list(type(one)).index(one) for one in named})


def members(kind: type[Listed], number: int) -> tuple[Listed, ...]:
    """The members of a list that a number stands for, in the order of the list."""
    return _members(kind, number)


@cache
def _members(kind: type[Listed], number: int) -> tuple[Any, ...]:
    # There are few numbers, and a page of cards reads two hundred of them.
    return tuple(one for place, one in enumerate(kind) if number >> place & 1)


def bits_over(topics: Iterable[Iterable[StrEnum]]) -> int:
    """For whom (or how) somebody teaches at all: a topic that names nothing is for all."""
    return reduce(or_, (bits(named) or ALL_BITS for named in topics), 0)


class Channel(StrEnum):
    """By what means a person can be reached."""

    PHONE = "phone"
    EMAIL = "email"


class Visibility(StrEnum):
    """Who may see a contact; wider classes need the person's consent."""

    HIDDEN = "hidden"
    BRANCH = "branch"
    PUBLIC = "public"


DEFAULT_MINUTES = 120
SHORTEST_MINUTES = 15
LONGEST_MINUTES = 480
