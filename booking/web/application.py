"""The Flask application class: URLs are built from BASE_URL; outages are logged in one line."""

from __future__ import annotations

from types import TracebackType
from urllib.parse import urlsplit

from flask import Flask, Request
from werkzeug.routing import MapAdapter

from booking.db import outages

ExceptionInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]


class Application(Flask):
    """A Flask application that builds each URL from BASE_URL, whatever the request headers say."""

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

    def log_exception(self, exc_info: ExceptionInfo) -> None:
        """Log one line for a database outage, and a traceback for every other exception."""
        outage = outages.outage(exc_info[1])
        if outage is None:
            super().log_exception(exc_info)
        else:
            outages.log_outage(outage)
