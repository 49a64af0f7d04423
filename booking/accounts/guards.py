"""Permission checks of views: every route declares one; `authorise` checks single objects."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from flask import Flask, abort, current_app, g, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from booking import audit
from booking.accounts.engine.permissions import NOTHING, PERMISSIONS, Subject, allowed
from booking.accounts.engine.roles import ANONYMOUS, Actor
from booking.errors import Forbidden, NotFound
from booking.web import error_pages, request_safety

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)

logger = logging.getLogger(__name__)

SWITCHED_OFF = frozenset(
    f"security.{name}"
    for name in (
        "two_factor_setup two_factor_setup_validate two_factor_rescue "
        "wan_verify wan_verify_response"
    ).split()
)
"""Unused routes that Flask-Security adds together with others; they answer 404."""

LIBRARY_ENDPOINTS = {
    "static": "public",
    "security.static": "public",
    "api-docs.openapi_json": "public",
    "security.login": "public",
    "security.logout": "account.use",
    "security.forgot_password": "public",
    "security.reset_password": "public",
    "security.change_password": "account.use",
    "security.change_email": "account.use",
    "security.change_email_confirm": "public",  # Authorised by the signed link.
    "security.verify": "account.use",
    "security.two_factor_token_validation": "public",
    "security.tf_select": "public",
    "security.mf_recovery": "public",
    "security.mf_recovery_codes": "account.use",
    "security.wan_signin": "public",
    "security.wan_signin_response": "public",
    "security.wan_register": "account.use",
    "security.wan_register_response": "account.use",
    "security.wan_delete": "account.use",
    **dict.fromkeys(SWITCHED_OFF, "public"),
}
"""Permissions of the libraries' routes; the libraries check them."""


def init_app(app: Flask) -> None:
    """Refuse requests for routes that declare no permission."""
    app.before_request(_refuse_undeclared)


def _refuse_undeclared() -> None:
    endpoint = request.endpoint
    if endpoint is not None and permission_of(endpoint) is None:
        logger.error("%s is refused to everybody: it declares no permission", endpoint)
        raise Forbidden()


def actor() -> Actor:
    """The user of this request as plain values; computed once per request."""
    if "actor" not in g:
        g.actor = current_user.actor() if current_user.is_authenticated else ANONYMOUS
    cached: Actor = g.actor
    return cached


def signed_in_id() -> int:
    """The id of the signed-in user; raises `Forbidden` (403) for anonymous requests."""
    user_id = actor().user_id
    if user_id is None:
        raise Forbidden()
    return user_id


def acting() -> audit.By:
    """The acting party for the audit log: a user, anonymous, the command line or the worker."""
    if has_request_context():
        user = actor()
        return audit.By(user.user_id, user.label) if user.signed_in else audit.ANONYMOUS
    # click's context stack is per thread, so that the worker's jobs have none.
    in_command = click.get_current_context(silent=True) is not None
    return audit.COMMAND_LINE if in_command else audit.SYSTEM


def requires(
    permission: str, *, unless: Callable[[], bool] | None = None
) -> Callable[[Callable[P, R]], Callable[P, ResponseReturnValue]]:
    """Declare and check a view's permission: redirects to sign-in, or raises `Forbidden`.

    If `unless()` is true for the request, nothing is checked.
    """
    if permission not in PERMISSIONS:
        raise LookupError(f"no permission is called {permission!r}")

    def decorate(view: Callable[P, R]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            exempt = unless is not None and unless()
            denial = None if exempt else _denial(permission)
            return view(*args, **kwargs) if denial is None else denial

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _denial(permission: str) -> ResponseReturnValue | None:
    user = actor()
    if allowed(permission, user):
        return None
    if not user.signed_in:
        if request_safety.may_show_typed():
            return error_pages.sign_in_and_repeat()
        target = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return redirect(url_for("security.login", next=target))
    raise Forbidden()


def authorise(permission: str, subject: Subject) -> None:
    """Check the permission for a single object; raises `NotFound` (404).

    The response is that of a missing object, so that existing ids cannot be enumerated.
    """
    if not allowed(permission, actor(), subject):
        raise NotFound()


def may(permission: str, subject: Subject = NOTHING) -> bool:
    """For templates: whether the user has a permission."""
    return allowed(permission, actor(), subject)


def may_try(permission: str) -> bool:
    """For templates: whether the user has a permission, or may have it after signing in."""
    user = actor()
    return not user.signed_in or allowed(permission, user)


def nothing_here(**_values: str) -> ResponseReturnValue:
    """The view of a disabled route: 404."""
    abort(404)


def only_here(condition: bool) -> None:
    """Abort with 404 unless the condition of this installation holds."""
    if not condition:
        abort(404)


def permission_of(endpoint: str) -> str | None:
    """The permission that an endpoint declares, or None."""
    declared: str | None = getattr(current_app.view_functions.get(endpoint), "permission", None)
    return declared or LIBRARY_ENDPOINTS.get(endpoint)
