"""The parts of an entry: each is changed, reviewed and put back by itself. Pure.

The value of a part is a dataclass, stored as JSON (`json_values`) before and after each change. No
value holds a contact.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from booking import json_values
from booking.instructors.engine.vocabulary import Audience, Format, TopicState


class EntryPart(StrEnum):
    """A part of an entry. Values are stored and never change."""

    ADDED = "added"
    NAME = "name"
    POST = "post"
    INTRODUCTION = "introduction"
    FIELDS = "fields"
    REGIONS = "regions"
    TOPIC = "topic"
    LISTED = "listed"
    HOME = "home"
    PORTRAIT = "portrait"
    CONFIRMED = "confirmed"
    MERGED = "merged"
    PARTICULARS = "particulars"


class ChangeOutcome(StrEnum):
    """What became of a change."""

    SAVED = "saved"
    WAITING = "waiting"
    """A coordinator looks at it first."""
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Name:
    """The name, and the reading that the person gives; empty: the usual one."""

    name: str
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """Title and workplace."""

    title: str
    workplace: str


@dataclass(frozen=True, slots=True)
class Introduction:
    """What the person says about themselves."""

    text: str


@dataclass(frozen=True, slots=True)
class Fields:
    """The ids of the fields, ascending."""

    field_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Regions:
    """The codes of the regions served, ascending."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """One topic; both days are inclusive, None is no limit."""

    title: str
    summary: str
    minutes: int
    field_id: int | None
    audiences: tuple[Audience, ...]
    formats: tuple[Format, ...]
    first: date | None
    last: date | None
    state: TopicState


@dataclass(frozen=True, slots=True)
class Listing:
    """Whether searches find the entry."""

    listed: bool


@dataclass(frozen=True, slots=True)
class Home:
    """The region whose coordinators keep the entry."""

    region_code: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The SHA-256 of the picture; the picture itself is not kept once it is removed."""

    digest: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """When it was said that all is still right."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """Another entry, as it was when it was merged into this one."""

    id: int
    name: str
    workplace: str


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is known of a person beside the entry; neither what it is nor any contact itself."""

    gender: bool
    birth_month: bool
    contacts: int


Value: TypeAlias = (
    Name
    | Post
    | Introduction
    | Fields
    | Regions
    | TopicFacts
    | Listing
    | Home
    | Picture
    | Confirmation
    | Person
    | Particulars
)

KINDS: dict[EntryPart, type[Any]] = {
    EntryPart.ADDED: Person,
    EntryPart.NAME: Name,
    EntryPart.POST: Post,
    EntryPart.INTRODUCTION: Introduction,
    EntryPart.FIELDS: Fields,
    EntryPart.REGIONS: Regions,
    EntryPart.TOPIC: TopicFacts,
    EntryPart.LISTED: Listing,
    EntryPart.HOME: Home,
    EntryPart.PORTRAIT: Picture,
    EntryPart.CONFIRMED: Confirmation,
    EntryPart.MERGED: Person,
    EntryPart.PARTICULARS: Particulars,
}
"""The type of each part's value."""

RESTORABLE = frozenset(EntryPart) - {
    EntryPart.ADDED,
    EntryPart.PORTRAIT,
    EntryPart.CONFIRMED,
    EntryPart.MERGED,
    EntryPart.PARTICULARS,
}
"""The parts whose changes can be put back: the values before are all there."""

FOR_COORDINATORS = frozenset({EntryPart.LISTED, EntryPart.HOME})
"""What the person sees and cannot change."""

DAYS = frozenset({"first", "last"})
"""When a topic is offered concerns the person's time, not what it is about."""

Values = Mapping[str, Any]
"""A part's value as JSON, by the names of its fields."""


class Difference(NamedTuple):
    """One field of a part, before and after a change (None: there was none)."""

    name: str
    before: Any
    after: Any


def written(value: Value) -> dict[str, Any]:
    """A value as it is read from the database again: lists instead of tuples."""
    as_json: dict[str, Any] = json.loads(json.dumps(json_values.write(value)))
    return as_json


def read(part: EntryPart, stored: Values) -> Any:
    """The inverse of `written`; raises `json_values.Unreadable` for what another release stored."""
    return json_values.read(dict(stored), KINDS[part])


def differences(before: Values | None, after: Values | None) -> list[Difference]:
    """What a change changed, in the order of the fields."""
    old, new = before or {}, after or {}
    names = dict.fromkeys([*new, *old])
    return [
        Difference(name, old.get(name), new.get(name))
        for name in names
        if old.get(name) != new.get(name)
    ]


def needs_review(part: EntryPart, before: Values, after: Values) -> bool:
    """Whether a change by the person waits for a coordinator, where the region asks for it.

    Name, title, workplace, and all that is offered as a topic. Drafts, retiring a topic, and its
    days do not wait.
    """
    if part in (EntryPart.NAME, EntryPart.POST):
        return True
    if part is not EntryPart.TOPIC or after["state"] != TopicState.REVIEWED:
        return False
    return any(one.name not in DAYS for one in differences(before, after))


def patched(current: Values, before: Values, after: Values) -> Values:
    """The present value with what the change from `before` to `after` changed.

    Fields that the change left alone stay as they are now, even if somebody else has changed them.
    """
    return {**current, **{one.name: one.after for one in differences(before, after)}}


def touched_since(current: Values, after: Values, changed: list[Difference]) -> list[str]:
    """The names of the fields of a change that are no longer as the change left them."""
    return [one.name for one in changed if current.get(one.name) != after.get(one.name)]
