"""The pages on which two organisations become one: choose, look, confirm."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking.accounts.guards import actor, requires
from booking.accounts.models import Organisation
from booking.db import db, references, unit_of_work
from booking.errors import DomainError, Invalid, NotFound
from booking.organisations import queries
from booking.organisations.engine.filters import LONGEST_NAME
from booking.organisations.mergers import service


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    url = "/organisations/<int:organisation_id>/merge"
    blueprint.add_url_rule(url, "merge", choose)
    blueprint.add_url_rule(url, "merged", merge, methods=["POST"])


@requires("organisation.edit")
def choose(organisation_id: int) -> ResponseReturnValue:
    """Choose the one that stays; with `into`, what would move there."""
    gone = queries.seen(db.session(), actor(), organisation_id)
    if gone.merged_into_id is not None:
        return redirect(url_for("organisations.one", organisation_id=gone.merged_into_id))
    stays_id = _number(request.args.get("into", ""))
    stays = _stays(gone, stays_id) if stays_id is not None else None
    return _page(gone, stays, 200)


@requires("organisation.edit")
def merge(organisation_id: int) -> ResponseReturnValue:
    """Merge it into the chosen one."""
    gone = queries.seen(db.session(), actor(), organisation_id)
    stays_id = _number(request.form.get("into", ""))
    if stays_id is None:
        wrong = Invalid(_("Choose the branch that stays."), field="into")
        return _page(gone, None, wrong.status, wrong)
    try:
        with unit_of_work() as session:
            stays = service.merge(
                session, gone_id=organisation_id, stays_id=stays_id, actor=actor()
            )
            names = {"name": gone.name, "other": stays.name}
    except Invalid as wrong:
        session = db.session()
        gone = queries.seen(session, actor(), organisation_id)
        return _page(gone, None, wrong.status, wrong)
    flash(_("Merged: all of “%(name)s” now belongs to “%(other)s”.", **names), "success")
    return redirect(url_for("organisations.one", organisation_id=stays_id), 303)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def _stays(gone: Organisation, stays_id: int) -> Organisation | None:
    stays = queries.seen(db.session(), actor(), stays_id)
    if stays.merged_into_id is not None:
        raise NotFound()
    return stays if stays.id != gone.id else None


def _page(
    gone: Organisation,
    stays: Organisation | None,
    status: int,
    refusal: DomainError | None = None,
) -> ResponseReturnValue:
    session = db.session()
    name = request.args.get("name", "").strip()[:LONGEST_NAME]
    page = render_template(
        "organisations/merge.html",
        gone=gone,
        stays=stays,
        refusal=refusal,
        name=name,
        moves=references.count(session, service.TARGET, gone.id) if stays else [],
        others=[] if stays else queries.others(session, actor(), gone, name),
        longest_name=LONGEST_NAME,
    )
    return page, status
