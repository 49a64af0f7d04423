"""Helpers for tests of the second factor: an authenticator app, and steps through the pages."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
from datetime import datetime
from html import unescape

from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from booking.accounts.models import User
from booking.db import unit_of_work
from tests import summaries
from tests.browser import Client

FACTORS, APP = "/account/factors", "/account/factors/authenticator"
CODES, CODE = "/account/recovery-codes", "/login/code"
KEY = re.compile(r'class="setup-key">([^<]+)<')
RECOVERY_CODE = re.compile(r"<li><code>([0-9a-f-]+)</code>")
TOKEN = re.compile(r'<main.*?name="csrf_token"[^>]*?value="([^"]+)"', re.DOTALL)
NOTICES = re.compile(r'class="(?:notice|field-error)[^>]*>\s*(.*?)\s*<', re.DOTALL)


class Phone:
    """An authenticator app, implemented from RFC 6238 independently of the product's library."""

    def __init__(self, key: str) -> None:
        self._key = base64.b32decode(key.replace("-", "").replace(" ", "").upper())

    def code(self, now: datetime, *, step: int = 0) -> str:
        """The code of an instant; `step` is an offset in half minutes."""
        counter = int(now.timestamp()) // 30 + step
        digest = hmac.new(self._key, struct.pack(">Q", counter), hashlib.sha1).digest()
        offset = digest[-1] & 15
        number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
        return f"{number % 1_000_000:06d}"


def notices(page: str) -> list[str]:
    """The messages and field errors of a page, and what its error summary tells beside these."""
    found = [unescape(one) for one in NOTICES.findall(page) if one]
    return found + summaries.of_no_field(page)


def key_of(page: str) -> str:
    """The TOTP key displayed on a page, in padded base32."""
    found = KEY.search(page)
    assert found is not None, page
    plain = found[1].replace("-", "")
    return plain + "=" * (-len(plain) % 8)


def set_up_app(client: Client, now: datetime) -> Phone:
    """Set up an authenticator app for the signed-in user."""
    phone = Phone(key_of(client.get(APP).text))
    response = client.post(APP, {"code": phone.code(now)})
    assert (response.status_code, response.location) == (303, FACTORS), response.text
    return phone


def recovery_codes(client: Client) -> list[str]:
    """Create recovery codes for the signed-in user."""
    found = RECOVERY_CODE.findall(client.post(CODES, {"generate_new_codes": "1"}).text)
    assert len(found) == 10
    return [str(code) for code in found]


def password_only(client: Client, email: str, password: str) -> str:
    """Submit address and password; returns the redirect target."""
    response = client.post("/login", {"email": email, "password": password})
    assert response.status_code == 302, response.text
    return response.location


def send(client: Client, path: str, data: dict[str, str]) -> TestResponse:
    """Submit a form of the second step; its token is from that page, as /login would abort it."""
    token = TOKEN.search(client.get(path).text)
    values = data | ({"csrf_token": token[1]} if token else {})
    return client.post(path, values, csrf=False)


def signed_in(client: Client) -> bool:
    """Whether pages that require a sign-in can be opened."""
    return not client.get(FACTORS).location


def stored(app: Flask, email: str) -> User:
    """The user, with the columns of second factors loaded."""
    with app.app_context(), unit_of_work() as session:
        user = session.query(User).filter_by(email=email).one()
        _ = (
            user.tf_totp_secret,
            user.mf_recovery_codes,
            user.factor_failures,
            user.totp_last_counter,
        )
        return user


def change(app: Flask, email: str, **values: object) -> None:
    """Set columns of a user directly in the database."""
    with app.app_context(), unit_of_work() as session:
        session.execute(update(User).where(User.email == email).values(**values))
