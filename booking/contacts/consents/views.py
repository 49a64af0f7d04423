"""The page on which people say who sees their contacts, and the page that asks once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import actor, requires, signed_in_id
from booking.contacts.consents import first_sign_in, people, service
from booking.contacts.consents.engine.questions import Question
from booking.contacts.consents.words import CHANNELS, PURPOSES, SENTENCES
from booking.contacts.engine.owners import Owner
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


@blueprint.post("/consents/<owner>/<question>/give")
@requires("account.use")
def give(owner: str, question: str) -> ResponseReturnValue:
    """Agree to one purpose for one channel."""
    person, about = _holder(owner), _question(question)
    if about not in {one.question for one in _asked(person)}:
        raise NotFound()
    with unit_of_work() as session:
        service.give(session, actor=actor(), owner=person, question=about, now=clock.now())
    return _changed(owner, about)


@blueprint.post("/consents/<owner>/<question>/withdraw")
@requires("account.use")
def withdraw(owner: str, question: str) -> ResponseReturnValue:
    """Take the consent back: from the next response on nothing is shown by it."""
    person, about = _holder(owner), _question(question)
    with unit_of_work() as session:
        service.withdraw(session, actor=actor(), owner=person, question=about, now=clock.now())
    return _changed(owner, about)


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
            change(session, actor=actor(), owner=person, question=about, now=clock.now())
        service.note_answered(session, user_id=user_id, now=clock.now())
    first_sign_in.forget()
    flash(_("Kept. You can change every answer under “My account” at any time."), "success")
    return redirect(target, 303)


def _answers() -> list[tuple[Callable[..., bool], Owner, Question]]:
    """What each answer does; nothing if the page was skipped, or where nothing was chosen."""
    acts = {"yes": service.give, "no": service.withdraw}
    if "skip" in request.form:
        return []
    return [
        (acts[answer], one.owner, one.question)
        for rows in _own().values()
        for one in rows
        if (answer := request.form.get(control_name(one))) in acts
    ]


def _asked(owner: Owner) -> Sequence[people.Asked]:
    if not service.is_own(actor(), owner):
        raise NotFound()
    return people.asked(db.session(), [owner], register_setting())[owner]


def _own() -> Mapping[Owner, Sequence[people.Asked]]:
    """What the reader is asked, by person."""
    return people.asked(db.session(), people.owners(actor()), register_setting())


def _values() -> dict[str, Any]:
    return {
        "asked": [(owner, rows) for owner, rows in _own().items() if rows],
        "holder_name": holder_name,
        "control_name": control_name,
        "PURPOSES": PURPOSES,
        "CHANNELS": CHANNELS,
        "SENTENCES": SENTENCES,
    }


def _changed(owner: str, about: Question) -> ResponseReturnValue:
    return redirect(url_for("consents.show", changed=f"{owner}.{about.name}"), 303)


def holder_name(owner: Owner) -> str:
    """A person in addresses of these pages."""
    return ACCOUNT if owner.instructor_id is None else f"entry-{owner.instructor_id}"


def control_name(one: people.Asked) -> str:
    """A question in the form that asks all of them."""
    return f"{holder_name(one.owner)}.{one.question.name}"


def _holder(text: str) -> Owner:
    found = _HOLDER.fullmatch(text)
    person = Owner(instructor_id=int(found[1])) if found else None
    if text == ACCOUNT:
        person = Owner(user_id=signed_in_id())
    if person is None or person not in people.owners(actor()):
        raise NotFound()
    return person


def _question(text: str) -> Question:
    every = [Question(Purpose.ENTRY, None)]
    every += [Question(purpose, channel) for purpose in Purpose for channel in Channel]
    for question in every:
        if question.name == text:
            return question
    raise NotFound()
