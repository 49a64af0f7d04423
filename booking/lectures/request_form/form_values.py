"""The booking form with its choices: filled by the URL, by an earlier lecture, or by what was sent.

Somebody who is not signed in signs in by fields of the same form. Such a form has no branch, and
its district may be left open: both are then those of the account.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice

from booking.accounts.embedded_sign_in import SignInFields
from booking.accounts.engine.roles import Unit
from booking.accounts.guards import actor
from booking.db import db
from booking.instructors.engine.vocabulary import Audience, Format
from booking.instructors.models import Topic
from booking.lectures.forms import BookingForm
from booking.lectures.models import Lecture
from booking.lectures.request_form import branches
from booking.lectures.request_form.parameters import earlier_lecture
from booking.lectures.words import AUDIENCES, FORMATS

NOT_YET = frozenset({"day", "month", "kept"})
"""Parameters with which a sent form is shown again instead of booking."""

SIGN_IN = "email"
"""The name of a field of those who sign in with the form."""


def is_not_yet() -> bool:
    """Whether this request asks for the form, and not for a booking."""
    return request.method != "POST" or not NOT_YET.isdisjoint(request.args)


def signs_in_here() -> bool:
    """Whether the form holds the fields of signing in: nobody is signed in.

    A form that was opened while somebody was signed in does not hold them.
    """
    return not actor().signed_in and (request.method != "POST" or SIGN_IN in request.form)


def booking_form(topic: Topic, returned: Lecture | None = None) -> BookingForm:
    """The form of this request; `returned` is the lecture that it corrects."""
    own = actor().units
    sent = _sent(own) if request.method == "POST" else None
    form = BookingForm(formdata=sent)
    formats = topic.formats or (Format.LECTURE,)
    form.format.choices = [SelectChoice(choice.value, FORMATS[choice]) for choice in formats]
    audiences = topic.audiences or tuple(Audience)
    form.audience.choices = [
        SelectChoice("", _("Mixed")),
        *(SelectChoice(choice.value, AUDIENCES[choice]) for choice in audiences),
    ]
    if signs_in_here():
        form.sign_in_first(SignInFields())
    elif returned is not None:
        unit = returned.organisation
        form.organisation.choices = [SelectChoice(unit.id, unit.name)]
    else:
        branches.offer(form, db.session(), actor())
    if sent is None:
        _fill_in(form, topic, returned)
    elif is_not_yet():
        _replace_wrong_choices(form)
    return form


def _fill_in(form: BookingForm, topic: Topic, returned: Lecture | None) -> None:
    """The values of a form that nobody has sent yet."""
    formats = [choice.value for choice in form.format.choices]
    audiences = [choice.value for choice in form.audience.choices]
    format_, audience = request.args.get("format"), request.args.get("audience")
    form.format.data = format_ if format_ in formats else formats[0]
    form.audience.data = audience if audience in audiences else ""
    region = request.args.get("region", "")
    form.region.data = region if region.isdecimal() else _home(topic)
    if form.organisation is not None:
        form.organisation.data = form.organisation.choices[0].value
    session = db.session()
    earlier = returned or earlier_lecture(session, actor().organisation_ids, request.args)
    if earlier is not None:
        form.organisation.data = earlier.organisation_id
        form.place.data = earlier.place
        form.attendees.data = earlier.attendees
        form.note.data = earlier.note
    if returned is not None:
        form.region.data = returned.region.present_code
        form.format.data = returned.format.value if returned.format in formats else formats[0]
        form.audience.data = returned.audience if returned.audience in audiences else ""


def _home(topic: Topic) -> str:
    """The district of the own branch; who has none takes the instructor's, strangers choose."""
    own = actor().units
    if own:
        return own[0].region_code
    return topic.instructor.region_code if actor().signed_in else ""


def _sent(own: Sequence[Unit]) -> MultiDict[str, str]:
    """What was sent; who signs in with it books for the only branch, and in its district."""
    sent = MultiDict(request.form)
    if SIGN_IN in sent and own:
        if len(own) == 1:
            sent.setdefault("organisation", str(own[0].id))
        if not sent.get("region"):
            sent["region"] = own[0].region_code
    return sent


def _replace_wrong_choices(form: BookingForm) -> None:
    """Choose the default where a value is none of the choices: this form is not validated."""
    for field in (form.organisation, form.format, form.audience):
        values = [choice.value for choice in field.choices] if field else []
        if values and field.data not in values:
            field.data = values[0]
