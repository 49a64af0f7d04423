"""The page with all components. It shows invented people and lectures and writes nothing."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from types import SimpleNamespace

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from booking import clock, i18n
from booking.accounts.guards import only_here, requires
from booking.availability.month.engine.months import read_day
from booking.availability.queries import calendar_days
from booking.db import db
from booking.errors import Text
from booking.lectures.calendar.engine.periods import View, period
from booking.lectures.calendar.words import VIEWS
from booking.lectures.engine.states import State
from booking.lectures.engine.unbookable import SlotTaken
from booking.lectures.request_form.month import read_wanted
from booking.styleguide import months
from booking.styleguide.forms import refused_sample, sample

blueprint = Blueprint("styleguide", __name__)

INSTRUCTOR = SimpleNamespace(
    id=1,
    name="陈明",
    name_pinyin=None,
    title="副高级",
    workplace="栖云市中心医院（虚构）",
    region_code="990102",
)
TOPIC = SimpleNamespace(id=1, title="急救入门", minutes=90, instructor=INSTRUCTOR)

MONTHS: dict[str, tuple[Text, int | None]] = {
    "month": (lazy_gettext("Month"), 9),
    "month-form": (lazy_gettext("Another time"), 9),
    "month-full": (lazy_gettext("Nothing is free in this month."), 16),
    "month-unopened": (lazy_gettext("This instructor is not open for booking yet."), None),
}
"""The months of the style guide with the hour from which they are open until 17:00.

Each of them, and the calendars, has an address of its own: they have ids that a page can hold once.
A closed day is shown as on any page, by its link.
"""


@blueprint.route("/styleguide", methods=["GET", "POST"])
@requires("public")
def show() -> ResponseReturnValue:
    """Every component in every state; language and theme by the switches of every page.

    Its forms change nothing; they come back with a message.
    """
    only_here(current_app.config["STYLEGUIDE"])
    if request.method == "POST":
        flash(_("Thank you, this is noted."), "success")
        return redirect(url_for("styleguide.show"), 303)
    part = request.args.get("part", "")
    if part in MONTHS:
        return _month(part)
    if part == "calendar":
        return _calendar()
    lectures = [_lecture(state) for state in State]
    lectures.append(_lecture(State.CANCELLED, late=True))
    return render_template(
        "styleguide/show.html",
        form=sample("plain"),
        refused=refused_sample("refused"),
        refusal=SlotTaken(),
        lectures=lectures,
        around=months.around(lectures[0]),
        topic=TOPIC,
        parts={part: words for part, (words, _opens) in MONTHS.items()},
        views=VIEWS,
    )


def _month(part: str) -> str:
    words, opens = MONTHS[part]
    wanted = read_wanted(request.args)
    return render_template(
        "styleguide/month.html",
        part=part,
        words=words,
        times=months.month(INSTRUCTOR.region_code, wanted, opens=opens, minutes=TOPIC.minutes),
        turn=partial(url_for, "styleguide.show", part=part),
        topic=TOPIC,
    )


def _calendar() -> str:
    asked = request.args.get("view", "")
    view = View(asked) if asked in set(View) else View.MONTH
    shown = period(view, read_day(request.args.get("day", "")) or i18n.today())
    return render_template(
        "styleguide/calendar.html",
        period=shown,
        views=VIEWS,
        entries=months.entries(shown, _lecture(State.CONFIRMED)),
        open_time=months.open_time(shown),
        calendar_days=calendar_days(db.session(), shown.first, shown.last),
        turn=partial(url_for, "styleguide.show", part="calendar"),
    )


def _lecture(state: State, *, late: bool = False) -> SimpleNamespace:
    starts_at = clock.now().replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(days=9)
    return SimpleNamespace(
        id=0,
        number="YK-2026-000000",
        title="急救入门",
        state=state,
        cancelled_late=late,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        instructor=INSTRUCTOR,
        organisation=SimpleNamespace(name="听澜区第一支部"),
        place="文化馆二楼会议室",
        attendees=60,
        audience=None,
        note="听众多为新任网格员，请多讲案例。",
    )
