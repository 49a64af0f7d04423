"""What browsers send, made safe in one place for every route and every form.

Numbers in addresses fit into a column, texts hold no control characters, and a form that was
opened before its reader signed in anew comes back with what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

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
from wtforms import IntegerField

from booking.texts import has_controls, plain

LARGEST_ID = 2**31 - 1
"""What a column of ids holds on PostgreSQL; SQLite holds more."""

View = TypeVar("View", bound=Callable[..., Any])


class _Values(ImmutableMultiDict[str, Any]):
    """Values of an address or a form; files pass as they are."""

    def __init__(self, mapping: Any = None) -> None:
        sent = MultiDict(mapping).items(multi=True)
        super().__init__([(name, _plain(value)) for name, value in sent])


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


class Form(FlaskForm):  # type: ignore[misc]
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
        """Read the number; None if there is none."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None


def keeps_typed(view: View) -> View:
    """Mark a view that shows its form again, before anything else, when that does not validate.

    A stale token then costs nobody what was typed: the view runs, and its form is refused.
    """
    view.keeps_typed = True  # type: ignore[attr-defined]
    return view


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
            view = current_app.view_functions[request.endpoint or ""]
            if not getattr(view, "keeps_typed", False):
                raise
            g.stale_token = True


def _refused(response: Response) -> Response:
    """A form that came back for its token alone was not wrong in what it held."""
    if is_stale() and response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        response.status_code = HTTPStatus.BAD_REQUEST
    return response


def init_app(app: Flask) -> None:
    """Before any route is added: read requests and addresses in this way."""
    app.request_class = PlainRequest
    app.after_request(_refused)
    app.url_map.converters.update(int=_Id, default=_PlainText, string=_PlainText, path=_PlainPath)
