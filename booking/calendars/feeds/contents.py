"""Which events are in a feed: SQL conditions by its kind and day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, or_, select

from booking.accounts.engine.roles import Actor
from booking.accounts.models import Organisation
from booking.calendars.feeds.engine.feed_window import MOST_EVENTS, Window
from booking.calendars.feeds.engine.kinds import FeedKind, Whose
from booking.calendars.models import FeedRevision, RenderedEvent
from booking.instructors.models import Field, Instructor, InstructorField, Topic
from booking.lectures.engine.states import Side
from booking.lectures.models import Lecture
from booking.lectures.overview import touches


def chosen(
    query: Select[*tuple[Any, ...]],
    whose: Whose,
    who: Actor,
    shown: Window,
    *,
    busy_only: bool,
    tentative: bool,
) -> Select[*tuple[Any, ...]]:
    """The query limited to the events of a feed, in their order and number."""
    query = query.where(
        _of(whose, who, shown),
        RenderedEvent.starts_at >= shown.first,
        RenderedEvent.starts_at < shown.end,
        or_(~RenderedEvent.cancelled, RenderedEvent.starts_at >= shown.cancelled_from),
    )
    if not tentative:
        query = query.where(~RenderedEvent.tentative)
    if busy_only:
        query = query.where(~RenderedEvent.cancelled)
    order = (RenderedEvent.starts_at, RenderedEvent.lecture_id, RenderedEvent.id)
    return query.order_by(*order).limit(MOST_EVENTS)


def revisions(connection: Connection, query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    """Of each event of a `chosen` query: id, revision, requests and last change of its owner."""
    joined = query.outerjoin(
        FeedRevision,
        and_(
            FeedRevision.side == RenderedEvent.side,
            FeedRevision.owner_id == RenderedEvent.owner_id,
        ),
    )
    return connection.execute(
        joined.with_only_columns(
            RenderedEvent.id,
            FeedRevision.revision,
            FeedRevision.requests,
            FeedRevision.changed_at,
        )
    ).all()


def _of(whose: Whose, who: Actor, shown: Window) -> ColumnElement[bool]:
    if whose.kind is FeedKind.INSTRUCTOR:
        return _owned(Side.INSTRUCTOR, whose.instructor_id)
    if whose.kind is FeedKind.BRANCH:
        return _owned(Side.BRANCH, whose.organisation_id)
    if whose.kind is FeedKind.MINE:
        return or_(
            false(),
            *(_owned(Side.INSTRUCTOR, one) for one in sorted(who.instructor_ids)),
            *(_owned(Side.BRANCH, one) for one in sorted(who.organisation_ids)),
        )
    # The branch's event names both sides, and each lecture has one.
    within = _touching(whose, shown)
    return and_(RenderedEvent.side == Side.BRANCH, RenderedEvent.lecture_id.in_(within))


def _owned(side: Side, owner_id: int | None) -> ColumnElement[bool]:
    return and_(RenderedEvent.side == side, RenderedEvent.owner_id == owner_id)


def _touching(whose: Whose, shown: Window) -> Select[int]:
    """The lectures of a region, as the board of its coordinators has them."""
    query = (
        select(Lecture.id)
        .join(Organisation, Organisation.id == Lecture.organisation_id)
        .join(Instructor, Instructor.id == Lecture.instructor_id)
        .where(
            touches(whose.region_code or ""),
            Lecture.starts_at >= shown.first,
            Lecture.starts_at < shown.end,
        )
    )
    if whose.kind is FeedKind.FIELD and whose.field_id is not None:
        query = query.outerjoin(Topic, Topic.id == Lecture.topic_id).where(
            _in_field(whose.field_id)
        )
    return query


def _in_field(field_id: int) -> ColumnElement[bool]:
    """The field of the topic is this one or one below it; without one the instructor's counts."""
    fields = select(Field.id).where(or_(Field.id == field_id, Field.parent_id == field_id))
    of_instructor = select(InstructorField.instructor_id).where(
        InstructorField.field_id.in_(fields)
    )
    return or_(
        Topic.field_id.in_(fields),
        and_(Topic.field_id.is_(None), Lecture.instructor_id.in_(of_instructor)),
    )
