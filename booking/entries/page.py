"""What the pages of one entry show: its parts, what waits, who looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from booking import clock, i18n, json_values
from booking.accounts.guards import actor
from booking.accounts.queries import RegionRow, all_regions
from booking.availability.guards import instructor_of
from booking.db import db
from booking.entries import queries
from booking.entries.engine.freshness import FRESH
from booking.entries.engine.parts import Difference, EntryPart, differences, read
from booking.entries.models import EntryChange, RequestedChange
from booking.entries.words import Known
from booking.instructors.engine import names
from booking.instructors.models import Instructor, Topic
from booking.instructors.queries import field_tree


@dataclass(frozen=True, slots=True)
class Shown:
    """One change for a page: its row, and what differs."""

    row: EntryChange | RequestedChange
    differences: Sequence[Difference]
    topic: str = ""
    """The title of the topic that it is about."""


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Everything that the page of an entry shows."""

    instructor: Instructor
    topics: Sequence[Topic]
    requests: Sequence[Shown]
    """What waits or was returned, oldest first."""
    history: Sequence[Shown]
    known: Known
    readings: Sequence[str]
    own: bool
    coordinates: bool
    reviewed: bool
    """Whether what this reader changes in sensitive parts waits for a coordinator."""
    stale: bool
    portrait: str | None
    """The digest of the picture."""

    def request_of(self, part: EntryPart, topic_id: int | None = None) -> RequestedChange | None:
        """What waits or was returned for a part."""
        for one in self.requests:
            row = one.row
            if row.part == part and row.topic_id == topic_id:
                assert isinstance(row, RequestedChange)
                return row
        return None


def entry_page(instructor_id: int) -> EntryPage:
    """Read an entry for who may edit it; raises `NotFound` (404)."""
    instructor, session = instructor_of(instructor_id, "entry.edit"), db.session()
    coordinates = actor().coordinates(instructor.region_code)
    topics = list(instructor.topics)
    titles = {topic.id: topic.title for topic in topics}
    requests = queries.open_requests(session, instructor_id)
    return EntryPage(
        instructor=instructor,
        topics=topics,
        requests=[shown(row, titles) for row in requests],
        history=[shown(row, titles) for row in queries.history(session, instructor_id)],
        known=known(all_regions(session)),
        readings=names.readings(instructor.name, instructor.name_pinyin),
        own=instructor_id in actor().instructor_ids,
        coordinates=coordinates,
        reviewed=not coordinates and queries.is_reviewed(session, instructor.region_code),
        stale=is_stale(instructor, clock.now()),
        portrait=queries.portrait_digest(session, instructor_id),
    )


def shown(row: EntryChange | RequestedChange, titles: dict[int, str]) -> Shown:
    """A change with its differences."""
    title = ""
    if row.part is EntryPart.TOPIC:
        written_then = (row.after or {}).get("title", "")
        title = titles.get(row.topic_id or 0, str(written_then))
    return Shown(row, differences(row.before, row.after), title)


def known(regions: Sequence[RegionRow]) -> Known:
    """The names of all fields and regions, in the reader's language."""
    tree = field_tree(db.session())
    every = [one for top, below in tree for one in (top, *below)]
    return Known(
        {one.id: i18n.data_name(one.name, one.name_en) for one in every},
        {one.code: i18n.data_name(one.name, one.name_en) for one in regions},
    )


def is_stale(instructor: Instructor, now: datetime) -> bool:
    """Whether nobody has looked through an entry for a year."""
    return (instructor.confirmed_at or instructor.created_at) < now - FRESH


def asked_value(asked: RequestedChange | None, present: Any) -> Any:
    """What a form shows at first: what was asked for, else what is there."""
    if asked is None:
        return present
    try:
        return read(asked.part, asked.after)
    except json_values.Unreadable:  # Another release stored it.
        return present
