"""Pages: the calendars of an instructor, of a branch, and of a coordinator's regions.

`view` is month, week or list, and `day` lies in what is shown. On a phone a month is a list by day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement

from booking import clock, i18n
from booking.accounts.guards import actor, requires
from booking.availability.month.engine.months import read_day
from booking.availability.queries import calendar_days
from booking.db import db
from booking.lectures.calendar import queries
from booking.lectures.calendar.engine.open_time import OpenTime, open_times
from booking.lectures.calendar.engine.periods import Period, View, period
from booking.lectures.calendar.words import VIEWS
from booking.lectures.schedules.queries import schedules


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    for path, view in (
        ("/inbox/calendar", instructor_calendar),
        ("/lectures/calendar", branch_calendar),
        ("/board/calendar", region_calendar),
    ):
        blueprint.add_url_rule(path, view.__name__, view)


@requires("lecture.inbox")
def instructor_calendar() -> ResponseReturnValue:
    """The instructor's lectures, free hours and busy times."""
    owners = actor().instructor_ids
    shown = _period()
    return _page(
        shown,
        queries.of_instructors(owners),
        queries.held_by(owners),
        _open_times(min(owners), shown),
    )


@requires("lecture.list")
def branch_calendar() -> ResponseReturnValue:
    """The lectures of the branches for which the user books."""
    owned = queries.of_organisations(actor().organisation_ids)
    return _page(_period(), owned, owned)


@requires("lecture.board")
def region_calendar() -> ResponseReturnValue:
    """The lectures of the coordinator's regions."""
    overseen = queries.of_regions(actor())
    return _page(_period(), overseen, overseen)


def _period() -> Period:
    asked = request.args.get("view", "")
    view = View(asked) if asked in set(View) else View.MONTH
    return period(view, read_day(request.args.get("day", "")) or i18n.today())


def _open_times(instructor_id: int, shown: Period) -> dict[date, OpenTime]:
    """Free hours and busy times of the days to come. Two queries."""
    now, zone = clock.now(), i18n.zone()
    days = [day for day in shown.days if day >= i18n.today()]
    if not days:
        return {}
    schedule = schedules(
        db.session(), [instructor_id], first=days[0], last=days[-1], now=now, zone=zone
    )
    known, taken = schedule.known[instructor_id], schedule.taken.get(instructor_id, ())
    return open_times(known, taken, days, now=now, zone=zone)


def _page(
    shown: Period,
    condition: ColumnElement[bool],
    proposed: ColumnElement[bool],
    open_time: Mapping[date, OpenTime] | None = None,
) -> ResponseReturnValue:
    session, endpoint = db.session(), request.endpoint or ""
    return render_template(
        "lectures/calendar.html",
        period=shown,
        views=VIEWS,
        entries=queries.entries(
            session, condition, first=shown.first, last=shown.last, zone=i18n.zone()
        ),
        proposed=queries.proposed_times(
            session, proposed, first=shown.first, last=shown.last, zone=i18n.zone()
        ),
        open_time=open_time,
        calendar_days=calendar_days(session, shown.first, shown.last),
        endpoint=endpoint,
        turn=partial(url_for, endpoint),
    )
