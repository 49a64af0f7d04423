"""A test client that signs in through the login form, sends CSRF tokens and checks the HTML."""

from __future__ import annotations

import re
from functools import cached_property
from html import unescape
from typing import Any, cast

from flask import Flask, has_app_context
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from itsdangerous import BadSignature
from werkzeug.test import TestResponse

from tests import factories
from tests.markup.response import problems_of
from tests.markup.targets import Routes

_TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')


class _StrictClient(FlaskClient):
    """A Flask test client that fails where the HTML of a response is wrong (`tests/markup/`)."""

    @cached_property
    def _routes(self) -> Routes:
        return Routes(self.application)

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        """Send a request, and check the HTML of the response."""
        response = super().open(*arguments, **options)
        problems = problems_of(response, self._routes)
        if problems:
            sent = response.request
            lines = "\n".join([f"wrong HTML after {sent.method} {sent.url}", *problems])
            raise AssertionError(lines)
        return response


class Client:
    """A Flask test client with its own cookies.

    It fails at wrong HTML; a test that wants such a page says `checks_html=False`.
    """

    def __init__(self, app: Flask, *, checks_html: bool = True) -> None:
        kind = _StrictClient if checks_html else FlaskClient
        self.flask: FlaskClient = kind(app, app.response_class)
        self._last_token: tuple[str, str] | None = None

    def get(self, path: str, **options: Any) -> TestResponse:
        """Send a GET request; redirects are not followed."""
        return self.open("GET", path, **options)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, csrf: bool = True, **options: Any
    ) -> TestResponse:
        """Submit a form with this session's CSRF token; redirects are not followed."""
        values = dict(data or {})
        if csrf:
            values["csrf_token"] = self.token()
        # Browsers send this header with forms of the same site.
        options["headers"] = {"Sec-Fetch-Site": "same-origin"} | dict(options.get("headers", {}))
        return self.open("POST", path, data=values, **options)

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        """Send a request unchanged; redirects are not followed."""
        # With an outer context Flask would reuse `g`, and so the user, in all requests.
        assert not has_app_context(), "leave the application context before using a client"
        response = self.flask.open(path, method=method, **options)
        response.get_data()
        response.close()  # Closes the file of a static response.
        if response.mimetype == "text/html" and not response.content_encoding:
            self._remember_token(response.text)
        return response

    def token(self) -> str:
        """A CSRF token of this session: from the last page that had one, or from a new page."""
        secret = self._csrf_secret()
        if self._last_token and self._last_token[0] == secret:
            return self._last_token[1]
        # The last one can be opened even before a required second factor is set up.
        for path in ("/login", "/", "/account/factors"):
            found = _TOKEN.search(self.get(path).text)
            if found:
                return unescape(found[1])
        raise AssertionError("no page has a CSRF token")

    def _remember_token(self, page: str) -> None:
        found, secret = _TOKEN.search(page), self._csrf_secret()
        if found and secret:
            self._last_token = (secret, unescape(found[1]))

    def _csrf_secret(self) -> str | None:
        """The random value of the session cookie that the session's CSRF tokens sign."""
        app = self.flask.application
        sessions = cast(SecureCookieSessionInterface, app.session_interface)
        cookie = self.flask.get_cookie(app.config["SESSION_COOKIE_NAME"])
        signer = sessions.get_signing_serializer(app)
        if cookie is None or signer is None:
            return None
        try:
            found: str | None = signer.loads(cookie.value).get("csrf_token")
        except BadSignature:
            return None
        return found

    def sign_in(self, email: str, password: str = factories.PASSWORD) -> Client:
        """Sign in through the login form; fails the test if refused."""
        response = self.post("/login", {"email": email, "password": password})
        assert response.status_code == 302, response.text
        return self

    def sign_out(self) -> TestResponse:
        """Sign out through the sign-out form."""
        return self.post("/logout")

    def language(self, code: str) -> Client:
        """Switch the language by the link on every page."""
        assert self.get(f"/language/{code}").status_code == 302
        return self
