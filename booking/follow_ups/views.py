"""Pages: answering what a lecture has changed, the document of an answer, the overview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.guards import actor, authorise, requires, signed_in_id
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.follow_ups import queries, service
from booking.follow_ups.documents import service as documents
from booking.follow_ups.documents.engine.kinds import MIMETYPES, MOST_BYTES
from booking.follow_ups.engine.due import FollowUpStage
from booking.follow_ups.errors import FollowUpClosed
from booking.follow_ups.forms import AnswerForm, PeriodForm
from booking.follow_ups.models import FollowUp
from booking.follow_ups.outcomes import queries as outcome_queries
from booking.follow_ups.outcomes import views as outcome_views
from booking.follow_ups.overview import overview_of
from booking.follow_ups.service import Answer
from booking.lectures.models import Lecture
from booking.lectures.queries import by_number
from booking.process.sizes import MEGABYTE
from booking.web.downloads import attachment
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

blueprint = Blueprint("follow_ups", __name__)
outcome_views.register(blueprint)


@blueprint.app_template_global()
def waiting_follow_ups() -> Sequence[FollowUp]:
    """For templates: the questions that wait for the branches of the reader."""
    ids = actor().organisation_ids
    return queries.waiting(db.session(), ids, now=clock.now()) if ids else ()


def _found(number: str, stage: str, permission: str) -> tuple[Lecture, FollowUp]:
    """The lecture and the question, for who has the permission towards its branch."""
    lecture = by_number(db.session(), number, whole=True)
    authorise(permission, queries.subject(lecture))
    try:
        follow_up = queries.one(db.session(), lecture.id, FollowUpStage(stage))
    except ValueError:
        raise NotFound() from None
    if follow_up is None:
        raise NotFound()
    return lecture, follow_up


@blueprint.route("/lectures/<number>/effect/<stage>", methods=["GET", "POST"])
@requires("follow_up.answer")
@keeps_typed
def answer(number: str, stage: str) -> ResponseReturnValue:
    """Ask the branch what a lecture has changed, and take the answer."""
    lecture, follow_up = _found(number, stage, "follow_up.answer")
    form = AnswerForm()
    if request.method == "GET":
        form = AnswerForm(formdata=None)
        form.show(follow_up)
        return _page(lecture, follow_up, form, 200)
    if not queries.is_open(follow_up, lecture, clock.now()):
        raise FollowUpClosed()
    return submitted(
        form,
        lambda: _answered(number, stage, form),
        lambda status: _page(*_found(number, stage, "follow_up.answer"), form, status),
    )


def _answered(number: str, stage: str, form: AnswerForm) -> ResponseReturnValue:
    # Before the transaction: nobody waits while a picture is read.
    sent = form.upload(MOST_BYTES)
    given = Answer(
        outcome_ids=frozenset(form.outcomes.data or ()),
        text=form.text.data or "",
        user_id=signed_in_id(),
        user_name=actor().label,
        now=clock.now(),
        document=documents.read(*sent) if sent is not None else None,
    )
    with unit_of_work() as session:
        service.answer(session, number=number, stage=FollowUpStage(stage), given=given)
    flash(_("Thank you. The answer is saved."), "success")
    return redirect(url_for("lectures.show", number=number), 303)


@blueprint.get("/lectures/<number>/effect/<stage>/document")
@requires("follow_up.document")
def document(number: str, stage: str) -> ResponseReturnValue:
    """The document of an answer, to be saved; never shown within a page."""
    _lecture, follow_up = _found(number, stage, "follow_up.document")
    found = queries.document_of(db.session(), follow_up.id)
    if found is None:
        raise NotFound()
    response = attachment(found.content, found.filename, MIMETYPES[found.kind])
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@blueprint.post("/lectures/<number>/effect/<stage>/document/remove")
@requires("follow_up.answer")
def remove_document(number: str, stage: str) -> ResponseReturnValue:
    """Delete the document of an answer for good."""
    _found(number, stage, "follow_up.answer")
    with unit_of_work() as session:
        service.remove_document(session, number=number, stage=FollowUpStage(stage), now=clock.now())
    flash(_("Removed. The document is not kept anywhere."), "success")
    return redirect(url_for("follow_ups.answer", number=number, stage=stage), 303)


@blueprint.get("/effects")
@requires("follow_up.overview")
def overview() -> ResponseReturnValue:
    """What branches of the reader's regions answered, by field and topic."""
    now, zone = clock.now(), i18n.zone()
    form = PeriodForm(request.args)
    status = 200 if form.validate() else 422
    values: dict[str, Any] = {"found": None}
    if status == 200:
        form.complete(now, zone)
        values["found"] = overview_of(db.session(), actor(), form.period(zone))
    return render_template("follow_ups/overview.html", form=form, **values), status


def _page(
    lecture: Lecture, follow_up: FollowUp, form: AnswerForm, status: int
) -> ResponseReturnValue:
    form.offer(outcome_queries.choosable(db.session()), follow_up)
    page = render_template(
        "follow_ups/answer.html",
        lecture=lecture,
        follow_up=follow_up,
        form=form,
        document=queries.document_of(db.session(), follow_up.id),
        open=queries.is_open(follow_up, lecture, clock.now()),
        megabytes=MOST_BYTES // MEGABYTE,
    )
    return page, status
