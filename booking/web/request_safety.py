"""Cleans and bounds all input of requests, in one place for every route and every form.

Ids in URLs fit into a column, texts contain no control characters, and a form with an outdated
CSRF token (opened before the user signed in again) is shown again with its values.
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
from booking.errors import Invalid
from booking.text import has_controls, is_local, plain
from booking.web import mistakes, origins, problems

LONGEST_PASSWORD, LONGEST_TEXT = 1_000, 100_000
"""Most characters of a form field. Stored fields have smaller limits with their own sentences."""

LONGEST_NUMBER = 20
"""Most characters of a whole number; longer ones are rejected before they are compared."""

LARGEST_ID = 2**31 - 1
"""The largest value of an INTEGER column on PostgreSQL; SQLite allows larger ones."""

UNSHOWN = frozenset({"csrf_token", "password", "mail_password"})
"""Fields whose values are never shown again."""

View = TypeVar("View", bound=Callable[..., Any])


class _Values(ImmutableMultiDict[str, Any]):
    """Parameters of a query string or a form, without control characters; files are unchanged.

    `next` is the target of the redirect after signing in. A target on another site is dropped, so
    that no view or library follows it or rejects the form because of it.
    """

    def __init__(self, mapping: Any = None) -> None:
        sent = MultiDict(mapping).items(multi=True)
        values = [(name, _plain(value)) for name, value in sent]
        super().__init__(
            [(name, value) for name, value in values if name != "next" or _is_own_path(value)]
        )


def _is_own_path(value: Any) -> bool:
    return isinstance(value, str) and is_local(value)


def _plain(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else value


class PlainRequest(Request):
    """A request whose parameters contain no control characters."""

    parameter_storage_class = _Values

    @property
    def is_json(self) -> bool:
        """Always false: no route takes JSON, and no library may read a body past `_Values`."""
        return False


class _Id(IntegerConverter):
    """A URL converter for ids: larger numbers match no route."""

    regex = "[0-9]{1,10}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ID)


class _PlainText(UnicodeConverter):
    def to_python(self, value: str) -> str:
        """The text; `ValidationError` if it contains control characters."""
        return _only_plain(super().to_python(value))


class _PlainPath(PathConverter):
    def to_python(self, value: str) -> str:
        """The path; `ValidationError` if it contains control characters."""
        return _only_plain(super().to_python(value))


def _only_plain(value: str) -> str:
    if has_controls(value):
        raise ValidationError
    return value


class Bounded:
    """Mixin of a form, own or of a library, that limits the length of every text field.

    The length is checked before all else: hashing a password of megabytes takes long, and passlib
    fails beyond 4096 characters. Fields with a smaller limit validate that by themselves.
    """

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether all texts are short enough and the form is valid otherwise."""
        fields: Any = self
        too_long = [field for field in fields if len(_text_of(field)) > _longest(field)]
        for field in too_long:
            field.errors = [
                _("This text is too long: at most %(count)s characters.", count=_longest(field))
            ]
        return not too_long and bool(super().validate(*args, **kwargs))  # type: ignore[misc]


def _text_of(field: Any) -> str:
    return field.data if isinstance(field, StringField) and isinstance(field.data, str) else ""


def _longest(field: Any) -> int:
    return LONGEST_PASSWORD if isinstance(field, PasswordField) else LONGEST_TEXT


def bounded(form: type[Any]) -> type[Any]:
    """The form class with `Bounded` mixed in."""
    return form if issubclass(form, Bounded) else type(form.__name__, (Bounded, form), {})


class Form(Bounded, FlaskForm):  # type: ignore[misc]
    """The base class of all own forms."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the form is valid; with a stale CSRF token it never is, and a message says so.

        Where JSON is asked for, the first mistake is raised as `Invalid`.
        """
        valid = bool(super().validate(extra_validators))
        if is_stale():
            flash(
                _("You signed in or out in the meantime. Nothing is lost: send once more."),
                "danger",
            )
            return False
        if not valid and problems.asked():
            first = next(iter(mistakes.mistakes(self)), mistakes.Mistake(Invalid.sentence))
            raise Invalid(first.sentence, field=first.target)
        return valid


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """A whole number; other text becomes None, which the field's range validator rejects."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse the number; None for other text or more than `LONGEST_NUMBER` characters."""
        try:
            super().process_formdata([text for text in valuelist if len(text) <= LONGEST_NUMBER])
        except ValueError:
            self.data = None


def keeps_typed(view: View) -> View:
    """Mark a view that renders its form again, without side effects, if it does not validate.

    With a stale CSRF token such a view is run, and its form is shown again with its values.
    """
    view.keeps_typed = True  # type: ignore[attr-defined]
    return view


def may_show_typed() -> bool:
    """Whether the values of this request come from a page of this site and a `keeps_typed` view.

    Otherwise a page of another site could prefill a form that the user then sends in good faith.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    return (
        request.method == "POST"
        and getattr(view, "keeps_typed", False)
        and origins.source() is origins.Source.OWN
    )


class Typed(NamedTuple):
    """One sent form field, with its label on the page."""

    label: str
    name: str
    text: str


def typed() -> list[Typed]:
    """The fields of the form of this request, in their order, to be shown again."""
    sent = [(name, text) for name, text in request.form.items(multi=True) if name not in UNSHOWN]
    labels = _labels({name for name, _text in sent})
    return [Typed(labels.get(name, name), name, text) for name, text in sent]


def _labels(names: set[str]) -> dict[str, str]:
    """The labels of these fields, from the form class that declares most of them."""
    labels = [_declared_labels(form, names) for form in _form_classes(Form)]
    return max(labels, key=len, default={})


def _form_classes(form: type[Form]) -> Iterator[type[Form]]:
    yield form
    for subclass in form.__subclasses__():
        yield from _form_classes(subclass)


def _declared_labels(form: type[Form], names: set[str]) -> dict[str, str]:
    fields = {name: getattr(form, name, None) for name in names}
    return {
        name: str(field.args[0] if field.args else field.kwargs.get("label", name))
        for name, field in fields.items()
        if isinstance(field, UnboundField)
    }


def is_stale() -> bool:
    """Whether the CSRF token of this request is of another session; then nothing is written."""
    return has_request_context() and bool(g.get("stale_token"))


class Csrf(CSRFProtect):  # type: ignore[misc]
    """CSRF protection that lets a `keeps_typed` view show its form again for a stale token."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Check the CSRF token of this request; raises `CSRFError`."""
        try:
            super().protect(apply_exemptions)
        except CSRFError:
            if not may_show_typed():
                raise
            g.stale_token = True


def _correct_status(response: Response) -> Response:
    """Answer 400 instead of 422 if only the token was wrong, not the values."""
    if is_stale() and response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        response.status_code = HTTPStatus.BAD_REQUEST
    return response


def _refuse_stale() -> None:
    if is_stale():
        raise RuntimeError("a view went on to write although its form had a stale token")


def init_app(app: Flask) -> None:
    """Install the request class and the URL converters; to be called before routes are added."""
    app.request_class = PlainRequest
    app.after_request(_correct_status)
    check_before_writing(_refuse_stale)
    app.url_map.converters.update(int=_Id, default=_PlainText, string=_PlainText, path=_PlainPath)
