"""The pages of messages: the list of threads, and one thread with the form of an answer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import actor, requires, signed_in_id
from booking.contacts.threads import queries, service
from booking.contacts.threads.engine.events import LONGEST_MESSAGE
from booking.contacts.threads.forms import MessageForm
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.settings.engine.contact_declarations import MESSAGES_PER_DAY
from booking.settings.queries import in_force
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    one = "/messages/<int:thread_id>"
    blueprint.add_url_rule("/messages", "threads", threads)
    blueprint.add_url_rule(one, "thread", thread)
    blueprint.add_url_rule(f"{one}/answer", "answer", answer, methods=["POST"])


@requires("contact.message")
def threads() -> ResponseReturnValue:
    """The threads in which the reader takes part."""
    lines = queries.threads_of(db.session(), actor())
    return render_template("contacts/threads.html", lines=lines)


@requires("contact.message")
def thread(thread_id: int) -> ResponseReturnValue:
    """One thread; opening it marks its messages as read."""
    one, side = queries.by_id(db.session(), thread_id, actor())
    if service.has_unread(db.session(), one, side):
        with unit_of_work() as session:
            one, side = queries.by_id(session, thread_id, actor())
            service.note_read(session, one, side, clock.now())
    return _page(thread_id, MessageForm(formdata=None))


def _page(
    thread_id: int, form: MessageForm, status: int = 200, refusal: DomainError | None = None
) -> ResponseReturnValue:
    session = db.session()
    one, side = queries.by_id(session, thread_id, actor())
    page = render_template(
        "contacts/thread.html",
        one=one,
        side=side,
        messages=queries.messages_of(session, one.id),
        form=form,
        refusal=refusal,
        longest=LONGEST_MESSAGE,
    )
    return page, status


@requires("contact.message")
@keeps_typed
def answer(thread_id: int) -> ResponseReturnValue:
    """Send a further message to the other side."""
    form = MessageForm()
    queries.by_id(db.session(), thread_id, actor())

    def accept() -> ResponseReturnValue:
        with unit_of_work() as session:
            one, side = queries.by_id(session, thread_id, actor())
            limit = in_force(MESSAGES_PER_DAY)
            service.send(
                session,
                service.Parts(one.reference, one.instructor_id, one.organisation_id),
                text=form.text.data or "",
                sender=service.Sender(signed_in_id(), actor().label, side, limit),
                now=clock.now(),
            )
        flash(_("Sent. The other side gets it without your address."), "success")
        return redirect(url_for("contacts.thread", thread_id=thread_id), 303)

    try:
        return submitted(form, accept, lambda status: _page(thread_id, form, status))
    except on_page(DomainError) as error:
        return _page(thread_id, form, error.status, error)
