"""The page of one's own contacts: add, change, remove; and who was shown them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking import clock
from booking.accounts.engine.roles import Actor
from booking.accounts.guards import actor, requires
from booking.contacts.engine.owners import Owner
from booking.contacts.own import service
from booking.contacts.own.forms import ContactForm
from booking.contacts.queries import KeptContact, contacts_of, contacts_of_all, reveals_of
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.instructors.models import Instructor
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Kept:
    """The contacts of one owner, and the key by which addresses name it."""

    key: str
    owner: Owner
    contacts: Sequence[KeptContact]
    form: ContactForm
    """The form of a further contact."""


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add = blueprint.add_url_rule
    one = "/contacts/<owner>/<int:contact_id>"
    add("/contacts", "own", own)
    add("/contacts/<owner>/add", "add", add_contact, methods=["POST"])
    add(one, "edit", edit, methods=["GET", "POST"])
    add(f"{one}/remove", "remove", remove, methods=["POST"])


@requires("contact.own")
def own() -> ResponseReturnValue:
    """The own contacts, and the last times that somebody was shown them."""
    return _page()


def _page(form: ContactForm | None = None, key: str = "", status: int = 200) -> ResponseReturnValue:
    session, who = db.session(), actor()
    page = render_template(
        "contacts/own.html",
        kept=_own(session, who, key, form),
        wrong=form,
        reveals=reveals_of(session, who.instructor_ids, who.user_id, most=50),
    )
    return page, status


def _own(session: Session, who: Actor, key: str, form: ContactForm | None) -> list[Kept]:
    """The contacts of the reader's entries; of somebody without an entry those of the account."""
    owners = {
        str(instructor_id): Owner(instructor_id=instructor_id)
        for instructor_id in sorted(who.instructor_ids)
    }
    if any(standing.instructor_id is None for standing in who.standings):
        owners[ACCOUNT] = Owner(user_id=who.user_id)
    kept = contacts_of_all(session, owners.values())
    return [
        Kept(one, owner, kept[owner], form if form and one == key else _form(one))
        for one, owner in owners.items()
    ]


def _form(key: str) -> ContactForm:
    """An empty form, whose field no other form of the page is confused with."""
    form = ContactForm(formdata=None)
    form.value.id = form.value.label.field_id = f"value-{key}"
    return form


def _owner(key: str) -> Owner:
    """The owner that an address names, whose contacts the reader may keep; raises `NotFound`."""
    if key == ACCOUNT:
        return Owner(user_id=actor().user_id)
    if not (key.isascii() and key.isdecimal() and len(key) < 10):
        raise NotFound()
    instructor = db.session().get(Instructor, int(key))
    if instructor is None or not service.may_keep(actor(), instructor):
        raise NotFound()
    return Owner(instructor_id=instructor.id)


@requires("contact.own")
@keeps_typed
def add_contact(owner: str) -> ResponseReturnValue:
    """Add a contact to the own ones, or to an entry in scope."""
    form, of = ContactForm(), _owner(owner)

    def act(session: Session) -> None:
        typed = form.value.data or ""
        service.add(session, of, typed=typed, actor=actor(), now=clock.now())

    def again(status: int) -> ResponseReturnValue:
        if _is_own(of):
            return _page(form, owner, status)
        return _edit_page(owner, None, form, status)

    return submitted(form, lambda: _done(of, act, _("The contact was added.")), again)


@requires("contact.own")
@keeps_typed
def edit(owner: str, contact_id: int) -> ResponseReturnValue:
    """Change one contact."""
    of = _owner(owner)
    found = [one for one in contacts_of(db.session(), of) if one.id == contact_id]
    if not found:
        raise NotFound()
    if request.method == "GET":
        return _edit_page(owner, found[0], ContactForm(formdata=None))
    form = ContactForm()

    def act(session: Session) -> None:
        typed = form.value.data or ""
        service.change(session, of, contact_id, typed=typed, actor=actor(), now=clock.now())

    def again(status: int) -> ResponseReturnValue:
        return _edit_page(owner, found[0], form, status)

    return submitted(form, lambda: _done(of, act, _("The contact was changed.")), again)


def _edit_page(
    key: str, contact: KeptContact | None, form: ContactForm, status: int = 200
) -> ResponseReturnValue:
    of = _owner(key)
    page = render_template(
        "contacts/edit.html", key=key, contact=contact, form=form, own=_is_own(of), back=_back(of)
    )
    return page, status


@requires("contact.own")
def remove(owner: str, contact_id: int) -> ResponseReturnValue:
    """Remove one contact."""
    of = _owner(owner)
    return _done(
        of,
        lambda session: service.remove(session, of, contact_id, actor=actor()),
        _("The contact was removed."),
    )


def _done(of: Owner, act: Callable[[Session], None], said: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        act(session)
    flash(said, "success")
    return redirect(_back(of), 303)


def _is_own(of: Owner) -> bool:
    return of.instructor_id is None or of.instructor_id in actor().instructor_ids


def _back(of: Owner) -> str:
    if _is_own(of):
        return url_for("contacts.own")
    return url_for("contacts.case", instructor_id=of.instructor_id)
