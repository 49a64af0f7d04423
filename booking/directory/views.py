"""The landing page, the directory search, and an instructor's page with a month of slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock, i18n
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import requires
from booking.accounts.queries import RegionRow, all_regions
from booking.accounts.successors.queries import present_code
from booking.availability.engine.offers import slot_request_for
from booking.availability.engine.zones import local_date
from booking.availability.queries import estimated_years_ahead
from booking.contacts.consents.queries import shown
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
from booking.directory.search.misses import SearchWithoutResult, search_found_nothing
from booking.instructors.engine.vocabulary import Audience, Format
from booking.instructors.queries import field_tree
from booking.lectures.request_form.month import FURTHEST, month_shown, read_wanted
from booking.lectures.request_form.month_page import MonthPage, month_page
from booking.lectures.request_form.parameters import LONGEST_NUMBER
from booking.lectures.schedules.queries import Schedules, schedules
from booking.visibility.engine.publicity import SeenEntries
from booking.visibility.guards import (
    check_entry,
    entries_seen,
    entry_is_public,
    of_register,
    public_only,
    readers,
)
from booking.web.request_limits import limited

blueprint = Blueprint("directory", __name__)
matching_views.register(blueprint)


@blueprint.get("/")
@requires("public")
def home() -> ResponseReturnValue:
    """The landing page: the search form, and the fields below it."""
    session, seen = db.session(), entries_seen()
    return render_template(
        "directory/home.html",
        search=Search(),
        longest_words=LONGEST_WORDS,
        seen=seen,
        fields=[] if seen is SeenEntries.NONE else _counts(session, seen),
        regions=all_regions(session),
    )


def _counts(session: Session, seen: SeenEntries) -> Sequence[tuple[Any, int]]:
    return search_queries.field_counts(session, public_only=seen is SeenEntries.PUBLIC)


@blueprint.get("/instructors")
@limited("search")
@requires("directory.search")
@of_register
def search() -> ResponseReturnValue:
    """A page of matching instructors; the URL can be shared."""
    session = db.session()
    regions = all_regions(session)
    fields = field_tree(session)
    query = search_queries.with_successors(session, read(request.args), regions, fields)
    query = with_region(query, [(region.code, region.name) for region in regions])
    query = replace(query, public_only=public_only())
    results = search_queries.find(
        session,
        query,
        here=own_region(),
        organisation_id=own_organisation(),
        now=clock.now(),
        zone=i18n.zone(),
    )
    page = render_template(
        "directory/search.html",
        search=query,
        longest_words=LONGEST_WORDS,
        results=results,
        empty_register=not results.total and search_queries.is_empty(session),
        estimated=estimated_years_ahead(
            session, i18n.today(), i18n.today() + search_queries.LOOK_AHEAD
        ),
        fields=fields,
        regions=regions,
        audiences=list(Audience),
        formats=list(Format),
        look_ahead=search_queries.LOOK_AHEAD.days,
    )
    if query.words and not results.total:
        _tell_of_miss(query)
    return page


def _tell_of_miss(query: Search) -> None:
    """Tell features above of words without result; after the page, since they may write."""
    miss = SearchWithoutResult(query.words, query.field, query.region, clock.now())
    search_found_nothing.send(search=miss)


@blueprint.get("/instructors/<int:instructor_id>")
@limited("search")
@requires("instructor.read")
@of_register
def instructor(instructor_id: int) -> ResponseReturnValue:
    """An instructor's profile with a month of bookable days and the slots of one, for one topic."""
    session = db.session()
    entry = profile(session, instructor_id)
    check_entry(entry.public)
    topic = _chosen_topic(entry.topics)
    regions = all_regions(session)
    chosen, own = _chosen_region(regions), own_region()
    here = chosen or own or entry.region_code
    form = ignored(read_format, request.args)
    wanted: dict[str, Any] = {
        # The booking form takes over what this earlier lecture of the branch had.
        "like": request.args.get("like", "")[:LONGEST_NUMBER] or None,
        "region": chosen,
        "format": form,
        "audience": ignored(read_audience, request.args),
    }
    schedule = _schedule(entry.id, clock.now())
    times: MonthPage | None = None
    if topic is not None:
        slot_request = slot_request_for(topic, here, own_organisation(), form)
        month = month_shown(schedule, entry.id, slot_request, read_wanted(request.args))
        times = month_page(session, schedule, entry.id, entry.region_code, month)
    turn = partial(
        url_for,
        "directory.instructor",
        instructor_id=entry.id,
        topic=topic and topic.id,
        _anchor="times",
        **wanted,
    )
    return render_template(
        "directory/instructor.html",
        instructor=entry,
        subject=Subject(instructor_id=entry.id, region_codes=frozenset({entry.region_code})),
        topic=topic,
        here=next(region for region in regions if region.code == here),
        assumed=not (chosen or own),
        wanted=wanted,
        regions=regions,
        times=times,
        turn=turn,
        rules=schedule.known[entry.id].rules,
        published=shown(
            entry.consented,
            readers(entry.id, entry.region_code),
            public_entry=entry_is_public(entry.public),
        ),
    )


def _chosen_topic(topics: Sequence[TopicLine]) -> TopicLine | None:
    topic_id = ignored(read_topic_id, request.args)
    chosen = [topic for topic in topics if topic.id == topic_id]
    return chosen[0] if chosen else next(iter(topics), None)


def _chosen_region(regions: Sequence[RegionRow]) -> str | None:
    """The `region` parameter (of the lecture) if such a region exists, or None."""
    known = {region.code for region in regions}
    code = read_region_code(request.args)
    if code and code not in known:
        code = present_code(db.session(), code)
    return code if code in known else None


def _schedule(instructor_id: int, now: datetime) -> Schedules:
    """The instructor's schedule from today to the furthest possible horizon."""
    zone = i18n.zone()
    today = local_date(now, zone)
    last = today + FURTHEST
    return schedules(db.session(), [instructor_id], first=today, last=last, now=now, zone=zone)
