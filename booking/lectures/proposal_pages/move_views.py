"""The page on which another time or place is proposed; what was typed is kept whatever happens.

As in the booking form, some parameters of the URL send the form without proposing: `day` and
`month` show other times, `add` and `drop` choose a time or leave one out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from booking import clock, i18n
from booking.accounts.engine.permissions import books
from booking.accounts.guards import actor, authorise, requires
from booking.accounts.queries import all_regions
from booking.availability.engine.limits import EVERY_DAY, DaySpan
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.travel import Place
from booking.db import db, unit_of_work
from booking.errors import DomainError, Invalid
from booking.instructors.engine.vocabulary import Format
from booking.lectures import queries
from booking.lectures.engine.agreement import MOST_OPTIONS, ProposalKind
from booking.lectures.engine.errors import ProposalOpen
from booking.lectures.engine.states import Party
from booking.lectures.engine.unbookable import NotBookable
from booking.lectures.models import Lecture
from booking.lectures.parties import parties
from booking.lectures.proposal_pages.forms import MoveForm
from booking.lectures.proposal_pages.openings import refuse_if_impossible
from booking.lectures.proposals import service
from booking.lectures.proposals.acts import Acting
from booking.lectures.proposals.options import Wanted
from booking.lectures.request_form.month import FURTHEST, Month, month_shown, read_wanted
from booking.lectures.request_form.month import Wanted as WantedDay
from booking.lectures.request_form.month_page import MonthPage, month_page
from booking.lectures.request_form.parameters import requested_start
from booking.lectures.schedules.queries import schedules
from booking.lectures.words import FORMATS
from booking.text import plain
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed
from booking.web.submissions import with_error

NOT_YET = frozenset({"day", "month", "add", "drop"})
"""Parameters with which a sent form is shown again instead of proposing."""

INSTRUCTORS_SIDE = frozenset({Party.INSTRUCTOR, Party.COORDINATOR})


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule("/lectures/<number>/move", "move", move, methods=["GET", "POST"])


@requires("account.use")
@keeps_typed
def move(number: str) -> ResponseReturnValue:
    """Choose one to three times, perhaps another place, and propose them."""
    lecture = queries.by_number(db.session(), number, whole=True)
    authorise("lecture.change", queries.subject(lecture))
    form, starts = _form(lecture), _chosen()
    if request.method == "GET" or not NOT_YET.isdisjoint(request.args):
        if request.method == "GET" and refuse_if_impossible(lecture, now=clock.now()):
            flash(str(ProposalOpen.sentence), "danger")
            return redirect(url_for("lectures.show", number=number), 303)
        return _page(number, form, starts, 200)
    if not form.validate():
        return _page(number, form, starts, 422)
    try:
        _propose(lecture, form, starts)
    except on_page(Invalid) as error:
        if error.field not in form:
            return _page(number, form, starts, error.status, error)
        return _page(number, form, starts, with_error(form, error).status)
    except on_page(DomainError) as error:
        return _page(number, form, starts, error.status, error)
    flash(
        _("Proposed. The new times are held; the lecture stays as it is until the answer."),
        "success",
    )
    return redirect(url_for("lectures.show", number=number), 303)


def _propose(lecture: Lecture, form: MoveForm, starts: list[datetime]) -> None:
    who, number = actor(), lecture.number
    capacities = form.parties(parties(who, lecture))
    # Without another time only the place changes.
    wanted = [
        Wanted(start, form.region.data, form.place.data, form.chosen_format())
        for start in starts or [lecture.starts_at]
    ]
    acting = Acting(capacities, who.user_id, clock.now(), form.reason.data or "")
    with unit_of_work() as session:
        service.propose(
            session,
            number=number,
            kind=ProposalKind.MOVE,
            wanted=wanted,
            acting=acting,
            zone=i18n.zone(),
        )


def _chosen() -> list[datetime]:
    """The chosen starts, in the order in which they were chosen."""
    texts = [*request.form.getlist("start"), *request.args.getlist("add")]
    starts = list(dict.fromkeys(requested_start({"start": text}) for text in texts))
    dropped = [requested_start({"start": text}) for text in request.args.getlist("drop")]
    return [start for start in starts if start not in dropped][:MOST_OPTIONS]


def _form(lecture: Lecture) -> MoveForm:
    form = MoveForm(formdata=request.form if request.method == "POST" else None)
    form.ask_side(parties(actor(), lecture))
    topic = lecture.topic
    formats = dict.fromkeys([lecture.format, *(topic.formats if topic else ())])
    form.format.choices = [SelectChoice(one.value, FORMATS[one]) for one in formats]
    if request.method == "GET":
        form.region.data, form.place.data = lecture.region.present_code, lecture.place
        form.format.data = lecture.format.value
    elif form.format.data not in set(formats) and not NOT_YET.isdisjoint(request.args):
        form.format.data = lecture.format.value
    return form


def _page(
    number: str,
    form: MoveForm,
    starts: list[datetime],
    status: int,
    refusal: DomainError | None = None,
) -> ResponseReturnValue:
    session = db.session()
    # After a unit of work the rows are read anew.
    lecture = queries.by_number(session, number, whole=True)
    who = parties(actor(), lecture)
    times = _times(lecture, form, form.parties(who))
    nearest = (refusal.nearest or ()) if isinstance(refusal, NotBookable) else ()
    page = render_template(
        "lectures/move.html",
        lecture=lecture,
        form=form,
        starts=starts,
        full=len(starts) == MOST_OPTIONS,
        most=MOST_OPTIONS,
        refusal=refusal,
        refused=refusal.start if isinstance(refusal, NotBookable) else None,
        nearest=[slot for slot in nearest if slot[0] not in starts],
        times=times,
        regions=all_regions(session),
        parties=who,
    )
    return page, status


def _times(lecture: Lecture, form: MoveForm, who: frozenset[Party]) -> MonthPage:
    """The month that was asked for, by default the lecture's. Four queries."""
    session, now, zone, today = db.session(), clock.now(), i18n.zone(), i18n.today()
    schedule = schedules(
        session, [lecture.instructor_id], first=today, last=today + FURTHEST, now=now, zone=zone
    )
    month = month_shown(
        schedule, lecture.instructor_id, _request(lecture, form, who), _day(lecture, form)
    )
    if not books(actor(), queries.subject(lecture)):
        month = _without_marks(month)
    region_code = lecture.instructor.region_code
    return month_page(session, schedule, lecture.instructor_id, region_code, month)


def _day(lecture: Lecture, form: MoveForm) -> WantedDay:
    """The wanted day: of the URL, else the one that was typed, else the lecture's."""
    typed = {"day": form.jump.data or ""} if request.args.get("day") == "" else request.args
    wanted = read_wanted(typed)
    if wanted.day or wanted.month:
        return wanted
    return WantedDay(max(i18n.local(lecture.starts_at).date(), i18n.today()))


def _request(lecture: Lecture, form: MoveForm, who: frozenset[Party]) -> SlotRequest:
    topic = lecture.topic
    online = form.format.data == Format.ONLINE
    place = Place(form.region.data or "", plain(form.place.data or "").strip())
    # As `service.propose`: a branch that is also the instructor proposes as the branch.
    urgent = Party.BRANCH not in who and bool(who & INSTRUCTORS_SIDE)
    return SlotRequest(
        minutes=int((lecture.ends_at - lecture.starts_at).total_seconds()) // 60,
        place=None if online else place,
        organisation_id=lecture.organisation_id,
        topic=DaySpan(topic.valid_from, topic.valid_to) if topic else EVERY_DAY,
        lecture_id=lecture.id,
        urgent=urgent,
    )


def _without_marks(month: Month) -> Month:
    """The month without the marks of the branch's own lectures, for other readers."""
    weeks = tuple(tuple(day and replace(day, own=()) for day in week) for week in month.weeks)
    return replace(month, weeks=weeks, chosen=month.chosen and replace(month.chosen, own=()))
