"""What browsers send, made safe in one place for every route and every form.

Numbers in addresses fit into a column, texts hold no control characters, and a form that was
opened before its reader signed in anew comes back with what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar

from flask import Flask, Request, Response, current_app, flash, g, has_request_context, request
from flask_babel import gettext as _
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import (
    IntegerConverter,
    Map,
    PathConverter,
    UnicodeConverter,
    ValidationError,
)
from wtforms import IntegerField, PasswordField, StringField
from wtforms.fields.core import UnboundField

from booking.db import check_before_writing
from booking.text import has_controls, is_local, plain
from booking.web import origins

LONGEST_PASSWORD, LONGEST_TEXT = 1_000, 100_000
"""Characters of a field. Fields that are stored have limits of their own, with a sentence each."""

LONGEST_NUMBER = 20
"""Characters of a whole number; more digits do not fit into what compares numbers."""

LARGEST_ID = 2**31 - 1
"""What a column of ids holds on PostgreSQL; SQLite holds more."""

View = TypeVar("View", bound=Callable[..., Any])


class _Values(ImmutableMultiDict[str, Any]):
    """Values of an address or a form; files pass as they are.

    `next` is where somebody is led after signing in. One that leads to another site is left out,
    so that no view and no library follows it or refuses the form because of it.
    """

    def __init__(self, mapping: Any = None) -> None:
        sent = MultiDict(mapping).items(multi=True)
        values = [(name, _plain(value)) for name, value in sent]
        super().__init__([one for one in values if one[0] != "next" or _leads_here(one[1])])


def _leads_here(value: Any) -> bool:
    return isinstance(value, str) and is_local(value)


def _plain(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else value


class PlainRequest(Request):
    """A request whose texts may be stored and compared."""

    parameter_storage_class = _Values

    @property
    def is_json(self) -> bool:
        """Nothing here is sent as JSON, so that no library reads a body past `_Values`."""
        return False


class _Id(IntegerConverter):
    """A number that can be an id; no other finds a route."""

    regex = "[0-9]{1,10}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ID)


class _PlainText(UnicodeConverter):
    def to_python(self, value: str) -> str:
        """The text, if it is one."""
        return _only_plain(super().to_python(value))


class _PlainPath(PathConverter):
    def to_python(self, value: str) -> str:
        """The path, if it is one."""
        return _only_plain(super().to_python(value))


def _only_plain(value: str) -> str:
    if has_controls(value):
        raise ValidationError
    return value


class Bounded:
    """A form, ours or a library's, of which no text is longer than anybody means it to be.

    Asked before anything else: hashing a password of megabytes takes long, and the library that
    does it fails beyond 4096 characters. A field with a shorter limit says that by itself.
    """

    def validate(self, *given: Any, **named: Any) -> bool:
        """Whether everything fits."""
        fields: Any = self
        long = [one for one in fields if len(_typed(one)) > _longest(one)]
        for one in long:
            one.errors = [
                _("This text is too long: at most %(count)s characters.", count=_longest(one))
            ]
        return not long and bool(super().validate(*given, **named))  # type: ignore[misc]


def _typed(field: Any) -> str:
    return field.data if isinstance(field, StringField) and isinstance(field.data, str) else ""


def _longest(field: Any) -> int:
    return LONGEST_PASSWORD if isinstance(field, PasswordField) else LONGEST_TEXT


def bounded(form: type[Any]) -> type[Any]:
    """A library's form with bounds."""
    return form if issubclass(form, Bounded) else type(form.__name__, (Bounded, form), {})


class Form(Bounded, FlaskForm):  # type: ignore[misc]
    """The base of every form."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything fits; a form with a stale token never does, and says so."""
        fits = bool(super().validate(extra_validators))
        if is_stale():
            flash(
                _("You signed in or out in the meantime. Nothing is lost: send once more."),
                "danger",
            )
            return False
        return fits


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """A whole number; what is none is refused by the field's range, in its one sentence."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; None if there is none, or one of more digits than any range has."""
        try:
            super().process_formdata([one for one in valuelist if len(one) <= LONGEST_NUMBER])
        except ValueError:
            self.data = None


def keeps_typed(view: View) -> View:
    """Mark a view that shows its form again, before anything else, when that does not validate.

    A stale token then costs nobody what was typed: the view runs, and its form is refused.
    """
    view.keeps_typed = True  # type: ignore[attr-defined]
    return view


def may_show_typed() -> bool:
    """Whether what this request holds was typed on a page of ours, into a form that is kept.

    Else a page of another site could fill in a form, which its reader then sends in good faith.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    return (
        request.method == "POST"
        and getattr(view, "keeps_typed", False)
        and origins.source() is origins.Source.OWN
    )


class Typed(NamedTuple):
    """One field of a form as it was sent, with the words that name it on its page."""

    label: str
    name: str
    text: str


def typed() -> list[Typed]:
    """What was typed into the form of this request, in its order, to be shown again."""
    sent = [one for one in request.form.items(multi=True) if one[0] != "csrf_token"]
    labels = _labels({name for name, _text in sent})
    return [Typed(labels.get(name, name), name, text) for name, text in sent]


def _labels(names: set[str]) -> dict[str, str]:
    """The labels of fields, from the form that has most of them."""
    fields = [_declared(form, names) for form in _forms(Form)]
    return max(fields, key=len, default={})


def _forms(form: type[Form]) -> Iterator[type[Form]]:
    yield form
    for narrower in form.__subclasses__():
        yield from _forms(narrower)


def _declared(form: type[Form], names: set[str]) -> dict[str, str]:
    fields = {name: getattr(form, name, None) for name in names}
    return {
        name: str(field.args[0] if field.args else field.kwargs.get("label", name))
        for name, field in fields.items()
        if isinstance(field, UnboundField)
    }


def is_stale() -> bool:
    """Whether the token of this request was not its reader's; then nothing is written."""
    return has_request_context() and bool(g.get("stale_token"))


class Csrf(CSRFProtect):  # type: ignore[misc]
    """Refuses foreign requests, but lets a form come back to somebody who signed in anew."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Check the token of this request; raises `CSRFError`."""
        try:
            super().protect(apply_exemptions)
        except CSRFError:
            if not may_show_typed():
                raise
            g.stale_token = True


def _refused(response: Response) -> Response:
    """A form that came back for its token alone was not wrong in what it held."""
    if is_stale() and response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        response.status_code = HTTPStatus.BAD_REQUEST
    return response


def _refuse_stale() -> None:
    if is_stale():
        raise RuntimeError("a view went on to write although its form had a stale token")


def init_app(app: Flask) -> None:
    """Before any route is added: read requests and addresses in this way."""
    app.request_class = PlainRequest
    app.after_request(_refused)
    check_before_writing(_refuse_stale)
    app.url_map.converters.update(int=_Id, default=_PlainText, string=_PlainText, path=_PlainPath)
