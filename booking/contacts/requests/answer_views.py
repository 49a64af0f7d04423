"""The page of one request for a contact, and its commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.accounts.guards import actor, requires, signed_in_id
from booking.contacts import service as contacts
from booking.contacts.engine.owners import Owner
from booking.contacts.engine.reveals import ShownContact
from booking.contacts.errors import NothingToShow
from booking.contacts.queries import contacts_of
from booking.contacts.requests import changes, queries, service
from booking.contacts.requests.changes import Answering
from booking.contacts.requests.engine.lifecycle import (
    ANSWERERS,
    ContactCommand,
    ContactParty,
    possible_commands,
    state_at,
)
from booking.contacts.requests.forms import DeclineForm, GrantForm, RelayForm
from booking.contacts.requests.models import ContactRequest
from booking.contacts.service import ContactReader
from booking.contacts.threads.engine.events import LONGEST_MESSAGE
from booking.contacts.threads.queries import thread_about
from booking.contacts.words import CHANNELS
from booking.db import db, unit_of_work
from booking.errors import DomainError, NotFound
from booking.settings.engine.contact_declarations import (
    GRANT_DAYS,
    MESSAGES_PER_DAY,
    MOST_DAYS_OF_GRANT,
    REVEALS_PER_DAY,
)
from booking.settings.queries import in_force
from booking.web.problems import on_page
from booking.web.request_safety import Form, keeps_typed
from booking.web.submissions import submitted

Act = Callable[[Any, ContactRequest, Answering], None]


_KEYS: dict[type[Form], str] = {GrantForm: "grant", DeclineForm: "decline", RelayForm: "relay"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What this response of the page shows beside the request: contacts, or a refused form."""

    contacts: Sequence[ShownContact] = ()
    form: Form | None = None
    refusal: DomainError | None = None


@requires("contact.request")
def show(request_id: int) -> ResponseReturnValue:
    """One request: what was asked, how it stands, and what can be done."""
    return _page(request_id, Shown())


def _page(request_id: int, shown: Shown, status: int = 200) -> ResponseReturnValue:
    session, now = db.session(), clock.now()
    one, capacities = queries.by_id(session, request_id, actor())
    state = state_at(one.state, one.expires_at, now)
    commands = possible_commands(state, capacities)
    forms = {"grant": _grant_form(one), "decline": DeclineForm(formdata=None)}
    forms["relay"] = RelayForm(formdata=None)
    if shown.form is not None:
        forms[_KEYS[type(shown.form)]] = shown.form
    parts = service.parts_of(one)
    thread = thread_about(session, parts.reference, one.instructor_id, one.organisation_id)
    page = render_template(
        "contacts/request.html",
        one=one,
        state=state,
        parties=capacities,
        commands=commands,
        history=queries.history_of(session, one.id),
        thread=thread,
        shown=shown,
        may_show=ContactParty.ASKER in capacities and service.basis_of(one, now) is not None,
        kept=contacts_of(session, Owner(instructor_id=one.instructor_id))
        if capacities & ANSWERERS
        else (),
        longest_message=LONGEST_MESSAGE,
        most_days=in_force(MOST_DAYS_OF_GRANT),
        **{f"{name}_form": form for name, form in forms.items()},
    )
    return page, status


def _grant_form(one: ContactRequest, *, sent: bool = False) -> Any:
    form = GrantForm() if sent else GrantForm(formdata=None)
    kept = contacts_of(db.session(), Owner(instructor_id=one.instructor_id))
    channels = dict.fromkeys(contact.channel for contact in kept)
    form.channels.choices = [SelectChoice(channel.value, CHANNELS[channel]) for channel in channels]
    if not sent:
        form.channels.data = [channel.value for channel in list(channels)[:1]]
        form.days.data = min(in_force(GRANT_DAYS), in_force(MOST_DAYS_OF_GRANT))
    return form


@requires("contact.request")
def show_granted(request_id: int) -> ResponseReturnValue:
    """The page with the granted contact, which is recorded."""
    try:
        shown = _reveal(request_id)
    except on_page(DomainError) as error:
        return _page(request_id, Shown(refusal=error), error.status)
    return _page(request_id, Shown(contacts=shown))


def _reveal(request_id: int) -> Sequence[ShownContact]:
    now = clock.now()
    with unit_of_work() as session:
        one, capacities = queries.by_id(session, request_id, actor())
        if ContactParty.ASKER not in capacities:
            raise NotFound()
        # A grant that is revoked at this moment is revoked before or afterwards.
        basis = service.basis_of(changes.locked(session, request_id), now)
        if basis is None:
            raise NothingToShow()
        return contacts.reveal(
            session,
            owner=Owner(instructor_id=one.instructor_id),
            reader=ContactReader(signed_in_id(), actor().label, one.organisation.name),
            basis=basis,
            now=now,
            limit=in_force(REVEALS_PER_DAY),
        )


@requires("contact.request")
@keeps_typed
def grant(request_id: int) -> ResponseReturnValue:
    """Let the branch be shown the contact for some days."""
    one, _capacities = queries.by_id(db.session(), request_id, actor())
    form = _grant_form(one, sent=True)

    def act(form: GrantForm, one: ContactRequest, acting: Answering) -> None:
        service.grant(
            db.session(),
            one,
            channels=form.chosen(),
            until=form.until(acting.now),
            acting=acting,
        )

    return _answer(request_id, ContactCommand.GRANT, form, act, _("Granted."))


@requires("contact.request")
@keeps_typed
def decline(request_id: int) -> ResponseReturnValue:
    """Do not grant it, with a reason."""

    def act(form: DeclineForm, one: ContactRequest, acting: Answering) -> None:
        reason = form.reason.data or ""
        changes.change(db.session(), one, ContactCommand.DECLINE, acting=acting, reason=reason)

    return _answer(request_id, ContactCommand.DECLINE, DeclineForm(), act, _("Not granted."))


@requires("contact.request")
@keeps_typed
def relay(request_id: int) -> ResponseReturnValue:
    """Answer by a message instead."""

    def act(form: RelayForm, one: ContactRequest, acting: Answering) -> None:
        limit = in_force(MESSAGES_PER_DAY)
        service.relay(db.session(), one, text=form.text.data or "", acting=acting, limit=limit)

    return _answer(request_id, ContactCommand.RELAY, RelayForm(), act, _("The message was sent."))


@requires("contact.request")
@keeps_typed
def withdraw(request_id: int) -> ResponseReturnValue:
    """Take the request back."""
    return _plain(request_id, ContactCommand.WITHDRAW, _("Withdrawn."))


@requires("contact.request")
@keeps_typed
def revoke(request_id: int) -> ResponseReturnValue:
    """End a grant at once."""
    return _plain(request_id, ContactCommand.REVOKE, _("Revoked: the contact is hidden again."))


def _plain(request_id: int, command: ContactCommand, done: str) -> ResponseReturnValue:
    def act(_form: Form, one: ContactRequest, acting: Answering) -> None:
        changes.change(db.session(), one, command, acting=acting)

    return _answer(request_id, command, Form(), act, done)


def _answer(
    request_id: int, command: ContactCommand, form: Form, act: Act, done: str
) -> ResponseReturnValue:
    """Carry out a command and lead back to the page; a refusal shows it with what was typed."""
    queries.by_id(db.session(), request_id, actor())
    shown = form if type(form) in _KEYS else None

    def accepted() -> ResponseReturnValue:
        with unit_of_work() as session:
            one = changes.locked(session, request_id)
            act(form, one, _acting(one, command))
        flash(done, "success")
        return redirect(url_for("contacts.request", request_id=request_id), 303)

    def again(status: int) -> ResponseReturnValue:
        return _page(request_id, Shown(form=shown), status)

    try:
        return submitted(form, accepted, again)
    except on_page(DomainError) as error:
        return _page(request_id, Shown(form=shown, refusal=error), error.status)


def _acting(one: ContactRequest, command: ContactCommand) -> Answering:
    """In which capacity the reader gives this command; raises `NotFound` without any."""
    capacities = queries.parties(actor(), one)
    if not capacities:
        raise NotFound()
    asks = command is ContactCommand.WITHDRAW
    order = (
        (ContactParty.ASKER, ContactParty.PERSON, ContactParty.COORDINATOR)
        if asks
        else (ContactParty.PERSON, ContactParty.COORDINATOR, ContactParty.ASKER)
    )
    party = next(party for party in order if party in capacities)
    return Answering(party, actor().user_id, actor().label, clock.now())
