"""The list of entries, several at once, and a new entry by hand."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.accounts.guards import actor, requires
from booking.accounts.queries import all_regions
from booking.db import db, unit_of_work
from booking.entries import service
from booking.entries.engine.parts import ChangeOutcome, EntryPart, Listing
from booking.entries.forms import NewEntryForm, RemarksForm
from booking.entries.overview import queries
from booking.entries.overview.engine.filters import Filters, Kind, read
from booking.entries.overview.words import KINDS
from booking.entries.queries import waiting_count
from booking.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from booking.instructors import editable_entry
from booking.instructors.models import Instructor
from booking.instructors.queries import field_tree
from booking.instructors.service import InstructorFacts
from booking.text import one_line
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add = blueprint.add_url_rule
    add("/entries", "overview", overview)
    add("/entries/selected/<any(hide,show,merge):act>", "bulk", bulk, methods=["POST"])
    add("/entries/new", "new", new, methods=["GET", "POST"])


@requires("entry.keep")
def overview() -> ResponseReturnValue:
    """The entries of the own regions, as the filters in the address say."""
    return _page(read(request.args))


def _page(
    filters: Filters,
    *,
    selected: frozenset[int] = frozenset(),
    refusal: DomainError | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    session, who = db.session(), actor()
    page = queries.page_of(session, who, filters, clock.now())
    regions = all_regions(session)
    rendered = render_template(
        "entries/overview.html",
        filters=filters,
        page=page,
        kinds=[(kind.value, label) for kind, label in KINDS.items()],
        regions=[region for region in regions if who.coordinates(region.code)],
        region_names={one.code: (one.name, one.name_en) for one in regions},
        fields=field_tree(session),
        waiting=waiting_count(session, who),
        selected=selected,
        refusal=refusal,
        Kind=Kind,
    )
    return rendered, status


@requires("entry.keep")
@keeps_typed
def bulk(act: str) -> ResponseReturnValue:
    """Hide or show the selected entries, all of them or none; or compare two of them."""
    filters, form = read(request.form), RemarksForm()
    ids = {int(text) for text in request.form.getlist("entry") if _is_id(text)}
    if not form.validate():
        return _page(filters, selected=frozenset(ids), status=422)
    if not ids:
        nothing = Invalid(_("Nothing was selected. Select the entries first."))
        return _page(filters, refusal=nothing, status=nothing.status)
    if act == "merge":
        return _two(filters, ids)
    listed = act == "show"
    with unit_of_work() as session:
        count = sum(_listed(session, one, listed) for one in sorted(ids)[: queries.PAGE_LENGTH])
    if listed:
        done = ngettext("%(num)s entry is shown now.", "%(num)s entries are shown now.", count)
    else:
        done = ngettext("%(num)s entry is hidden now.", "%(num)s entries are hidden now.", count)
    flash(done, "success")
    return redirect(url_for("entries.overview", **filters.query(filters.page)), 303)


def _two(filters: Filters, ids: set[int]) -> ResponseReturnValue:
    if len(ids) != 2:
        two = Invalid(_("Select a pair of entries of the same person."))
        return _page(filters, selected=frozenset(ids), refusal=two, status=two.status)
    kept, other = sorted(ids)
    return redirect(url_for("entries.merge", instructor_id=kept, other_id=other), 303)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _listed(session: Any, instructor_id: int, listed: bool) -> bool:
    try:
        entry = editable_entry.editable(
            session, instructor_id=instructor_id, actor=actor(), permission="entry.keep"
        )
    except Forbidden:
        raise NotFound() from None
    outcome = service.change(
        session,
        entry=entry,
        part=EntryPart.LISTED,
        value=Listing(listed),
        actor=actor(),
        now=clock.now(),
    )
    return outcome is ChangeOutcome.SAVED


@requires("entry.keep")
@keeps_typed
def new() -> ResponseReturnValue:
    """Add somebody by hand; further people of the same name are shown before."""
    form = NewEntryForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _new(form, 200)
    try:
        return submitted(form, lambda: _added(form), lambda status: _new(form, status))
    except Conflict as error:
        return _new(form, error.status, error)


def _added(form: NewEntryForm) -> ResponseReturnValue:
    name = one_line(form.name.data or "")
    same = queries.namesakes(db.session(), actor(), name)
    # Who has seen them says so by a button; another name typed since is looked up anew.
    if same and "sure" not in request.form:
        return _new(form, 409, namesakes=same)
    facts = InstructorFacts(
        name=name,
        workplace=one_line(form.workplace.data or ""),
        region_code=form.region.data or "",
        title=one_line(form.title.data or ""),
        name_pinyin=one_line(form.reading.data or "") or None,
    )
    if not any(one.code == facts.region_code for one in all_regions(db.session())):
        raise Invalid(_("Choose a district."), field="region")
    if not editable_entry.may_add(actor(), "entry.keep", facts.region_code):
        raise Invalid(_("You do not keep entries of this district."), field="region")
    with unit_of_work() as session:
        added = service.add_entry(session, facts=facts, actor=actor(), now=clock.now())
        instructor_id = added.id
    flash(_("Added. Now the topics: without one nobody can book."), "success")
    return redirect(url_for("entries.show", instructor_id=instructor_id), 303)


def _new(
    form: NewEntryForm,
    status: int,
    refusal: DomainError | None = None,
    namesakes: Any = (),
) -> ResponseReturnValue:
    regions = [one for one in all_regions(db.session()) if actor().coordinates(one.code)]
    found: list[Instructor] = list(namesakes)
    page = render_template(
        "entries/new.html", form=form, regions=regions, refusal=refusal, namesakes=found
    )
    return page, status
