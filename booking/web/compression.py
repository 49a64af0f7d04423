"""Compression of pages and JSON; static files and feeds are compressed where they are made.

Whoever reads the length of encrypted answers, and can make a browser repeat requests with chosen
values, could guess other parts of a compressed page (the attack BREACH). What a page of another
site makes a browser ask for, with cookies, is therefore not compressed.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, request
from flask_compress import Compress

from booking.web import origins

compress = Compress()


def init_app(app: Flask) -> None:
    """Compress responses; to be called before others that change bodies or headers."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_MIMETYPES=["text/html", "application/json"],
        COMPRESS_STREAMS=False,
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,
    )
    compress.init_app(app)
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    return compress.after_request(response) if _may_compress() else response


def _may_compress() -> bool:
    """Whether nobody can learn a secret from the length of this response."""
    if not current_app.config["BASE_URL"].startswith("https://"):
        return True  # Whoever could read the length reads the page itself.
    return "Cookie" not in request.headers or origins.source() is origins.Source.OWN
