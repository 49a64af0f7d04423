"""Free and busy time, and the weekly hours, as documents beside a feed (calendar rule 13)."""

from __future__ import annotations

from datetime import date
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import i18n
from booking.availability.engine.offers import LONGEST_HORIZON
from booking.availability.engine.timetables import flatten
from booking.availability.engine.zones import day_bounds
from booking.availability.queries import read_timetable, timetables_of, week_of
from booking.calendars.engine.ical import join_calendar
from booking.calendars.engine.timezones import writable_zone
from booking.calendars.feeds.engine.feed_window import window
from booking.calendars.feeds.engine.freebusy import free_busy
from booking.calendars.feeds.engine.weekly_hours import availability
from booking.calendars.feeds.queries import FoundFeed, chosen
from booking.calendars.models import RenderedEvent
from booking.installation import uid_suffix


def busy_times(session: Session, feed: FoundFeed, *, today: date) -> bytes:
    """A VCALENDAR with one VFREEBUSY: when the lectures of the feed are. One query."""
    columns = RenderedEvent.starts_at, RenderedEvent.ends_at, RenderedEvent.tentative
    query = chosen(select(*columns), feed, today).where(~RenderedEvent.cancelled)
    rows = session.connection().execute(query).all()
    zone = i18n.zone()
    shown = window(today, zone)
    midnight = day_bounds(today, zone)[0]
    text = free_busy(
        uid=_uid(session, feed, "freebusy"),
        revised_at=max(midnight, feed.changed_at or midnight),
        of=(shown.first, shown.end),
        busy=[(row.starts_at, row.ends_at) for row in rows if not row.tentative],
        tentative=[(row.starts_at, row.ends_at) for row in rows if row.tentative],
    )
    return join_calendar(name=feed.name, zone=zone.key, zones=(), events=[text])


def has_hours(feed: FoundFeed) -> bool:
    """Whether the feed is about an instructor, who has weekly hours."""
    return bool(_instructors(feed))


def weekly_hours(session: Session, feed: FoundFeed, *, today: date) -> bytes:
    """A VCALENDAR with one VAVAILABILITY for each instructor of the feed."""
    zone = i18n.zone()
    texts = [
        availability(
            uid=_uid(session, feed, f"hours-{instructor_id}"),
            zone=zone,
            today=today,
            last=today + LONGEST_HORIZON,
            weekly=flatten(
                week_of(session, instructor_id),
                map(read_timetable, timetables_of(session, instructor_id)),
            ),
        )
        for instructor_id in _instructors(feed)
    ]
    zones = {zone.key} if writable_zone(zone.key) else set()
    return join_calendar(name=feed.name, zone=zone.key, zones=zones, events=texts)


def _instructors(feed: FoundFeed) -> list[int]:
    one = feed.whose.instructor_id
    return sorted(feed.who.instructor_ids) if one is None else [one]


def _uid(session: Session, feed: FoundFeed, part: str) -> str:
    """A permanent UID for a document of a feed, the same in each answer."""
    suffix = uid_suffix(session)
    return f"{uuid5(NAMESPACE_URL, f'{feed.id}/{part}{suffix}')}{suffix}"
