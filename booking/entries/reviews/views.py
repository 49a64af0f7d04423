"""The pages of review: what waits, approve or return it, and where changes are reviewed."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import actor, authorise, requires
from booking.accounts.queries import all_regions
from booking.availability.guards import instructor_of
from booking.db import db, unit_of_work
from booking.entries import queries as entry_queries
from booking.entries.engine.errors import AnsweredAlready
from booking.entries.forms import RemarksForm
from booking.entries.models import RequestedChange, RequestState
from booking.entries.page import known
from booking.entries.reviews import queries, service
from booking.entries.reviews.forms import ON, EntryReviewForm
from booking.errors import Conflict, DomainError, Invalid, NotFound
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted, with_error

ONE = "/entries/changes/<int:request_id>"


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add = blueprint.add_url_rule
    add("/entries/changes", "changes", changes)
    add(f"{ONE}/approve", "approve", approve, methods=["POST"])
    add(f"{ONE}/return", "send_back", send_back, methods=["POST"])
    add(f"{ONE}/withdraw", "withdraw", withdraw, methods=["POST"])
    add("/entries/reviews", "reviews", reviews, methods=["GET", "POST"])
    blueprint.add_app_template_global(waiting_entry_changes)


def waiting_entry_changes() -> int:
    """For templates: how many changes wait for the reader."""
    return entry_queries.waiting_count(db.session(), actor())


@requires("entry.keep")
def changes() -> ResponseReturnValue:
    """What instructors of the own regions have changed and nobody has looked at."""
    return _page()


@requires("entry.keep")
def approve(request_id: int) -> ResponseReturnValue:
    """Make a change the entry's."""
    try:
        with unit_of_work() as session:
            service.approve(
                session,
                request_id=request_id,
                asked_at=_seen(),
                actor=actor(),
                now=clock.now(),
            )
    except (Conflict, Invalid) as error:
        return _page(refusal=error, status=error.status)
    flash(_("Approved. The public page shows it now."), "success")
    return redirect(url_for("entries.changes"), 303)


@requires("entry.keep")
@keeps_typed
def send_back(request_id: int) -> ResponseReturnValue:
    """Return a change to the person, with remarks."""
    if not _is_waiting(request_id):
        return _page(refusal=AnsweredAlready(), status=AnsweredAlready.status)
    form = RemarksForm().belongs_to(request_id)
    if not form.validate():
        return _page(form, request_id, status=422)
    try:
        with unit_of_work() as session:
            service.send_back(
                session,
                request_id=request_id,
                asked_at=_seen(),
                remarks=(form.remarks.data or "").strip(),
                actor=actor(),
                now=clock.now(),
            )
    except Invalid as error:
        if error.field not in form:
            return _page(refusal=error, status=error.status)
        return _page(form, request_id, status=with_error(form, error).status)
    except Conflict as error:
        return _page(form, request_id, refusal=error, status=error.status)
    flash(_("Returned with your remarks. The entry stays as it is."), "success")
    return redirect(url_for("entries.changes"), 303)


@requires("entry.edit")
def withdraw(request_id: int) -> ResponseReturnValue:
    """Take back what one has asked for."""
    with unit_of_work() as session:
        row = service.withdraw_request(
            session, request_id=request_id, actor=actor(), now=clock.now()
        )
        instructor_id = row.instructor_id
    flash(_("Withdrawn. The entry stays as it is."), "success")
    return redirect(url_for("entries.show", instructor_id=instructor_id), 303)


def _is_waiting(request_id: int) -> bool:
    """Whether a change can be decided on; raises `NotFound` for those of other regions."""
    row = db.session().get(RequestedChange, request_id)
    if row is None:
        raise NotFound()
    instructor_of(row.instructor_id, "entry.keep")
    return row.state is RequestState.WAITING


def _seen() -> datetime:
    """The instant of the request that the reader saw; raises `Invalid` for anything else."""
    try:
        seen = datetime.fromisoformat(request.form.get("asked_at", ""))
    except ValueError:
        raise Invalid(_("Open the list of changes again.")) from None
    if seen.tzinfo is None:
        raise Invalid(_("Open the list of changes again."))
    return seen


def _remarks_form(request_id: int) -> RemarksForm:
    return RemarksForm(formdata=None).belongs_to(request_id)


def _page(
    form: RemarksForm | None = None,
    request_id: int | None = None,
    *,
    refusal: DomainError | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    session = db.session()
    page = render_template(
        "entries/changes.html",
        waiting=queries.waiting(session, actor()),
        total=entry_queries.waiting_count(session, actor()),
        known=known(all_regions(session)),
        form=form,
        form_of=request_id,
        remarks_form=_remarks_form,
        refusal=refusal,
    )
    return page, status


@requires("entry.keep")
@keeps_typed
def reviews() -> ResponseReturnValue:
    """List the regions in scope whose entries are reviewed; add one, or take one out."""
    form = EntryReviewForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _switches(form, 200)
    return submitted(form, lambda: _switched(form), lambda status: _switches(form, status))


def _switched(form: EntryReviewForm) -> ResponseReturnValue:
    code, on = form.region.data or "", form.reviews.data == ON
    authorise("entry.keep", Subject(region_codes=frozenset({code})))
    with unit_of_work() as session:
        service.review_region(session, code, reviews=on)
    flash(_("Saved. It holds for changes from now on."), "success")
    return redirect(url_for("entries.reviews"), 303)


def _switches(form: EntryReviewForm, status: int) -> ResponseReturnValue:
    session, who = db.session(), actor()
    regions = [region for region in all_regions(session) if who.coordinates(region.code)]
    reviewed = entry_queries.reviewing_regions(session)
    page = render_template(
        "entries/reviews.html",
        form=form,
        regions=regions,
        reviewed=[region for region in regions if region.code in reviewed],
    )
    return page, status
