"""Controlled words of the register: audiences, formats, contact channels. Pure."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from functools import reduce
from operator import or_


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


class TraitKind(StrEnum):
    """Which controlled list a trait of a topic comes from."""

    AUDIENCE = "audience"
    FORMAT = "format"


ALL_BITS = -1
"""What suits everybody: all bits are set, those of members to come as well."""


def bits(topics: Iterable[Collection[StrEnum]]) -> int:
    """For whom (or how) somebody teaches, as one number: a bit for each member of the list.

    `topics` are the audiences (or the formats) of each topic; one that names none is for all.
    Without a topic 0. The bits are stored, so a new member goes to the end of its list.
    """
    found = 0
    for named in topics:
        found |= reduce(or_, map(bit, named), 0) if named else ALL_BITS
    return found


def bit(member: StrEnum) -> int:
    """The bit of an audience or a format."""
    return 1 << list(type(member)).index(member)


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
