"""The pages of regions: the tree, one region, a merger, the import of a list."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.engine.roles import Role
from booking.accounts.guards import actor, requires, signed_in_id
from booking.accounts.models import Region
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.i18n import data_name
from booking.organisations.lists import drafts
from booking.organisations.lists.forms import ListForm
from booking.organisations.lists.models import ListKind
from booking.organisations.lists.service import HasProblems
from booking.organisations.lists.upload import LIMITS, MOST_SHOWN, kept
from booking.organisations.lists.words import EFFECTS
from booking.organisations.regions import lists, mergers, queries, service
from booking.organisations.regions.forms import IntoForm, NamesForm, RegionForm
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

blueprint = Blueprint("regions", __name__)

KIND = ListKind.REGIONS


@blueprint.get("/regions")
@requires("region.read")
def overview() -> ResponseReturnValue:
    """The tree of the regions that the reader keeps, with counts."""
    who = actor()
    scopes = None if who.has(Role.ADMIN) else sorted(who.scopes)
    tree = queries.tree(db.session(), scopes)
    return render_template("organisations/regions.html", tree=tree)


@blueprint.route("/regions/new", methods=["GET", "POST"])
@requires("region.edit")
@keeps_typed
def add() -> ResponseReturnValue:
    """Add a region; its code says where it lies."""
    form = RegionForm()

    def accept() -> ResponseReturnValue:
        with unit_of_work() as session:
            added = service.add(
                session,
                code=form.code.data or "",
                name=form.name.data or "",
                name_en=form.name_en.data or "",
            )
            code = added.code
        flash(_("Added."), "success")
        return redirect(url_for("regions.one", code=code), 303)

    def show(status: int) -> ResponseReturnValue:
        return render_template("organisations/region_new.html", form=form), status

    return show(200) if request.method == "GET" else submitted(form, accept, show)


@blueprint.route("/regions/<code>", methods=["GET", "POST"])
@requires("region.edit")
@keeps_typed
def one(code: str) -> ResponseReturnValue:
    """One region: its names, and the regions with which it can be merged."""
    region = queries.region_of(db.session(), code)
    if region.merged_into_code is not None:
        return redirect(url_for("regions.one", code=region.merged_into_code))
    form = NamesForm(obj=region)

    def accept() -> ResponseReturnValue:
        with unit_of_work() as session:
            service.rename(
                session,
                code=code,
                name=form.name.data or "",
                name_en=form.name_en.data or "",
            )
        flash(
            _("Saved. The new name stands everywhere; what was sent keeps the old one."), "success"
        )
        return redirect(url_for("regions.one", code=code), 303)

    if request.method == "GET":
        return _page(code, form, 200)
    return submitted(form, accept, lambda status: _page(code, form, status))


def _page(code: str, form: NamesForm, status: int) -> ResponseReturnValue:
    session = db.session()
    region = queries.region_of(session, code)
    page = render_template(
        "organisations/region.html",
        region=region,
        form=form,
        below=queries.has_below(session, code),
        others=queries.same_level(session, region),
        aliases=queries.aliases_of(session, code),
    )
    return page, status


@blueprint.route("/regions/<code>/merge", methods=["GET", "POST"])
@requires("region.edit")
def merge(code: str) -> ResponseReturnValue:
    """What a merger would move; then the merger."""
    region = queries.region_of(db.session(), code)
    if region.merged_into_code is not None:
        return redirect(url_for("regions.one", code=region.merged_into_code))
    form = IntoForm()
    if request.method == "GET":
        form.into.data = request.args.get("into", "")
        return _merge_page(code, form, 200)

    def accept() -> ResponseReturnValue:
        with unit_of_work() as session:
            stays = mergers.merge(
                session, gone_code=code, stays_code=form.into.data or "", now=clock.now()
            )
            other = stays.code, data_name(stays.name, stays.name_en)
        flash(_("Merged: all of it now belongs to %(name)s.", name=other[1]), "success")
        return redirect(url_for("regions.one", code=other[0]), 303)

    return submitted(form, accept, lambda status: _merge_page(code, form, status))


def _merge_page(code: str, form: IntoForm, status: int) -> ResponseReturnValue:
    session = db.session()
    region = queries.region_of(session, code)
    others = queries.same_level(session, region)
    into = next((one for one in others if one.code == form.into.data), None)
    wrong = mergers.obstacle(session, region, into) if into is not None else None
    if wrong is not None and not form.into.errors:
        form.into.errors = [wrong]
    page = render_template(
        "organisations/region_merge.html",
        region=region,
        form=form,
        into=into,
        others=[_row(one) for one in others],
        possible=into is not None and wrong is None,
        moves=mergers.told(session, region) if into is not None and wrong is None else [],
        same_names=queries.names_in_both(session, code, into.code) if into is not None else [],
    )
    return page, status


def _row(region: Region) -> dict[str, object]:
    """A region for the options of a select."""
    return {"code": region.code, "name": region.name, "name_en": region.name_en, "depth": 0}


@blueprint.route("/regions/import", methods=["GET", "POST"])
@requires("region.edit")
def upload() -> ResponseReturnValue:
    """Choose a list of regions; what it would do is shown before anything is stored."""
    form = ListForm() if request.method == "POST" else ListForm(formdata=None)
    if request.method == "GET":
        return _upload_page(form, 200)
    key = kept(form, KIND, now=clock.now())
    if key is None:
        return _upload_page(form, 422)
    return redirect(url_for("regions.preview", key=key), 303)


@blueprint.route("/regions/import/<key>", methods=["GET", "POST"])
@requires("region.edit")
def preview(key: str) -> ResponseReturnValue:
    """What the list would do, and each problem by row and column; then the import."""
    try:
        if request.method == "GET":
            return _preview_page(key, 200)
        with unit_of_work() as session:
            draft = drafts.find(session, key, kind=KIND, user_id=signed_in_id(), lock=True)
            plan = lists.plan(session, drafts.table_of(draft))
            if plan.problems:
                raise HasProblems()
            service.load(session, (one.line for one in plan.rows))
            counts = {name: plan.count(name) for name in EFFECTS}
            session.delete(draft)
    except HasProblems as refusal:
        return _preview_page(key, refusal.status, refusal)
    except drafts.DraftGone as gone:
        return _upload_page(ListForm(formdata=None), gone.status, gone)
    flash(
        _("Imported: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.", **counts),
        "success",
    )
    return redirect(url_for("regions.overview"), 303)


def _upload_page(
    form: ListForm, status: int, refusal: DomainError | None = None
) -> ResponseReturnValue:
    page = render_template(
        "organisations/region_upload.html",
        form=form,
        refusal=refusal,
        headers=lists.headers(),
        **LIMITS,
    )
    return page, status


def _preview_page(key: str, status: int, refusal: DomainError | None = None) -> ResponseReturnValue:
    session = db.session()
    draft = drafts.find(session, key, kind=KIND, user_id=signed_in_id())
    page = render_template(
        "organisations/region_preview.html",
        draft=draft,
        plan=lists.plan(session, drafts.table_of(draft)),
        effects=EFFECTS,
        most=MOST_SHOWN,
        refusal=refusal,
    )
    return page, status
