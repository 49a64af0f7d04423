"""The Flask application class: URLs from BASE_URL, static files, outages logged in one line."""

from __future__ import annotations

from types import TracebackType
from urllib.parse import urlsplit

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.routing import MapAdapter

from booking.db import outages
from booking.web import assets

ExceptionInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]


class _Sessions(SecureCookieSessionInterface):
    """Sessions that static files neither vary by nor prolong: anybody may store those."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the session's cookie, except with static files."""
        if request.endpoint != "static":
            super().save_session(app, session, response)


class Application(Flask):
    """A Flask application that builds each URL from BASE_URL, whatever the request headers say."""

    session_interface = _Sessions()

    def create_url_adapter(self, request: Request | None) -> MapAdapter:
        """Match the path of the request, and build URLs from BASE_URL.

        Never fails, so that error pages can be rendered for any malformed Host header.
        """
        base = urlsplit(self.config["BASE_URL"])
        if request is None:
            return self.url_map.bind(
                base.netloc, script_name=base.path, subdomain="", url_scheme=base.scheme
            )
        return self.url_map.bind(
            base.netloc,
            script_name=request.root_path,
            subdomain="",
            url_scheme=base.scheme,
            default_method=request.method,
            path_info=request.path,
            query_args=request.query_string.decode("latin1"),
        )

    def send_static_file(self, filename: str) -> Response:
        """The response with a static file, compressed and for good where its name has a hash."""
        return assets.current().response(filename)

    def log_exception(self, exc_info: ExceptionInfo) -> None:
        """Log one line for a database outage, and a traceback for every other exception."""
        outage = outages.outage(exc_info[1])
        if outage is None:
            super().log_exception(exc_info)
        else:
            outages.log_outage(outage)
