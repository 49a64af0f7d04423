"""Tells apart the devices that answer by one link, without telling who uses them.

A device has a random cookie. What is stored beside an answer is a keyed hash of the cookie and the
link, so that the answers of a device by two links cannot be brought together; but for `pair_key`.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import Response, current_app, g, request

from booking.crypto import fingerprint
from booking.listener_links.models import ListenerLink

COOKIE = "device"
KEPT = timedelta(days=30)
_LENGTH = 32


def device_key(link: ListenerLink) -> str:
    """The key of this device for a link, 64 hexadecimal digits: UNIQUE beside the link's id.

    A device without a cookie gets one by `remember_device`.
    """
    text = f"{link.id} {_device()}"
    return fingerprint(current_app.config["SECRET_KEY"], text, purpose="listener device")


def pair_key(lecture_id: int) -> str:
    """The key of this device for a lecture, 64 hexadecimal digits.

    Only for what asks the same twice and tells nobody but the device how it changed.
    """
    text = f"{lecture_id} {_device()}"
    return fingerprint(current_app.config["SECRET_KEY"], text, purpose="listener device, lecture")


def remember_device(response: Response) -> Response:
    """Set the cookie of this device, for `KEPT` from now."""
    response.set_cookie(
        COOKIE,
        _device(),
        max_age=KEPT,
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        samesite="Lax",
    )
    return response


def _device() -> str:
    """The value of the cookie, or a new one, the same within a request."""
    if "listener_device" not in g:
        sent = request.cookies.get(COOKIE, "")
        known = len(sent) == _LENGTH and sent.isascii() and sent.isalnum()
        g.listener_device = sent if known else secrets.token_hex(_LENGTH // 2)
    found: str = g.listener_device
    return found
