"""The pages of merging: pairs that are probably one person, and two entries beside each other."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import actor, requires
from booking.availability.guards import instructor_of
from booking.db import db, unit_of_work
from booking.entries.mergers import distinctions, queries, service
from booking.entries.mergers.forms import MergeForm
from booking.entries.mergers.words import REASONS
from booking.errors import Conflict, DomainError, NotFound
from booking.instructors.engine import names
from booking.instructors.queries import kept_id
from booking.lectures.merger import clashes
from booking.visibility.guards import sees_every_entry


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule("/entries/duplicates", "duplicates", duplicates)
    both = "/entries/<int:instructor_id>/merge/<int:other_id>"
    blueprint.add_url_rule(both, "merge", merge, methods=["GET", "POST"])
    add = blueprint.add_url_rule
    pair = "/entries/<int:instructor_id>/two-people/<int:other_id>"
    add(pair, "two_people", two_people, methods=["POST"])
    add(f"{pair}/take-back", "two_people_taken_back", two_people_taken_back, methods=["POST"])


@requires("entry.keep")
def duplicates() -> ResponseReturnValue:
    """Pairs of entries that are probably one person, the surest first."""
    session, who = db.session(), actor()
    found, total = queries.suggestions(session, who)
    distinct, distinct_total = queries.two_people(session, who)
    return render_template(
        "entries/duplicates.html",
        suggestions=found,
        total=total,
        distinct=distinct,
        distinct_total=distinct_total,
        REASONS=REASONS,
    )


@requires("entry.keep")
def two_people(instructor_id: int, other_id: int) -> ResponseReturnValue:
    """Remember that two entries are not of the same person."""
    _keeps_both(instructor_id, other_id)
    with unit_of_work() as session:
        distinctions.note(
            session, one_id=instructor_id, other_id=other_id, actor=actor(), now=clock.now()
        )
    flash(
        _("Noted. The pair is no longer suggested; it stands below, to be taken back."), "success"
    )
    return redirect(url_for("entries.duplicates"), 303)


@requires("entry.keep")
def two_people_taken_back(instructor_id: int, other_id: int) -> ResponseReturnValue:
    """Let a pair be suggested again."""
    _keeps_both(instructor_id, other_id)
    with unit_of_work() as session:
        distinctions.take_back(session, one_id=instructor_id, other_id=other_id, actor=actor())
    flash(_("Taken back. The pair is suggested again."), "success")
    return redirect(url_for("entries.duplicates"), 303)


def _keeps_both(instructor_id: int, other_id: int) -> None:
    """Raise `NotFound` unless these are two entries that the reader keeps."""
    if instructor_id == other_id:
        raise NotFound()
    instructor_of(instructor_id, "entry.keep")
    instructor_of(other_id, "entry.keep")


@requires("entry.keep")
def merge(instructor_id: int, other_id: int) -> ResponseReturnValue:
    """Two entries beside each other; the first one stays."""
    _keeps_both(instructor_id, other_id)
    form = MergeForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _page(instructor_id, other_id, form, None, 200)
    if not form.validate():
        return _page(instructor_id, other_id, form, None, 422)
    try:
        with unit_of_work() as session:
            service.merge(
                session,
                kept_id=instructor_id,
                dropped_id=other_id,
                takes_hours=bool(form.takes_hours.data),
                actor=actor(),
                now=clock.now(),
            )
    except Conflict as error:
        return _page(instructor_id, other_id, form, error, error.status)
    flash(_("The entries are merged. Old addresses lead here."), "success")
    return redirect(url_for("entries.show", instructor_id=instructor_id), 303)


def _page(
    instructor_id: int, other_id: int, form: MergeForm, refusal: DomainError | None, status: int
) -> ResponseReturnValue:
    session = db.session()
    kept = instructor_of(instructor_id, "entry.keep")
    dropped = instructor_of(other_id, "entry.keep")
    page = render_template(
        "entries/merge.html",
        kept=kept,
        dropped=dropped,
        kept_has=queries.has(session, instructor_id),
        dropped_has=queries.has(session, other_id),
        clashes=clashes(session, instructor_id, other_id),
        differ=names.normalise(kept.name) != names.normalise(dropped.name),
        form=form,
        refusal=refusal,
    )
    return page, status


def init_app(app: Flask) -> None:
    """Let addresses of entries that were merged lead to the entry that stays."""
    app.after_request(_to_kept)


def _to_kept(response: Response) -> Response:
    """Redirect to the same page of the entry that stays, where the old one is not found."""
    arguments = request.view_args or {}
    old_id = arguments.get("instructor_id")
    if response.status_code != 404 or request.method != "GET" or not isinstance(old_id, int):
        return response
    if request.endpoint is None or not sees_every_entry():
        return response
    found = kept_id(db.session(), old_id)
    if found is None:
        return response
    there = url_for(request.endpoint, **{**arguments, "instructor_id": found})
    query = request.query_string.decode("latin-1")
    moved = redirect(f"{there}?{query}" if query else there, 301)
    return moved if isinstance(moved, Response) else response
