"""The landing page, the directory, and an instructor with a week of free times."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.guards import requires
from booking.accounts.models import Region
from booking.accounts.permissions import Subject
from booking.accounts.queries import all_regions
from booking.availability.asks import ask_for
from booking.availability.half_days import HalfDay, SlotTemplate
from booking.availability.hours import local_date
from booking.availability.intervals import Interval
from booking.availability.queries import slot_template, special_days, unofficial_years
from booking.db import db
from booking.directory import asking, queries
from booking.directory.asker import own_organisation, own_region
from booking.directory.search import Search, read
from booking.instructors.models import Instructor, Topic
from booking.instructors.vocabulary import Audience, Format, Listed
from booking.lectures.queries import Diaries, diaries

blueprint = Blueprint("directory", __name__)
asking.register(blueprint)

WEEK = timedelta(days=7)

PartsOfDay = dict[HalfDay, list[Interval]]


@blueprint.get("/")
@requires("public")
def home() -> ResponseReturnValue:
    """The question comes before the catalogue."""
    session = db.session()
    return render_template(
        "directory/home.html",
        search=Search(),
        fields=queries.field_counts(session),
        regions=all_regions(session),
    )


@blueprint.get("/instructors")
@requires("directory.search")
def search() -> ResponseReturnValue:
    """The instructors who fit; the address can be shared."""
    session = db.session()
    wanted = read(request.args)
    results = queries.find(
        session,
        wanted,
        here=own_region(),
        organisation_id=own_organisation(),
        now=clock.now(),
        zone=i18n.zone(),
    )
    return render_template(
        "directory/search.html",
        search=wanted,
        results=results,
        empty_register=not results.total and queries.is_empty(session),
        unofficial=unofficial_years(session, i18n.today(), i18n.today() + queries.LOOK_AHEAD),
        fields=queries.field_tree(session),
        regions=all_regions(session),
        audiences=list(Audience),
        formats=list(Format),
    )


@blueprint.get("/instructors/<int:instructor_id>")
@requires("instructor.read")
def instructor(instructor_id: int) -> ResponseReturnValue:
    """Who it is, what can be heard, and when."""
    session = db.session()
    found = queries.instructor_page(session, instructor_id)
    topics = [topic for topic in found.topics if topic.active]
    topic = _chosen_topic(topics)
    now = clock.now()
    here = _chosen_region() or own_region() or found.region_code
    form = _chosen(Format, "format")
    read = _diary(found, now)
    ask = ask_for(topic, here, own_organisation(), form) if topic else None
    slots = read.offered(found.id, ask) if ask else []
    today = local_date(now, i18n.zone())
    week = _chosen_week(slots, today)
    return render_template(
        "directory/instructor.html",
        instructor=found,
        subject=Subject(instructor_id=found.id, region_codes=frozenset({found.region_code})),
        topics=topics,
        topic=topic,
        here=here,
        wanted={"region": here, "format": form, "audience": _chosen(Audience, "audience")},
        regions=all_regions(session),
        days=[week + timedelta(days=offset) for offset in range(7)],
        slots=_by_day(slots, slot_template(session, found.region_code)),
        special=special_days(session, week, week + WEEK),
        unofficial=unofficial_years(session, today, week + WEEK - timedelta(days=1)),
        week=week,
        next_free=next((slot for slot in slots if local_date(slot[0], i18n.zone()) >= week), None),
        rules=read.known[found.id].rules,
        first_free=slots[0] if slots else None,
        week_has_free=any(week <= local_date(slot[0], i18n.zone()) < week + WEEK for slot in slots),
        previous_week=week - WEEK if week > today else None,
        next_week=week + WEEK,
    )


def _chosen_topic(topics: list[Topic]) -> Topic | None:
    wanted = request.args.get("topic", "")
    chosen = [topic for topic in topics if str(topic.id) == wanted]
    return chosen[0] if chosen else next(iter(topics), None)


def _chosen(kind: type[Listed], name: str) -> Listed | None:
    """What the address asks for of a controlled list; it goes along to the booking."""
    wanted = request.args.get(name, "")
    return kind(wanted) if wanted in set(kind) else None


def _chosen_region() -> str | None:
    """The region named in the address, where the lecture is to be."""
    wanted = request.args.get("region", "")
    region = db.session().get(Region, wanted) if wanted.isdecimal() else None
    return region.code if region else None


def _diary(found: Instructor, now: datetime) -> Diaries:
    """Everything about an instructor's time, as far ahead as bookings are taken."""
    zone = i18n.zone()
    today = local_date(now, zone)
    last = today + timedelta(days=366)
    return diaries(db.session(), [found.id], first=today, last=last, now=now, zone=zone)


def _chosen_week(slots: list[Interval], today: date) -> date:
    """The Monday asked for; without a wish, the first week in which a time is free."""
    try:
        wanted = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        first = local_date(slots[0][0], i18n.zone()) if slots else today
        return queries.week_of(first)
    return queries.week_of(min(max(wanted, today), today + timedelta(days=366)))


def _by_day(slots: list[Interval], template: SlotTemplate) -> dict[date, PartsOfDay]:
    """The times of each day, by the parts of the day as they are in the instructor's region."""
    found: dict[date, PartsOfDay] = defaultdict(lambda: defaultdict(list))
    for slot in slots:
        start = i18n.local(slot[0])
        part = template.part_of(start.hour * 60 + start.minute)
        found[start.date()][part].append(slot)
    return found
