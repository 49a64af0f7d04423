"""The page of a signed link in a mail, on which an instructor answers without signing in."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.guards import requires
from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.errors import DomainError, NotFound
from booking.lectures import days_around, queries
from booking.lectures.board import batch
from booking.lectures.engine import answer_links
from booking.lectures.engine.answer_links import Answer
from booking.lectures.engine.errors import ReasonMissing, TakenBack
from booking.lectures.engine.readers import REVIEW
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.forms import ReasonForm
from booking.lectures.models import Lecture
from booking.lectures.undo import service as undo_service
from booking.lectures.undo.queries import can_undo, last_entry
from booking.lectures.words import told
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed
from booking.web.submissions import with_error


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule("/answer/<token>", "answer", answer, methods=["GET", "POST"])


@requires("answer.link")
@keeps_typed
def answer(token: str) -> ResponseReturnValue:
    """Answer a request from a mail, without signing in. GET changes nothing."""
    link = answer_links.read(token, _secrets(), now=clock.now())
    if link is None or not _is_instructor(link):
        raise NotFound(_("This link is no longer valid. Sign in to see your requests."))
    lecture = queries.by_number(db.session(), link.number, whole=True)
    if lecture.state in REVIEW:
        raise TakenBack()
    form = ReasonForm()
    if request.method != "POST":
        return _page(link, form, None, 200)
    if not form.validate():
        return _page(link, form, None, 422)
    try:
        if "undo" in request.form:
            return _undone(link)
        if lecture.sequence != link.sequence:
            return _page(link, form, None, 200)
        command = Command.CONFIRM if "confirm" in request.form else Command.DECLINE
        who = frozenset({Party.INSTRUCTOR})
        reason, now = form.reason.data or "", clock.now()
        batch.give(command, link.number, who, user_id=link.user_id, reason=reason, now=now)
    except on_page(ReasonMissing) as error:
        return _page(link, form, None, with_error(form, error).status)
    except on_page(DomainError) as error:
        return _page(link, form, error, error.status)
    flash(str(told(command)), "success")
    return redirect(url_for("lectures.answer", token=token), 303)


def _is_instructor(link: Answer) -> bool:
    """Whether the link's user still is its instructor."""
    user = db.session().get(User, link.user_id)
    return user is not None and user.active and link.instructor_id in user.actor().instructor_ids


def _undone(link: Answer) -> ResponseReturnValue:
    """Take the answer back; the request can be answered again by a link of its new version."""
    with unit_of_work() as session:
        lecture = undo_service.undo(
            session, number=link.number, user_id=link.user_id, now=clock.now()
        )
        again = replace(link, sequence=lecture.sequence)
    flash(_("Undone. Whoever was told of it is told that it was a mistake."), "success")
    token = answer_links.sign(again, current_app.config["SECRET_KEY"])
    return redirect(url_for("lectures.answer", token=token), 303)


def _page(
    link: Answer, form: ReasonForm, refusal: DomainError | None, status: int
) -> ResponseReturnValue:
    session = db.session()
    lecture = queries.by_number(session, link.number, whole=True)
    is_open = lecture.sequence == link.sequence and lecture.state is State.REQUESTED
    last = None if is_open else last_entry(session, lecture.id)
    page = render_template(
        "lectures/answer.html",
        lecture=lecture,
        open=is_open,
        around=_around(lecture) if is_open else None,
        waiting=None
        if is_open
        else days_around.waiting(session, [link.instructor_id], besides=link.number),
        can_undo=can_undo(last, user_id=link.user_id, now=clock.now()),
        form=form,
        refusal=refusal,
    )
    return page, status


def _around(lecture: Lecture) -> days_around.DayAround:
    return days_around.days_around(db.session(), [lecture], i18n.zone())[lecture.id]


def _secrets() -> list[str]:
    """The keys with which links may have been signed, newest last (as itsdangerous expects)."""
    return [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
