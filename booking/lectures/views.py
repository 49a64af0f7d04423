"""Pages: the branch's lectures and the instructor's inbox; registers all pages of lectures."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.guards import actor, requires
from booking.db import db
from booking.lectures import days_around, queries
from booking.lectures.board import views as board_views
from booking.lectures.calendar import views as calendar_views
from booking.lectures.closed_days import views as closed_day_views
from booking.lectures.engine.policy import LATE_WORKING_DAYS
from booking.lectures.engine.states import State
from booking.lectures.engine.transitions import HOLDING
from booking.lectures.forms import ReasonForm
from booking.lectures.page import answer_views, attendee_views, counterpart_views
from booking.lectures.page import views as page_views
from booking.lectures.proposal_pages import views as proposal_views
from booking.lectures.quotas import views as quota_views
from booking.lectures.records.queries import lacking
from booking.lectures.records.words import OUTCOMES
from booking.lectures.request_form import views as request_views
from booking.lectures.reviews import views as review_views
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
)

blueprint = Blueprint("lectures", __name__)
request_views.register(blueprint)
quota_views.register(blueprint)
closed_day_views.register(blueprint)
calendar_views.register(blueprint)
board_views.register(blueprint)
page_views.register(blueprint)
counterpart_views.register(blueprint)
attendee_views.register(blueprint)
review_views.register(blueprint)
answer_views.register(blueprint)
proposal_views.register(blueprint)

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
        OUTCOMES=OUTCOMES,
        LATE_DAYS=LATE_WORKING_DAYS,
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
    return render_template(
        "lectures/mine.html",
        upcoming=upcoming,
        dropped=dropped,
        past=past,
        lacking=lacking(session, past, now),
    )


@blueprint.get("/inbox")
@requires("lecture.inbox")
def inbox() -> ResponseReturnValue:
    """The instructor's requests, each with the day around it; then confirmed lectures."""
    session, now, owners = db.session(), clock.now(), actor().instructor_ids
    upcoming = queries.of_instructors(
        session, owners, since=now, upcoming=True, limit=LIST_LENGTH, states=HOLDING
    )
    waiting = [lecture for lecture in upcoming if lecture.state is State.REQUESTED]
    past = queries.of_instructors(session, owners, since=now, upcoming=False, limit=FEW)
    return render_template(
        "lectures/inbox.html",
        waiting=waiting,
        around=days_around.days_around(session, waiting, i18n.zone()),
        coming=[lecture for lecture in upcoming if lecture.state is State.CONFIRMED],
        past=past,
        lacking=lacking(session, past, now),
        form=ReasonForm(formdata=None),
        instructor_id=min(owners),
    )
