"""A test client that signs in through the login form, sends CSRF tokens and checks the HTML."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from tests import factories
from tests.markup.response import problems_of
from tests.markup.targets import Routes


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
        return response

    def token(self) -> str:
        """A CSRF token of this session, as its pages would have it."""
        with self.flask.session_transaction() as session:
            secret: str = session.setdefault("csrf_token", secrets.token_hex(20))
        # As `flask_wtf.csrf.generate_csrf`, which needs a request.
        key = self.flask.application.secret_key
        assert key
        return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(secret))

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
