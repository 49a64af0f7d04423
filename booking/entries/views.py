"""The pages of one entry: what it says, a form for each part, its history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import actor, requires
from booking.accounts.queries import all_regions
from booking.availability.guards import instructor_of
from booking.db import db, unit_of_work
from booking.entries import queries, service, values
from booking.entries.engine.freshness import FRESH
from booking.entries.engine.parts import (
    FOR_COORDINATORS,
    RESTORABLE,
    ChangeOutcome,
    EntryPart,
    Listing,
)
from booking.entries.forms import SECTIONS, FieldsForm, ListingForm, RegionsForm
from booking.entries.mergers import views as merger_views
from booking.entries.overview import views as overview_views
from booking.entries.page import EntryPage, asked_value, entry_page
from booking.entries.portraits import views as portrait_views
from booking.entries.reviews import views as review_views
from booking.entries.topics import views as topic_views
from booking.entries.topics.forms import field_names
from booking.entries.words import NAMES, OUTCOMES, PARTS, STATES, TOPIC_STATES
from booking.errors import Conflict, NotFound
from booking.instructors import editable_entry
from booking.instructors.engine import names
from booking.instructors.models import Instructor
from booking.instructors.queries import field_tree
from booking.web.request_safety import Form, keeps_typed
from booking.web.submissions import submitted

blueprint = Blueprint("entries", __name__)
topic_views.register(blueprint)
review_views.register(blueprint)
overview_views.register(blueprint)
merger_views.register(blueprint)
portrait_views.register(blueprint)


@blueprint.record_once
def words(state: BlueprintSetupState) -> None:
    """Add the labels of parts and states to the templates."""
    state.app.jinja_env.globals.update(
        ENTRY_PARTS=PARTS,
        ENTRY_NAMES=NAMES,
        REQUEST_STATES=STATES,
        TOPIC_STATES=TOPIC_STATES,
    )


@blueprint.app_template_global()
def stale_entry() -> Instructor | None:
    """For templates: an entry of the reader that nobody has looked through for a year."""
    return queries.stale_entry(db.session(), actor().instructor_ids, clock.now() - FRESH)


@blueprint.get("/entry")
@requires("entry.edit")
def own() -> ResponseReturnValue:
    """Redirect to the entry of the signed-in instructor."""
    for instructor_id in sorted(actor().instructor_ids):
        return redirect(url_for("entries.show", instructor_id=instructor_id))
    return redirect(url_for("administration.menu"))


@blueprint.get("/entries/<int:instructor_id>")
@requires("entry.edit")
def show(instructor_id: int) -> ResponseReturnValue:
    """What the entry says, part by part, each with the way to its form."""
    return _show(entry_page(instructor_id), None, 200)


def _show(page: EntryPage, refusal: Conflict | None, status: int) -> ResponseReturnValue:
    rendered = render_template(
        "entries/show.html", page=page, refusal=refusal, RESTORABLE=RESTORABLE
    )
    return rendered, status


@blueprint.get("/entries/<int:instructor_id>/history")
@requires("entry.edit")
def history(instructor_id: int) -> ResponseReturnValue:
    """The newest changes: who, when, what it was and what it became."""
    return _history(entry_page(instructor_id), None, 200)


def _history(page: EntryPage, refusal: Conflict | None, status: int) -> ResponseReturnValue:
    rendered = render_template(
        "entries/history.html", page=page, refusal=refusal, RESTORABLE=RESTORABLE
    )
    return rendered, status


@blueprint.post("/entries/<int:instructor_id>/history/<int:change_id>/put-back")
@requires("entry.edit")
def put_back(instructor_id: int, change_id: int) -> ResponseReturnValue:
    """Make it as it was before a change, unless that was changed again."""
    instructor_of(instructor_id, "entry.edit")
    try:
        with unit_of_work() as session:
            entry = editable_entry.editable(
                session, instructor_id=instructor_id, actor=actor(), permission="entry.edit"
            )
            outcome = service.put_back(
                session, entry=entry, change_id=change_id, actor=actor(), now=clock.now()
            )
    except Conflict as error:
        return _history(entry_page(instructor_id), error, error.status)
    flash(str(OUTCOMES[outcome]), "success")
    return redirect(url_for("entries.history", instructor_id=instructor_id), 303)


@blueprint.route(
    f"/entries/<int:instructor_id>/<any({','.join(SECTIONS)}):section>", methods=["GET", "POST"]
)
@requires("entry.edit")
@keeps_typed
def section(instructor_id: int, section: str) -> ResponseReturnValue:
    """The form of one part."""
    part, page = EntryPart(section), entry_page(instructor_id)
    if part in FOR_COORDINATORS and not page.coordinates:
        raise NotFound()
    form: Any = SECTIONS[section](formdata=request.form if request.method == "POST" else None)
    present = values.read(db.session(), page.instructor, part)
    _offer(form, present)
    if request.method == "GET":
        form.fill(asked_value(page.request_of(part), present))
        return _section(page, part, form, None, 200)
    try:
        return submitted(
            form,
            lambda: _save(instructor_id, part, form),
            lambda status: _section(entry_page(instructor_id), part, form, None, status),
        )
    except Conflict as error:
        return _section(entry_page(instructor_id), part, form, error, error.status)


def _offer(form: Any, present: Any) -> None:
    """The choices of boxes."""
    session = db.session()
    if isinstance(form, FieldsForm):
        form.offer(field_names(field_tree(session)), present.field_ids)
    elif isinstance(form, RegionsForm):
        form.offer(all_regions(session), present.codes)


def _save(instructor_id: int, part: EntryPart, form: Any) -> ResponseReturnValue:
    return _changed(instructor_id, part, form.value())


def _changed(instructor_id: int, part: EntryPart, value: Any) -> ResponseReturnValue:
    with unit_of_work() as session:
        entry = editable_entry.editable(
            session, instructor_id=instructor_id, actor=actor(), permission="entry.edit"
        )
        outcome = service.change(
            session, entry=entry, part=part, value=value, actor=actor(), now=clock.now()
        )
    return told(instructor_id, outcome)


def told(instructor_id: int, outcome: ChangeOutcome) -> ResponseReturnValue:
    """Back on the page of the entry, with what became of a change."""
    flash(str(OUTCOMES[outcome]), "success")
    return redirect(url_for("entries.show", instructor_id=instructor_id), 303)


def _section(
    page: EntryPage, part: EntryPart, form: Form, refusal: Conflict | None, status: int
) -> ResponseReturnValue:
    rendered = render_template(
        "entries/section.html",
        page=page,
        part=part,
        form=form,
        refusal=refusal,
        asked=page.request_of(part),
        regions=all_regions(db.session()) if part in (EntryPart.REGIONS, EntryPart.HOME) else [],
        fields=field_tree(db.session()) if part is EntryPart.FIELDS else [],
        spoken=names.spoken(page.instructor.name, page.instructor.name_pinyin),
    )
    return rendered, status


@blueprint.post("/entries/<int:instructor_id>/listed")
@requires("entry.keep")
def listing(instructor_id: int) -> ResponseReturnValue:
    """Show or hide an entry."""
    instructor_of(instructor_id, "entry.keep")
    form = ListingForm()
    if not form.validate():
        return _show(entry_page(instructor_id), None, 422)
    return _changed(instructor_id, EntryPart.LISTED, Listing(form.listed.data == "yes"))


@blueprint.post("/entries/<int:instructor_id>/confirm")
@requires("entry.edit")
def confirm(instructor_id: int) -> ResponseReturnValue:
    """All of it is still right."""
    instructor_of(instructor_id, "entry.edit")
    with unit_of_work() as session:
        entry = editable_entry.editable(
            session, instructor_id=instructor_id, actor=actor(), permission="entry.edit"
        )
        service.confirm(session, entry=entry, actor=actor(), now=clock.now())
    flash(_("Thank you. Noted that all is still right."), "success")
    return redirect(url_for("entries.show", instructor_id=instructor_id), 303)
