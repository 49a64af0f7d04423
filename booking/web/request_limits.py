"""Rate limits of requests with Flask-Limiter, counted by client address or by feed.

A view declares its group with `limited`; all others are in `pages`; static files are not counted.
The limits are generous, because an office of hundreds of people may share one address. With
storage in memory each web process counts by itself, so that N processes admit up to N times as
many requests; Redis counts for all processes. While Redis is unreachable, memory is used instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limit, Limiter, RateLimitExceeded
from werkzeug.exceptions import HTTPException

from booking import clock
from booking.crypto import fingerprint
from booking.errors import DomainError, TooManyRequests

ALLOWANCES: dict[str, tuple[int, str]] = {
    "pages": (1200, "minute"),
    "client": (1200, "minute"),
    "search": (300, "minute"),
    "feed": (240, "hour"),
    "reset": (30, "hour"),
    "codes": (120, "hour"),
    "trial_mail": (30, "hour"),
    "trial_mailbox": (60, "hour"),
    "setup": (60, "hour"),
    "join": (20, "hour"),
    "nomination": (20, "hour"),
    "own_data": (30, "hour"),
    "attendees": (30, "hour"),
    "listeners": (900, "minute"),
    "wrong_links": (60, "hour"),
    "certificate": (60, "hour"),
}
"""Requests per period for each group, before multiplication by RATE_LIMITS."""

BY_CLIENT = "client"
"""The group in which clients are counted whose requests count by another key as well."""

REDIS_SECONDS = 0.5
"""Timeout in seconds after which Redis counts as unreachable."""

View = TypeVar("View", bound=Callable[..., Any])
Over = Callable[..., ResponseReturnValue]


Group = str | Callable[[], str]
"""The group of a view's limits, or a function that chooses it for the request."""


def limited(
    group: Group,
    *,
    key: Callable[[], str] | None = None,
    methods: tuple[str, ...] = ("GET", "HEAD", "POST"),
    over: Over | None = None,
) -> Callable[[View], View]:
    """Declare the rate-limit group of a view, or a function that chooses one of `ALLOWANCES`.

    `key` returns the counting key used instead of the client's address; requests with other
    methods than `methods` count as `pages`. `over` handles requests beyond the limit instead of
    the error page: it is called with the refusal and the arguments of the view.
    """

    def mark(view: View) -> View:
        view.limits = (group, key, methods, over)  # type: ignore[attr-defined]
        return view

    if isinstance(group, str) and group not in ALLOWANCES:
        raise LookupError(f"no group of limits is called {group!r}")
    return mark


def network_of(address: str) -> str:
    """The network that counts as one client: an IPv4 address, or the /64 of an IPv6 address.

    A subscriber is usually assigned a whole /64 (RFC 6177), of which a client may use any
    address. A text that is no IP address is returned unchanged.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)


def client_key() -> str:
    """The client of this request as a keyed hash: addresses are never stored in clear."""
    network = network_of(request.remote_addr or "")
    return fingerprint(current_app.config["SECRET_KEY"], network, purpose="client address")


def _declared() -> tuple[str, Callable[[], str] | None, Over | None]:
    view = current_app.view_functions.get(request.endpoint or "")
    group, key, methods, over = getattr(view, "limits", ("pages", None, (request.method,), None))
    if request.method not in methods:
        return "pages", None, None
    return (group if isinstance(group, str) else group()), key, over


def _key() -> str:
    key = _declared()[1]
    return client_key() if key is None else key()


def _group(_endpoint: str) -> str:
    return _declared()[0]


def _allowance(factor: float) -> str:
    return _per_span(_declared()[0], factor)


def _per_span(group: str, factor: float) -> str:
    amount, span = ALLOWANCES[group]
    return f"{max(1, math.ceil(amount * factor))} per {span}"


def init_app(app: Flask, *, storage: str, factor: float) -> None:
    """Set up the limiter; a `factor` of 0 disables it."""
    redis = storage.startswith("redis")
    app.extensions["request_limits"] = limiter = Limiter(
        _key,
        default_limits=[
            Limit(partial(_allowance, factor), key_function=_key, scope=_group, shared=True),
            # Where a view names another key, each client may still try only so many of them.
            Limit(
                lambda: _per_span(BY_CLIENT, factor),
                key_function=client_key,
                scope=BY_CLIENT,
                shared=True,
                exempt_when=lambda: _declared()[1] is None,
            ),
        ],
        storage_uri=storage,
        storage_options={
            "socket_connect_timeout": REDIS_SECONDS,  # type: ignore[dict-item]
            "socket_timeout": REDIS_SECONDS,  # type: ignore[dict-item]
        }
        if redis
        else {},
        strategy="fixed-window",
        in_memory_fallback_enabled=redis,
        key_prefix="yueke",
        enabled=factor > 0,
    )
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, partial(_over, limiter))


def _over(limiter: Limiter, _error: RateLimitExceeded) -> ResponseReturnValue:
    """The response beyond a limit: that of the view's `over`, or a 429 as page or JSON."""
    exceeded = limiter.current_limit
    seconds = 1
    if exceeded is not None:
        left = math.ceil(exceeded.reset_at - clock.now().timestamp())
        seconds = min(max(1, left), exceeded.limit.get_expiry())
    refusal = TooManyRequests(seconds)
    over = _declared()[2]
    try:
        if over is not None:
            return over(refusal, **(request.view_args or {}))
        raise refusal
    except (DomainError, HTTPException) as error:
        # Handled as if the view had raised it: JSON for the API, a page for all else.
        return current_app.handle_user_exception(error)
