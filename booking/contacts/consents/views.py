"""The page on which people say who sees their contacts, and the page that asks once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import actor, requires, signed_in_id
from booking.contacts.consents import first_sign_in, people, service
from booking.contacts.consents.engine.questions import Holder, Question
from booking.contacts.consents.words import CHANNELS, PURPOSES, SENTENCES
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.instructors.engine.vocabulary import Channel
from booking.visibility.engine.readers import Purpose
from booking.visibility.guards import register_setting
from booking.web import pages

blueprint = Blueprint("consents", __name__)

_HOLDER = re.compile(r"entry-([1-9]\d{0,9})")
ACCOUNT = "account"


@blueprint.get("/consents")
@requires("account.use")
def show() -> ResponseReturnValue:
    """A card for each purpose and channel, with the present answer and the other one."""
    changed = request.args.get("changed", "")
    return render_template("contacts/consents.html", **_values(), changed=changed)


@blueprint.post("/consents/<holder>/<question>/give")
@requires("account.use")
def give(holder: str, question: str) -> ResponseReturnValue:
    """Agree to one purpose for one channel."""
    person, about = _holder(holder), _question(question)
    if about not in {one.question for one in _asked(person)}:
        raise NotFound()
    with unit_of_work() as session:
        service.give(session, actor=actor(), holder=person, question=about, now=clock.now())
    return _changed(holder, about)


@blueprint.post("/consents/<holder>/<question>/withdraw")
@requires("account.use")
def withdraw(holder: str, question: str) -> ResponseReturnValue:
    """Take the consent back: from the next response on nothing is shown by it."""
    person, about = _holder(holder), _question(question)
    with unit_of_work() as session:
        service.withdraw(session, actor=actor(), holder=person, question=about, now=clock.now())
    return _changed(holder, about)


@blueprint.route("/consents/first", methods=["GET", "POST"])
@requires("account.use")
def first() -> ResponseReturnValue:
    """Ask once, after the first sign-in. Nothing chosen means no; skipping is an answer, too."""
    target = pages.local_target(request.values.get("next") or url_for("accounts.start"))
    if request.method == "GET":
        return render_template("contacts/first_consents.html", **_values(), next=target)
    user_id, answers = signed_in_id(), _answers()
    with unit_of_work() as session:
        for change, person, about in answers:
            change(session, actor=actor(), holder=person, question=about, now=clock.now())
        service.note_answered(session, user_id=user_id, now=clock.now())
    first_sign_in.forget()
    flash(_("Kept. You can change every answer under “My account” at any time."), "success")
    return redirect(target, 303)


@blueprint.record_once
def call_points(state: BlueprintSetupState) -> None:
    """For templates: links to pages that an installation may lack."""
    state.app.jinja_env.globals.update(has_page=has_page, page_of=url_for)


def has_page(endpoint: str) -> bool:
    """Whether this application has a page."""
    return endpoint in current_app.view_functions


def _answers() -> list[tuple[Callable[..., bool], Holder, Question]]:
    """What each answer does; nothing if the page was skipped, or where nothing was chosen."""
    acts = {"yes": service.give, "no": service.withdraw}
    if "skip" in request.form:
        return []
    return [
        (acts[answer], one.holder, one.question)
        for holder in people.holders(actor())
        for one in _asked(holder)
        if (answer := request.form.get(control_name(one))) in acts
    ]


def _asked(holder: Holder) -> list[people.Asked]:
    if not service.is_own(actor(), holder):
        raise NotFound()
    return people.asked(db.session(), holder, register_setting())


def _values() -> dict[str, Any]:
    found = [(holder, _asked(holder)) for holder in people.holders(actor())]
    return {
        "asked": [(holder, rows) for holder, rows in found if rows],
        "holder_name": holder_name,
        "control_name": control_name,
        "PURPOSES": PURPOSES,
        "CHANNELS": CHANNELS,
        "SENTENCES": SENTENCES,
    }


def _changed(holder: str, about: Question) -> ResponseReturnValue:
    return redirect(url_for("consents.show", changed=f"{holder}.{about.name}"), 303)


def holder_name(holder: Holder) -> str:
    """A person in addresses of these pages."""
    return ACCOUNT if holder.instructor_id is None else f"entry-{holder.instructor_id}"


def control_name(one: people.Asked) -> str:
    """A question in the form that asks all of them."""
    return f"{holder_name(one.holder)}.{one.question.name}"


def _holder(text: str) -> Holder:
    found = _HOLDER.fullmatch(text)
    person = Holder(instructor_id=int(found[1])) if found else None
    if text == ACCOUNT:
        person = Holder(user_id=signed_in_id())
    if person is None or person not in people.holders(actor()):
        raise NotFound()
    return person


def _question(text: str) -> Question:
    every = [Question(Purpose.ENTRY, None)]
    every += [Question(purpose, channel) for purpose in Purpose for channel in Channel]
    for question in every:
        if question.name == text:
            return question
    raise NotFound()
