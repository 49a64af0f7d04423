"""The pages of the list of fields: the tree, one field, a merger, and undo."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import authorise, may, requires, signed_in_id
from booking.db import db, references, unit_of_work
from booking.errors import DomainError
from booking.i18n import data_name
from booking.instructors.fields import mergers, queries, service, undo
from booking.instructors.fields.forms import FIRST_LEVEL, FieldForm, IntoForm
from booking.instructors.models import Field
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

blueprint = Blueprint("fields", __name__)


def _everybody() -> Subject:
    """The list of fields as a subject: that of the topmost regions."""
    return Subject(region_codes=queries.top_regions(db.session()))


@blueprint.route("/fields", methods=["GET"])
@requires("field.read")
def overview() -> ResponseReturnValue:
    """The tree; who may change it finds the ways."""
    return _list(200)


def _list(status: int, refusal: DomainError | None = None) -> ResponseReturnValue:
    session = db.session()
    may_edit = may("field.edit", _everybody())
    page = render_template(
        "instructors/fields.html",
        tree=queries.tree(session),
        may_edit=may_edit,
        last=queries.last_change(session) if may_edit else None,
        refusal=refusal,
    )
    return page, status


@blueprint.route("/fields/new", methods=["GET", "POST"])
@requires("field.edit")
@keeps_typed
def add() -> ResponseReturnValue:
    """Add a field."""
    authorise("field.edit", _everybody())
    form = _form(FieldForm())
    if request.method == "GET":
        form.parent.data = request.args.get("below", FIRST_LEVEL)

    def accept() -> ResponseReturnValue:
        with unit_of_work() as session:
            service.add(
                session,
                name=form.name.data or "",
                name_en=form.name_en.data or "",
                parent_id=_number(form.parent.data),
                user_id=signed_in_id(),
                now=clock.now(),
            )
        flash(_("Added."), "success")
        return redirect(url_for("fields.overview"), 303)

    def show(status: int) -> ResponseReturnValue:
        return render_template("instructors/field_new.html", form=form), status

    return show(200) if request.method == "GET" else submitted(form, accept, show)


@blueprint.route("/fields/<int:field_id>", methods=["GET", "POST"])
@requires("field.edit")
@keeps_typed
def one(field_id: int) -> ResponseReturnValue:
    """Rename a field, or move it; choose what it is merged into."""
    authorise("field.edit", _everybody())
    field = queries.field_of(db.session(), field_id)
    if field.merged_into_id is not None:
        return redirect(url_for("fields.one", field_id=field.merged_into_id))
    form = _form(FieldForm(name=field.name, name_en=field.name_en), besides=field_id)
    if request.method == "GET":
        form.parent.data = str(field.parent_id or FIRST_LEVEL)

    def accept() -> ResponseReturnValue:
        with unit_of_work() as session:
            service.edit(
                session,
                field_id=field_id,
                name=form.name.data or "",
                name_en=form.name_en.data or "",
                parent_id=_number(form.parent.data),
                user_id=signed_in_id(),
                now=clock.now(),
            )
        flash(_("Saved. Topics and instructors of the field go along."), "success")
        return redirect(url_for("fields.overview"), 303)

    if request.method == "GET":
        return _page(field_id, form, 200)
    return submitted(form, accept, lambda status: _page(field_id, form, status))


def _page(field_id: int, form: FieldForm, status: int) -> ResponseReturnValue:
    session = db.session()
    page = render_template(
        "instructors/field.html",
        field=queries.field_of(session, field_id),
        form=form,
        into=_into(IntoForm(formdata=None), field_id),
    )
    return page, status


@blueprint.route("/fields/<int:field_id>/merge", methods=["GET", "POST"])
@requires("field.edit")
def merge(field_id: int) -> ResponseReturnValue:
    """What a merger would move; then the merger."""
    authorise("field.edit", _everybody())
    field = queries.field_of(db.session(), field_id)
    if field.merged_into_id is not None:
        return redirect(url_for("fields.one", field_id=field.merged_into_id))
    form = _into(IntoForm(), field_id)
    if request.method == "GET":
        form.into.data = request.args.get("into", "")
        return _merge_page(field_id, form, 200)

    def accept() -> ResponseReturnValue:
        with unit_of_work() as session:
            stays = mergers.merge(
                session,
                gone_id=field_id,
                stays_id=_number(form.into.data) or 0,
                user_id=signed_in_id(),
                now=clock.now(),
            )
            name = data_name(stays.name, stays.name_en)
        flash(_("Merged: all of it now belongs to %(name)s.", name=name), "success")
        return redirect(url_for("fields.overview"), 303)

    return submitted(form, accept, lambda status: _merge_page(field_id, form, status))


def _merge_page(field_id: int, form: IntoForm, status: int) -> ResponseReturnValue:
    session = db.session()
    field = queries.field_of(session, field_id)
    into = session.get(Field, _number(form.into.data) or 0)
    if into is not None and into.merged_into_id is not None:
        into = None
    wrong = mergers.obstacle(session, field, into) if into is not None else None
    if wrong is not None and not form.into.errors:
        form.into.errors = [wrong]
    possible = into is not None and wrong is None
    page = render_template(
        "instructors/field_merge.html",
        field=field,
        form=form,
        into=into,
        possible=possible,
        moves=references.count(session, mergers.TARGET, field_id) if possible else [],
    )
    return page, status


@blueprint.post("/fields/undo/<int:change_id>")
@requires("field.edit")
def take_back(change_id: int) -> ResponseReturnValue:
    """Take back the last change."""
    authorise("field.edit", _everybody())
    try:
        with unit_of_work() as session:
            undo.undo(session, change_id=change_id, now=clock.now())
    except DomainError as refusal:
        return _list(refusal.status, refusal)
    flash(_("Undone: the list is as it was before."), "success")
    return redirect(url_for("fields.overview"), 303)


def _number(text: str | None) -> int | None:
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def _form(form: FieldForm, *, besides: int | None = None) -> FieldForm:
    tops = queries.tops(db.session(), besides=besides)
    form.parent.choices = [
        SelectChoice(FIRST_LEVEL, _("None: a first-level field")),
        *(SelectChoice(str(top.id), data_name(top.name, top.name_en)) for top in tops),
    ]
    return form


def _into(form: IntoForm, field_id: int) -> IntoForm:
    lines = queries.tree(db.session())
    fields = [one.field for top in lines for one in (top, *top.below)]
    form.into.choices = [
        SelectChoice(
            str(field.id),
            ("　" if field.parent_id is not None else "") + data_name(field.name, field.name_en),
        )
        for field in fields
        if field.id != field_id
    ]
    return form
