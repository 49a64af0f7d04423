"""Pages: a lecture, the branch's lectures, the instructor's inbox."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.guards import actor, authorise, requires
from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.errors import DomainError, NotFound
from booking.lectures import days_around, queries, service
from booking.lectures.board import batch
from booking.lectures.board import views as board_views
from booking.lectures.calendar import views as calendar_views
from booking.lectures.closed_days import views as closed_day_views
from booking.lectures.engine import answer_links
from booking.lectures.engine.errors import ReasonMissing
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.engine.transitions import HOLDING
from booking.lectures.forms import ReasonForm
from booking.lectures.models import Lecture
from booking.lectures.parties import parties, possible
from booking.lectures.proposal_pages import views as proposal_views
from booking.lectures.proposals.access import may_read
from booking.lectures.quotas import views as quota_views
from booking.lectures.request_form import views as request_views
from booking.lectures.words import (
    AUDIENCES,
    CLOSED_DAYS,
    CLOSED_REQUESTS,
    COMMANDS,
    FORMATS,
    MARKS,
    PARTIES,
    SHORT_DAY,
    STATES,
    done,
    told,
)
from booking.web.request_safety import keeps_typed
from booking.web.submissions import with_error

blueprint = Blueprint("lectures", __name__)
request_views.register(blueprint)
quota_views.register(blueprint)
closed_day_views.register(blueprint)
calendar_views.register(blueprint)
board_views.register(blueprint)
proposal_views.register(blueprint)

ANSWERS = frozenset({Command.CONFIRM, Command.DECLINE})

LIST_LENGTH = 100
FEW = 20
"""Rows of the lists of past lectures, and of those that do not take place."""


@blueprint.record_once
def words(state: BlueprintSetupState) -> None:
    """Add the display texts of states and lists to the template globals."""
    state.app.jinja_env.globals.update(
        STATES=STATES,
        MARKS=MARKS,
        CLOSED_REQUESTS=CLOSED_REQUESTS,
        CLOSED_DAYS=CLOSED_DAYS,
        SHORT_DAY=SHORT_DAY,
        COMMANDS=COMMANDS,
        done=done,
        PARTIES=PARTIES,
        FORMATS=FORMATS,
        AUDIENCES=AUDIENCES,
    )


@blueprint.get("/lectures")
@requires("lecture.list")
def mine() -> ResponseReturnValue:
    """The lectures of the branches for which the user books."""
    session, now, owners = db.session(), clock.now(), actor().organisation_ids
    upcoming = queries.of_organisations(
        session, owners, since=now, upcoming=True, limit=LIST_LENGTH, states=HOLDING
    )
    dropped = queries.of_organisations(
        session, owners, since=now, upcoming=True, limit=FEW, states=set(State) - HOLDING
    )
    past = queries.of_organisations(session, owners, since=now, upcoming=False, limit=FEW)
    return render_template("lectures/mine.html", upcoming=upcoming, dropped=dropped, past=past)


@blueprint.get("/inbox")
@requires("lecture.inbox")
def inbox() -> ResponseReturnValue:
    """The instructor's requests, each with the day around it; then confirmed lectures."""
    session, now, owners = db.session(), clock.now(), actor().instructor_ids
    upcoming = queries.of_instructors(
        session, owners, since=now, upcoming=True, limit=LIST_LENGTH, states=HOLDING
    )
    waiting = [lecture for lecture in upcoming if lecture.state is State.REQUESTED]
    return render_template(
        "lectures/inbox.html",
        waiting=waiting,
        around=days_around.days_around(session, waiting, i18n.zone()),
        coming=[lecture for lecture in upcoming if lecture.state is State.CONFIRMED],
        past=queries.of_instructors(session, owners, since=now, upcoming=False, limit=FEW),
        form=ReasonForm(formdata=None),
        instructor_id=min(owners),
    )


@blueprint.get("/lectures/<number>")
@requires("account.use")
def show(number: str) -> ResponseReturnValue:
    """The page of a lecture: facts, possible commands, history."""
    return _page(number, ReasonForm(formdata=None), 200)


def _page(
    number: str, form: ReasonForm, status: int, refusal: DomainError | None = None
) -> ResponseReturnValue:
    lecture = queries.by_number(db.session(), number, whole=True)
    if not may_read(db.session(), actor(), lecture):
        raise NotFound()
    who = parties(actor(), lecture)
    transitions = possible(lecture, who)
    page = render_template(
        "lectures/show.html",
        lecture=lecture,
        transitions=transitions,
        around=_around(lecture) if any(row.command in ANSWERS for row in transitions) else None,
        waiting=_waiting(actor().instructor_ids, number) if Party.INSTRUCTOR in who else None,
        parties=who,
        form=form,
        refusal=refusal,
    )
    return page, status


def _around(lecture: Lecture) -> days_around.DayAround:
    return days_around.days_around(db.session(), [lecture], i18n.zone())[lecture.id]


def _waiting(instructor_ids: Collection[int], number: str) -> days_around.Waiting:
    return days_around.waiting(db.session(), instructor_ids, besides=number)


@blueprint.post(f"/lectures/<number>/<any({','.join(batch.COMMANDS)}):command>")
@requires("account.use")
@keeps_typed
def act(number: str, command: str) -> ResponseReturnValue:
    """Apply a command; on a domain error the page is shown again with the typed reason."""
    lecture = queries.by_number(db.session(), number, whole=True)
    authorise("lecture.change", queries.subject(lecture))
    who = actor()
    capacities = parties(who, lecture)
    form = ReasonForm()
    if not form.validate():
        return _page(number, form, 422)
    try:
        _apply(number, Command(command), capacities, who.user_id, form.reason.data or "")
    except ReasonMissing as error:
        return _page(number, form, with_error(form, error).status)
    except DomainError as error:
        return _page(number, form, error.status, error)
    return redirect(url_for("lectures.show", number=number), 303)


def _apply(
    number: str, command: Command, who: frozenset[Party], user_id: int | None, reason: str
) -> None:
    with unit_of_work() as session:
        service.apply_command(
            session,
            number=number,
            command=command,
            parties=who,
            user_id=user_id,
            now=clock.now(),
            reason=reason,
        )
    flash(str(told(command)), "success")


def _secrets() -> list[str]:
    """The keys with which links may have been signed, newest last (as itsdangerous expects)."""
    return [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]


@blueprint.route("/answer/<token>", methods=["GET", "POST"])
@requires("answer.link")
@keeps_typed
def answer(token: str) -> ResponseReturnValue:
    """Answer a request from a mail, without signing in. GET changes nothing."""
    link = answer_links.read(token, _secrets(), now=clock.now())
    if link is None:
        raise NotFound(_("This link is no longer valid. Sign in to see your requests."))
    lecture = queries.by_number(db.session(), link.number, whole=True)
    user = db.session().get(User, link.user_id)
    if user is None or not user.active or link.instructor_id not in user.actor().instructor_ids:
        raise NotFound(_("This link is no longer valid. Sign in to see your requests."))
    form, refusal = ReasonForm(), None
    invalid = request.method == "POST" and not form.validate()
    if request.method == "POST" and not invalid and lecture.sequence == link.sequence:
        command = Command.CONFIRM if "confirm" in request.form else Command.DECLINE
        who = frozenset({Party.INSTRUCTOR})
        try:
            _apply(link.number, command, who, link.user_id, form.reason.data or "")
            return redirect(url_for("lectures.answer", token=token), 303)
        except ReasonMissing as error:
            with_error(form, error)
            invalid = True
        except DomainError as error:
            refusal = error
    lecture = queries.by_number(db.session(), link.number, whole=True)
    is_open = lecture.sequence == link.sequence and lecture.state is State.REQUESTED
    return render_template(
        "lectures/answer.html",
        lecture=lecture,
        open=is_open,
        around=_around(lecture) if is_open else None,
        waiting=None if is_open else _waiting([link.instructor_id], link.number),
        form=form,
        refusal=refusal,
    ), (refusal.status if refusal else 422 if invalid else 200)
