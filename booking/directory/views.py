"""The landing page, the directory search, and an instructor's page with a week of slots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import requires
from booking.accounts.queries import RegionRow, all_regions
from booking.availability.engine.closures import bookable_window
from booking.availability.engine.hours import local_date
from booking.availability.engine.offers import Availability, slot_request_for
from booking.availability.queries import (
    days_and_estimated_years,
    estimated_years_ahead,
    slot_template,
)
from booking.db import db
from booking.directory.engine.cards import TopicLine
from booking.directory.engine.search_query import Search, read, with_region
from booking.directory.engine.url_parameters import (
    LONGEST_WORDS,
    ignored,
    read_audience,
    read_format,
    read_region_code,
    read_topic_id,
)
from booking.directory.matching import views as matching_views
from booking.directory.matching.requester import own_organisation, own_region
from booking.directory.profile.queries import profile
from booking.directory.search import queries as search_queries
from booking.instructors.engine.vocabulary import Audience, Format
from booking.lectures.queries import Schedules, schedules
from booking.lectures.request_form.week import FURTHEST, WEEK, by_day, week_shown
from booking.web.request_limits import limited

blueprint = Blueprint("directory", __name__)
matching_views.register(blueprint)


@blueprint.get("/")
@requires("public")
def home() -> ResponseReturnValue:
    """The landing page: the search form, and the fields below it."""
    session = db.session()
    return render_template(
        "directory/home.html",
        search=Search(),
        longest_words=LONGEST_WORDS,
        fields=search_queries.field_counts(session),
        regions=all_regions(session),
    )


@blueprint.get("/instructors")
@limited("search")
@requires("directory.search")
def search() -> ResponseReturnValue:
    """A page of matching instructors; the URL can be shared."""
    session = db.session()
    regions = all_regions(session)
    query = with_region(read(request.args), [(region.code, region.name) for region in regions])
    results = search_queries.find(
        session,
        query,
        here=own_region(),
        organisation_id=own_organisation(),
        now=clock.now(),
        zone=i18n.zone(),
    )
    return render_template(
        "directory/search.html",
        search=query,
        longest_words=LONGEST_WORDS,
        results=results,
        empty_register=not results.total and search_queries.is_empty(session),
        estimated=estimated_years_ahead(
            session, i18n.today(), i18n.today() + search_queries.LOOK_AHEAD
        ),
        fields=search_queries.field_tree(session),
        regions=regions,
        audiences=list(Audience),
        formats=list(Format),
        look_ahead=search_queries.LOOK_AHEAD.days,
    )


@blueprint.get("/instructors/<int:instructor_id>")
@limited("search")
@requires("instructor.read")
def instructor(instructor_id: int) -> ResponseReturnValue:
    """An instructor's profile with the bookable slots of one topic in one week."""
    session = db.session()
    entry = profile(session, instructor_id)
    topic = _chosen_topic(entry.topics)
    now = clock.now()
    regions = all_regions(session)
    chosen, own = _chosen_region(regions), own_region()
    here = chosen or own or entry.region_code
    form = ignored(read_format, request.args)
    audience = ignored(read_audience, request.args)
    schedule = _schedule(entry.id, now)
    slot_request = slot_request_for(topic, here, own_organisation(), form) if topic else None
    today = local_date(now, i18n.zone())
    shown = week_shown(schedule, entry.id, slot_request, request.args.get("week", ""), today)
    monday = shown.monday
    calendar_days, estimated = days_and_estimated_years(session, min(monday, today), shown.sunday)
    return render_template(
        "directory/instructor.html",
        instructor=entry,
        subject=Subject(instructor_id=entry.id, region_codes=frozenset({entry.region_code})),
        topic=topic,
        here=here,
        assumed=None if chosen or own else next(r for r in regions if r.code == here),
        wanted={"region": chosen, "format": form, "audience": audience},
        regions=regions,
        days=[monday + timedelta(days=offset) for offset in range(7)],
        slots=by_day(shown.slots, slot_template(session, entry.region_code), i18n.zone()),
        calendar_days=calendar_days,
        estimated=[year for year in estimated if year >= today.year],
        week=monday,
        next_free=shown.next_free,
        first_free=shown.first_free,
        not_open=schedule.known[entry.id].hours.none_given,
        too_soon=shown.sunday < _first_day(schedule.known[entry.id], now),
        rules=schedule.known[entry.id].rules,
        previous_week=monday - WEEK if monday > today else None,
        next_week=monday + WEEK,
    )


def _chosen_topic(topics: Sequence[TopicLine]) -> TopicLine | None:
    topic_id = ignored(read_topic_id, request.args)
    chosen = [topic for topic in topics if topic.id == topic_id]
    return chosen[0] if chosen else next(iter(topics), None)


def _chosen_region(regions: Sequence[RegionRow]) -> str | None:
    """The `region` parameter (of the lecture) if such a region exists, or None."""
    code = read_region_code(request.args)
    return code if code in {region.code for region in regions} else None


def _first_day(availability: Availability, now: datetime) -> date:
    """The first day that satisfies the notice."""
    rules, days = availability.rules, availability.hours.days
    zone = i18n.zone()
    return local_date(bookable_window(rules, now=now, zone=zone, days=days)[0], zone)


def _schedule(instructor_id: int, now: datetime) -> Schedules:
    """The instructor's schedule from today to the furthest possible horizon."""
    zone = i18n.zone()
    today = local_date(now, zone)
    last = today + FURTHEST
    return schedules(db.session(), [instructor_id], first=today, last=last, now=now, zone=zone)
