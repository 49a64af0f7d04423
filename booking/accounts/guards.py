"""Permissions at the edge: every route names one, and asks again for the single thing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from flask import abort, current_app, g, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from booking import audit
from booking.accounts.engine.permissions import NOTHING, PERMISSIONS, Subject, allowed
from booking.accounts.engine.roles import ANONYMOUS, Actor
from booking.errors import Forbidden, NotFound
from booking.web import pages, request_safety

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)

SWITCHED_OFF = frozenset(
    f"security.{name}"
    for name in (
        "two_factor_setup two_factor_setup_validate two_factor_rescue "
        "wan_verify wan_verify_response"
    ).split()
)
"""Routes that Flask-Security adds together with others, and that answer 404."""

LIBRARY_ENDPOINTS = {
    "static": "public",
    "bootstrap.static": "public",
    "security.static": "public",
    "api-docs.openapi_json": "public",
    "security.login": "public",
    "security.logout": "account.use",
    "security.forgot_password": "public",
    "security.reset_password": "public",
    "security.change_password": "account.use",
    "security.change_email": "account.use",
    "security.change_email_confirm": "public",  # The signed link is the key.
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
"""Permissions of the routes that libraries bring; the libraries check them."""


def actor() -> Actor:
    """Who asks in this request, as plain values; read once a request."""
    if "actor" not in g:
        g.actor = current_user.actor() if current_user.is_authenticated else ANONYMOUS
    found: Actor = g.actor
    return found


def signed_in_id() -> int:
    """The id of the person who asks; raises `Forbidden` (403) if nobody is signed in."""
    user_id = actor().user_id
    if user_id is None:
        raise Forbidden()
    return user_id


def acting() -> audit.By:
    """Who acts, as the audit log names them: a person, nobody, a command or the worker."""
    if has_request_context():
        who = actor()
        return audit.By(who.user_id, who.label) if who.signed_in else audit.ANONYMOUS
    # Each thread has its own stack, so that the worker's jobs are no commands.
    in_command = click.get_current_context(silent=True) is not None
    return audit.COMMAND_LINE if in_command else audit.SYSTEM


def requires(
    permission: str, *, unless: Callable[[], bool] | None = None
) -> Callable[[Callable[P, R]], Callable[P, ResponseReturnValue]]:
    """Declare a route's permission: signs in whoever is not, refuses whoever may not.

    Where `unless` says so about the request, nothing is asked.
    """
    if permission not in PERMISSIONS:
        raise LookupError(f"no permission is called {permission!r}")

    def decorate(view: Callable[P, R]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            free = unless is not None and unless()
            refused = None if free else _refuse(permission)
            return view(*args, **kwargs) if refused is None else refused

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _refuse(permission: str) -> ResponseReturnValue | None:
    who = actor()
    if allowed(permission, who):
        return None
    if not who.signed_in:
        if request_safety.may_show_typed():
            return pages.sign_in_and_repeat()
        there = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return redirect(url_for("security.login", next=there))
    raise Forbidden()


def authorise(permission: str, subject: Subject) -> None:
    """Ask for the single thing; raises `NotFound` (404).

    The answer is the same as where there is no such thing, so that nobody can count things or
    find out which numbers and ids are used.
    """
    if not allowed(permission, actor(), subject):
        raise NotFound()


def may(permission: str, subject: Subject = NOTHING) -> bool:
    """For templates: whether to offer something."""
    return allowed(permission, actor(), subject)


def may_try(permission: str) -> bool:
    """For templates: whether to offer something for which people sign in on the way."""
    who = actor()
    return not who.signed_in or allowed(permission, who)


def nothing_here(**_values: str) -> ResponseReturnValue:
    """The view of a route that is switched off: 404."""
    abort(404)


def only_here(condition: bool) -> None:
    """404 where a page does not exist in this installation."""
    if not condition:
        abort(404)


def permission_of(endpoint: str) -> str | None:
    """The permission that an endpoint declares, or None (a test names those)."""
    declared = getattr(current_app.view_functions[endpoint], "permission", None)
    return declared or LIBRARY_ENDPOINTS.get(endpoint)
