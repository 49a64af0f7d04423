"""Shows a lecture, and carries out what is done on its page."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.guards import actor, authorise, requires
from booking.db import db, unit_of_work
from booking.errors import DomainError, Invalid, NotFound
from booking.lectures import queries
from booking.lectures.board import batch
from booking.lectures.engine.errors import ReasonMissing
from booking.lectures.engine.states import Command, Party
from booking.lectures.forms import ReasonForm
from booking.lectures.listeners import listens
from booking.lectures.models import Lecture
from booking.lectures.page.lecture_page import Sent, lecture_page
from booking.lectures.page.listener_page import listener_page
from booking.lectures.parties import parties
from booking.lectures.proposals.access import may_read
from booking.lectures.records import service as records
from booking.lectures.records.forms import NotHeldForm, RecordForm
from booking.lectures.records.models import LectureOutcome
from booking.lectures.undo import service as undo_service
from booking.lectures.words import told
from booking.settings.engine.declarations import CREDIT_HOUR_MINUTES
from booking.settings.queries import in_force
from booking.text import is_local
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed
from booking.web.submissions import with_error

PLAIN = tuple(command for command in batch.COMMANDS if command is not Command.DELIVER)
"""The commands of the page that need at most a reason; a delivered lecture has a record."""


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    one = "/lectures/<number>"
    blueprint.add_url_rule(one, "show", show)
    blueprint.add_url_rule(f"{one}/undo", "undo", undo, methods=["POST"])
    blueprint.add_url_rule(f"{one}/not-held", "not_held", not_held, methods=["POST"])
    blueprint.add_url_rule(
        f"{one}/<any(deliver,record):command>", "record", record, methods=["POST"]
    )
    blueprint.add_url_rule(f"{one}/<any({','.join(PLAIN)}):command>", "act", act, methods=["POST"])


@requires("account.use")
def show(number: str) -> ResponseReturnValue:
    """The page of a lecture: facts, possible commands, history; less for who takes part."""
    session, who = db.session(), actor()
    lecture = queries.by_number(session, number, whole=True)
    if not may_read(session, who, lecture) and listens(session, who, lecture):
        return listener_page(lecture)
    return lecture_page(number, Sent())


@requires("account.use")
@keeps_typed
def act(number: str, command: str) -> ResponseReturnValue:
    """Apply a command; on a domain error the page is shown again with the typed reason."""
    _lecture, who = _changeable(number)
    form, given = ReasonForm(), Command(command)
    if not form.validate():
        return lecture_page(number, Sent(given, form), 422)
    try:
        reason, user_id = form.reason.data or "", actor().user_id
        batch.give(given, number, who, user_id=user_id, reason=reason, now=clock.now())
    except on_page(ReasonMissing) as error:
        return lecture_page(number, Sent(given, form), with_error(form, error).status)
    except on_page(DomainError) as error:
        return lecture_page(number, Sent(given, form, refusal=error), error.status)
    flash(str(told(given)), "success")
    return redirect(url_for("lectures.show", number=number), 303)


@requires("account.use")
def undo(number: str) -> ResponseReturnValue:
    """Take back what the user has just done; leads back to the list where it was done."""
    _changeable(number)
    try:
        with unit_of_work() as session:
            undo_service.undo(session, number=number, user_id=actor().user_id, now=clock.now())
    except on_page(DomainError) as error:
        return lecture_page(number, Sent(refusal=error), error.status)
    flash(_("Undone. Whoever was told of it is told that it was a mistake."), "success")
    back = request.form.get("next", "")
    return redirect(back if is_local(back) else url_for("lectures.show", number=number), 303)


@requires("account.use")
@keeps_typed
def record(number: str, command: str) -> ResponseReturnValue:
    """File the record of a lecture, or correct it; without any field: as planned."""
    lecture, who = _changeable(number)
    form = RecordForm()
    as_planned = "started" not in request.form
    if not as_planned and not form.validate():
        return lecture_page(number, Sent(record=form), 422)
    held = None if as_planned else form.held(lecture, i18n.zone())

    def file() -> None:
        with unit_of_work() as session:
            records.file(
                session,
                number=number,
                held=held,
                filing=records.Filing(who, actor().user_id, clock.now()),
                minutes_per_hour=in_force(CREDIT_HOUR_MINUTES),
            )

    sent = Sent(record=None if as_planned else form)
    return _filed(number, file, form, sent, Command.RECORD)


@requires("account.use")
@keeps_typed
def not_held(number: str) -> ResponseReturnValue:
    """Record that a lecture did not take place."""
    _lecture, who = _changeable(number)
    form = NotHeldForm()
    if not form.validate():
        return lecture_page(number, Sent(not_held=form), 422)

    def file() -> None:
        with unit_of_work() as session:
            records.not_held(
                session,
                number=number,
                outcome=LectureOutcome(form.outcome.data),
                note=form.why.data or "",
                filing=records.Filing(who, actor().user_id, clock.now()),
            )

    return _filed(number, file, form, Sent(not_held=form), Command.NOT_HELD)


def _filed(
    number: str,
    file: Callable[[], None],
    form: RecordForm | NotHeldForm,
    sent: Sent,
    command: Command,
) -> ResponseReturnValue:
    try:
        file()
    except on_page(Invalid) as error:
        if error.field not in form:
            raise
        return lecture_page(number, sent, with_error(form, error).status)
    except on_page(DomainError) as error:
        again = Sent(record=sent.record, not_held=sent.not_held, refusal=error)
        return lecture_page(number, again, error.status)
    flash(str(told(command)), "success")
    return redirect(url_for("lectures.show", number=number), 303)


def _changeable(number: str) -> tuple[Lecture, frozenset[Party]]:
    """The lecture, and the capacities of who wants to change it; raises `NotFound`."""
    lecture = queries.by_number(db.session(), number, whole=True)
    authorise("lecture.change", queries.subject(lecture))
    who = parties(actor(), lecture)
    if not who:
        raise NotFound()
    return lecture, who
