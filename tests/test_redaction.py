"""No log holds an address that somebody could use."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

from booking.accounts.guards import requires
from booking.process import redaction
from tests.browser import Client
from tests.routes import converters

SECRET = "WyJZSy0yMDI2LTAwMDAwMSJd.c2VjcmV0"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that any logger of the process writes."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


def test_each_text_in_a_route_is_secret_or_declared_plain(app: Flask) -> None:
    named = {
        (rule.rule, name)
        for rule in app.url_map.iter_rules()
        for name, converter in converters(rule).items()
        if not isinstance(converter, IntegerConverter)
    }
    unknown = {one for one in named if one[1] not in redaction.SECRET | redaction.PLAIN}
    assert unknown == set()
    assert {rule for rule, name in named if name in redaction.SECRET} >= {
        "/answer/<token>",
        "/feed/<token>.ics",
        "/reset/<token>",
        "/register/import/<key>",
    }


@pytest.mark.parametrize(
    "path", ["/answer/{}", "/feed/{}.ics", "/reset/{}", "/register/import/{}", "/answer/{}?x=1"]
)
def test_a_crash_does_not_log_the_secret(
    app: Flask, log: io.StringIO, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    @requires("public")
    def crash(**parts: str) -> str:
        raise RuntimeError(f"it broke at {path.format(parts.popitem()[1])}")

    app.config["TESTING"] = app.testing = False
    for name in ("lectures.answer", "feeds.feed", "security.reset_password"):
        monkeypatch.setitem(app.view_functions, name, crash)
    for name in list(app.view_functions):
        if name.startswith("register."):
            monkeypatch.setitem(app.view_functions, name, crash)

    answer = Client(app).get(path.format(SECRET))

    assert answer.status_code == 500
    told = log.getvalue()
    assert "Exception on /" in told
    assert "RuntimeError: it broke at /" in told
    assert SECRET not in told


def test_a_crash_elsewhere_is_logged_as_it_is(
    app: Flask, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    @requires("public")
    def crash(number: str) -> str:
        raise RuntimeError("100% of it broke")

    app.config["TESTING"] = app.testing = False
    monkeypatch.setitem(app.view_functions, "lectures.show", crash)
    assert Client(app).get("/lectures/YK-2026-000001").status_code == 500
    assert "Exception on /lectures/YK-2026-000001 [GET]" in log.getvalue()
    assert "RuntimeError: 100% of it broke" in log.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        '127.0.0.1 - - "GET /answer/{} HTTP/1.1" 200',
        "Error handling request /feed/{}.ics",
        'GET / "https://yueke.example.org/answer/{}"',
        "/login?next=%2Fanswer%2F{}&x=1",
    ],
)
def test_other_logs_of_the_process(app: Flask, log: io.StringIO, line: str) -> None:
    whole = line.format(SECRET)
    logging.getLogger("gunicorn.access").warning(whole)
    logging.getLogger("gunicorn.error").error("%s and 100%% more", whole)
    logging.getLogger("werkzeug").warning("%(line)s", {"line": whole})

    told = log.getvalue()
    assert SECRET not in told
    assert told.count(redaction.SHOWN) == 3
    assert "and 100% more" in told


def test_what_does_not_fit_a_message_breaks_nothing(app: Flask, log: io.StringIO) -> None:
    logging.getLogger("x").warning("%s %s", f"/answer/{SECRET}")  # noqa: PLE1206
    logging.getLogger("x").warning("100%")
    logging.getLogger("x").exception("no exception here")
    assert SECRET not in log.getvalue()
    assert "100%" in log.getvalue()
