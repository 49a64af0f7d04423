"""The picture of an instructor: its page, and the picture itself."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from booking import clock
from booking.accounts.guards import actor, may, requires
from booking.availability.guards import instructor_of, subject
from booking.db import db, unit_of_work
from booking.entries.models import Portrait
from booking.entries.page import entry_page
from booking.entries.portraits import service
from booking.entries.portraits.engine.answers import MOST_BYTES
from booking.entries.portraits.forms import PictureForm
from booking.errors import NotFound
from booking.instructors import editable_entry
from booking.instructors.models import Instructor
from booking.process.sizes import MEGABYTE
from booking.visibility.guards import check_entry
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

PRIVATE = {
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'inline; filename="portrait.jpg"',
    "X-Robots-Tag": "noindex, noimageindex",
}
"""Kept by the reader's browser, which asks each time whether it still may be seen, and by no cache
on the way; no search engine lists it."""


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    path, add = "/entries/<int:instructor_id>/portrait", blueprint.add_url_rule
    add(path, "portrait", portrait, methods=["GET", "POST"])
    add(f"{path}/remove", "remove_portrait", remove_portrait, methods=["POST"])
    add("/instructors/<int:instructor_id>/portrait", "picture", picture)
    blueprint.add_app_template_global(portrait_url)


def portrait_url(instructor_id: int) -> str | None:
    """For templates: the address of the picture; None if there is none."""
    query = select(Portrait.digest).where(Portrait.instructor_id == instructor_id)
    digest = db.session().scalar(query)
    if digest is None:
        return None
    return url_for("entries.picture", instructor_id=instructor_id, v=digest[:12])


@requires("instructor.read")
def picture(instructor_id: int) -> ResponseReturnValue:
    """The picture of a listed instructor; of a hidden one only for who may edit the entry."""
    session = db.session()
    instructor, row = session.get(Instructor, instructor_id), session.get(Portrait, instructor_id)
    if instructor is None or row is None:
        raise NotFound()
    if not may("entry.edit", subject(instructor)):
        check_entry(instructor.public)
        if not instructor.listed:
            raise NotFound()
    response = Response(row.image, mimetype="image/jpeg", headers=PRIVATE)
    response.set_etag(row.digest)
    return response.make_conditional(request)


@requires("entry.edit")
@keeps_typed
def portrait(instructor_id: int) -> ResponseReturnValue:
    """Show the picture; take another."""
    instructor_of(instructor_id, "entry.edit")
    form = PictureForm()
    if request.method == "GET":
        return _page(instructor_id, form, 200)
    return submitted(
        form,
        lambda: _stored(instructor_id, form),
        lambda status: _page(instructor_id, form, status),
    )


def _stored(instructor_id: int, form: PictureForm) -> ResponseReturnValue:
    # Before the transaction: nobody waits while a picture is read.
    image = service.small_picture(form.picture.data.stream.read(MOST_BYTES + 1))
    with unit_of_work() as session:
        entry = editable_entry.editable(
            session, instructor_id=instructor_id, actor=actor(), permission="entry.edit"
        )
        service.set_portrait(session, entry=entry, image=image, actor=actor(), now=clock.now())
    flash(_("Saved. The public page shows it now."), "success")
    return redirect(url_for("entries.show", instructor_id=instructor_id), 303)


@requires("entry.edit")
def remove_portrait(instructor_id: int) -> ResponseReturnValue:
    """Remove the picture for good."""
    instructor_of(instructor_id, "entry.edit")
    with unit_of_work() as session:
        entry = editable_entry.editable(
            session, instructor_id=instructor_id, actor=actor(), permission="entry.edit"
        )
        service.remove_portrait(session, entry=entry, actor=actor(), now=clock.now())
    flash(_("Removed. The picture is not kept anywhere."), "success")
    return redirect(url_for("entries.show", instructor_id=instructor_id), 303)


def _page(instructor_id: int, form: PictureForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "entries/portrait.html",
        page=entry_page(instructor_id),
        form=form,
        megabytes=MOST_BYTES // MEGABYTE,
    )
    return page, status
