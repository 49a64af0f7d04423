"""Texts and numbers that nobody means: every form refuses them, whoever sends them."""

from __future__ import annotations

import re
from typing import Any
from zlib import crc32

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.routing import Rule

from tests import factories
from tests.browser import Client
from tests.extent import WHOLE
from tests.factories import CHEN, LI, PASSWORD, ROOT, WANG, Cast

HOSTILE = {
    "4 KB": "a" * 4097,
    "400 digits": "9" * 400,
    "NUL": "a\x00b",
    "lone surrogate": "a\udc80b",
    "infinity": "inf",
    "empty": "",
}
WHO = {"nobody": "", "instructor": CHEN, "branch": LI, "coordinator": WANG, "administrator": ROOT}

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _field_names() -> set[str]:
    """The names of all fields of all forms, ours and the library's, and what views read beside."""
    found = {"skip_invalid", "fill", "save", "remember", "next", "start", "topic"}
    waiting: list[Any] = list(FlaskForm.__subclasses__())
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        found |= {name for name in dir(form) if hasattr(getattr(form, name), "field_class")}
    return found | {"upload-label", "upload-all_day", "upload-file"}


def _path(rule: Rule, cast: Cast, number: str) -> str:
    """An address of a route with things that exist."""
    known = {
        "instructor_id": cast.chen.id, "topic_id": cast.chen.topic, "number": number, "code": "en",
        "command": "cancel", "side": "branch", "owner_id": cast.li.id, "verb": "open",
        "region_code": factories.CITY,
    }  # fmt: skip
    return re.sub(r"<(?:[^<>:]*:)?(\w+)>", lambda found: str(known.get(found[1], "1")), rule.rule)


SENDERS = 2
"""So many people send a text to each route in `make test`."""


def _kinds(rule: Rule, who: str) -> list[str]:
    """The texts that somebody sends to a route: all, or one by a hash, and most send nothing."""
    if WHOLE:
        return list(HOSTILE)
    route = crc32(rule.endpoint.encode())
    if (route + list(WHO).index(who)) % len(WHO) >= SENDERS:
        return []
    return [list(HOSTILE)[crc32(f"{rule.endpoint} {who}".encode()) % len(HOSTILE)]]


@pytest.fixture
def booked(app: Flask, people: Cast) -> str:
    return factories.confirmed(app, people)


@sqlite_only
@pytest.mark.parametrize("who", WHO)
def test_no_form_breaks(app: Flask, people: Cast, booked: str, who: str) -> None:
    browser = Client(app)
    if WHO[who]:
        browser.sign_in(WHO[who])
    token = browser.token()
    fields = _field_names()
    assert {"password", "new_password", "notice_days", "note", "reason", "first"} <= fields
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(rules) > 25
    broken = []
    for rule in rules:
        if rule.endpoint == "security.logout":
            continue
        for kind in _kinds(rule, who):
            value = HOSTILE[kind]
            sent = {name: value.encode(errors="surrogatepass") for name in fields}
            answer = browser.post(
                _path(rule, people, booked), {**sent, "csrf_token": token}, csrf=False
            )
            if answer.status_code >= 500:
                broken.append((rule.rule, kind))
    assert broken == []


@sqlite_only
@pytest.mark.parametrize("length", [1_001, 4_097, 100_000])
def test_a_long_password_is_refused_in_a_sentence(app: Flask, people: Cast, length: int) -> None:
    browser = Client(app).language("en").sign_in(LI)
    long = "p" * length

    changed = browser.post(
        "/change",
        {"password": PASSWORD, "new_password": long, "new_password_confirm": long},
    )
    wrong = browser.post(
        "/change",
        {"password": long, "new_password": "a" * 20, "new_password_confirm": "a" * 20},
    )
    # At sign-in no sentence tells what was wrong with the password.
    assert Client(app).post("/login", {"email": LI, "password": long}).status_code == 422

    for page in (changed, wrong):
        assert page.status_code == 422
        assert "This text is too long: at most 1000 characters." in page.text
    Client(app).sign_in(LI)


RULES = {
    "notice_days": "3", "horizon_days": "90", "buffer_minutes": "30", "step_minutes": "30",
    "shortest_minutes": "30", "longest_minutes": "180", "makeup": "own",
}  # fmt: skip


@sqlite_only
@pytest.mark.parametrize(
    "field", ["notice_days", "buffer_minutes", "shortest_minutes", "longest_minutes", "cap_day"]
)
@pytest.mark.parametrize("digits", [21, 400, 5000])
def test_a_long_number_is_out_of_range(app: Flask, people: Cast, field: str, digits: int) -> None:
    browser = Client(app).language("en").sign_in(CHEN)
    path = f"/instructors/{people.chen.id}/availability/rules"
    assert browser.post(path, RULES).status_code == 303

    answer = browser.post(path, {**RULES, field: "9" * digits})

    assert answer.status_code == 422
    assert "Choose" in answer.text or "takes 5 to 480 minutes" in answer.text
