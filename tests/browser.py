"""A browser for tests: it signs in by the real form and sends the forms' CSRF token."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories

_TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')


class Client:
    """One browser with its own cookies."""

    def __init__(self, app: Flask) -> None:
        self.flask: FlaskClient = app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        """A page; redirects are not followed."""
        return self.open("GET", path, **options)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, csrf: bool = True, **options: Any
    ) -> TestResponse:
        """Send a form of this site, with the CSRF token that this browser was given."""
        values = dict(data or {})
        if csrf:
            values["csrf_token"] = self.token()
        # What browsers say of a form that a page of the same site sends.
        options["headers"] = {"Sec-Fetch-Site": "same-origin"} | dict(options.get("headers", {}))
        return self.open("POST", path, data=values, **options)

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        """Any request, as it is given; redirects are not followed."""
        # With an outer context Flask would keep `g`, and so the person, between requests.
        assert not has_app_context(), "leave the application context before using a client"
        response = self.flask.open(path, method=method, **options)
        response.get_data()
        response.close()  # Such as the file of a stylesheet.
        return response

    def token(self) -> str:
        """A CSRF token from a page that this browser can see."""
        # The last one opens also while a second step has yet to be set up.
        for path in ("/", "/login", "/account/factors"):
            found = _TOKEN.search(self.get(path).text)
            if found:
                return unescape(found[1])
        raise AssertionError("no page has a CSRF token")

    def sign_in(self, email: str, password: str = factories.PASSWORD) -> Client:
        """Sign in by the form; fails the test when that does not work."""
        response = self.post("/login", {"email": email, "password": password})
        assert response.status_code == 302, response.text
        return self

    def sign_out(self) -> TestResponse:
        """Sign out by the button."""
        return self.post("/logout")

    def language(self, code: str) -> Client:
        """Switch the language by the link on every page."""
        assert self.get(f"/language/{code}").status_code == 302
        return self
