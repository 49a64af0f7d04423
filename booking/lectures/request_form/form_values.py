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


def booking_form(topic: Topic) -> BookingForm:
    """The form of this request."""
    own = actor().units
    sent = _sent(own) if request.method == "POST" else None
    form = BookingForm(formdata=sent)
    form.organisation.choices = [SelectChoice(unit.id, unit.name) for unit in own]
    formats = topic.formats or (Format.LECTURE,)
    form.format.choices = [SelectChoice(choice.value, FORMATS[choice]) for choice in formats]
    audiences = topic.audiences or tuple(Audience)
    form.audience.choices = [
        SelectChoice("", _("Mixed")),
        *(SelectChoice(choice.value, AUDIENCES[choice]) for choice in audiences),
    ]
    if signs_in_here():
        form.sign_in_first(SignInFields())
    if sent is None:
        format_ = request.args.get("format")
        form.format.data = format_ if format_ in formats else formats[0].value
        audience = request.args.get("audience")
        form.audience.data = audience if audience in audiences else ""
        region = request.args.get("region", "")
        form.region.data = region if region.isdecimal() else _home(own)
        if own:
            form.organisation.data = own[0].id
        _carry_over(form)
    elif is_not_yet():
        _replace_wrong_choices(form)
    return form


def _home(own: Sequence[Unit]) -> str:
    return own[0].region_code if own else ""


def _sent(own: Sequence[Unit]) -> MultiDict[str, str]:
    """What was sent; who signs in with it books for the only branch, and in its district."""
    sent = MultiDict(request.form)
    if SIGN_IN in sent and own:
        if len(own) == 1:
            sent.setdefault("organisation", str(own[0].id))
        if not sent.get("region"):
            sent["region"] = own[0].region_code
    return sent


def _carry_over(form: BookingForm) -> None:
    """Fill in what an earlier lecture of the branch had, if the URL names one."""
    earlier = earlier_lecture(db.session(), actor().organisation_ids, request.args)
    if earlier is not None:
        form.organisation.data = earlier.organisation_id
        form.place.data = earlier.place
        form.attendees.data = earlier.attendees
        form.note.data = earlier.note


def _replace_wrong_choices(form: BookingForm) -> None:
    """Choose the default where a value is none of the choices: this form is not validated."""
    for field in (form.organisation, form.format, form.audience):
        values = [choice.value for choice in field.choices] if field else []
        if values and field.data not in values:
            field.data = values[0]
