"""Controlled vocabularies of the register: audiences, formats, contact channels. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache, reduce
from operator import or_
from typing import Any, TypeVar

from booking.sentences import N_


class Audience(StrEnum):
    """Intended audience of a topic (适用对象)."""

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


class TopicState(StrEnum):
    """Where a topic is in its life: draft, reviewed, retired."""

    DRAFT = "draft"
    """Written, and not offered yet: seen by the person and the coordinators only."""
    REVIEWED = "reviewed"
    """Offered: it can be found and booked."""
    RETIRED = "retired"
    """No longer offered. Its lectures stay as they are."""


ALL_BITS = -1
"""Suits everybody: all bits are set, those of future members as well."""

Listed = TypeVar("Listed", Audience, Format)


def bits(named: Iterable[StrEnum]) -> int:
    """Encode members of an enumeration as an integer. It is stored: append new members last."""
    return sum({1 << list(type(member)).index(member) for member in named})


def members(kind: type[Listed], number: int) -> tuple[Listed, ...]:
    """Decode an integer into members of an enumeration, in its order."""
    return _members(kind, number)


@cache
def _members(kind: type[Listed], number: int) -> tuple[Any, ...]:
    # Cached: few numbers occur, and a page of cards decodes two hundred of them.
    return tuple(member for position, member in enumerate(kind) if number >> position & 1)


def bits_over(topics: Iterable[Iterable[StrEnum]]) -> int:
    """The union of audiences (or formats) of topics: one that lists none counts as all."""
    return reduce(or_, (bits(listed) or ALL_BITS for listed in topics), 0)


class Channel(StrEnum):
    """Kind of a contact."""

    PHONE = "phone"
    EMAIL = "email"


DEFAULT_MINUTES = 120
SHORTEST_MINUTES = 5
"""A micro-lecture (微党课) takes five minutes."""
LONGEST_MINUTES = 480

LENGTH_OUT_OF_RANGE = N_(
    "A lecture takes %(min)s to %(max)s minutes.", min=SHORTEST_MINUTES, max=LONGEST_MINUTES
)
