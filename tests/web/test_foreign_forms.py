"""A page of another site sends nothing to this one, and gets nothing from the attempt."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from booking.web.origins import Source, source_of
from tests import factories
from tests.browser import Client
from tests.counting import row_counts
from tests.factories import CHEN, LI, PASSWORD, Cast

OWN = "http://localhost"
FOREIGN: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://evil.localhost"},
    {"Sec-Fetch-Site": "something-new", "Origin": OWN},
    # Browsers without Sec-Fetch-Site, among them those inside some apps.
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost:9000"},
    {"Origin": "https://localhost"},
    {"Origin": "http://localhost.evil.example"},
)
UNKNOWN: tuple[dict[str, str], ...] = ({}, {"Origin": "null"})
ANSWERED = "/lectures/{}/cancel"
TYPED = "typed by another site"


@pytest.mark.parametrize(
    ("fetch_site", "origin", "expected"),
    [
        ("same-origin", OWN, Source.OWN),
        ("same-origin", "null", Source.OWN),
        ("none", None, Source.OWN),
        (None, OWN, Source.OWN),
        (None, "HTTP://LOCALHOST", Source.OWN),
        ("", OWN, Source.FOREIGN),
        (None, "null", Source.UNKNOWN),
        (None, None, Source.UNKNOWN),
        (None, "", Source.FOREIGN),
        *((one.get("Sec-Fetch-Site"), one.get("Origin"), Source.FOREIGN) for one in FOREIGN),
    ],
)
def test_where_a_form_comes_from(
    fetch_site: str | None, origin: str | None, expected: Source
) -> None:
    assert source_of(fetch_site, origin, {OWN}) is expected


def _post(app: Flask, path: str, headers: dict[str, str], data: dict[str, Any]) -> TestResponse:
    """Sent without a cookie, as SameSite has it."""
    return app.test_client().post(path, data=data, headers=headers)


@pytest.mark.parametrize("headers", FOREIGN)
def test_nothing_of_a_foreign_form_comes_back(
    app: Flask, people: Cast, headers: dict[str, str]
) -> None:
    number = factories.confirmed(app, people)

    answer = _post(app, ANSWERED.format(number), headers, {"reason": TYPED})

    assert answer.status_code == 403
    assert (TYPED in answer.text, "<form" in answer.text) == (False, False)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("headers", UNKNOWN)
def test_what_may_be_foreign_is_not_shown_either(
    app: Flask, people: Cast, headers: dict[str, str]
) -> None:
    number = factories.confirmed(app, people)

    answer = _post(app, ANSWERED.format(number), headers, {"reason": TYPED})

    assert answer.status_code == 400
    assert (TYPED in answer.text, "<form" in answer.text) == (False, False)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": OWN}])
def test_an_own_form_comes_back_for_all_to_see(
    app: Flask, people: Cast, headers: dict[str, str]
) -> None:
    number = factories.confirmed(app, people)
    browser = Client(app).language("en")

    data = {"reason": "our own words", "token": "", "csrf_token": "old"}
    answer = browser.flask.post(ANSWERED.format(number), data=data, headers=headers)

    assert answer.status_code == 401
    assert "our own words</textarea>" in answer.text
    assert ">Reason" in answer.text
    assert "hidden" not in answer.text.partition("our own words")[0].rpartition("<form")[2].replace(
        'type="hidden" name="csrf_token"', ""
    )


def test_every_route_that_takes_forms_refuses_foreign_ones(app: Flask, people: Cast) -> None:
    """Signed in, with a good token: what protects is the check, not the cookie."""
    browser = Client(app).sign_in(CHEN)
    token = browser.token()
    before = row_counts(app)
    asked = 0
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            path = re.sub(r"<any\((\w+).*?>", r"\1", rule.rule)
            answer = browser.flask.open(
                re.sub(r"<.*?>", "1", path),
                method=method,
                data={"csrf_token": token, "email": LI, "password": PASSWORD},
                headers=FOREIGN[0],
            )
            asked += 1
            assert (rule.rule, answer.status_code) == (rule.rule, 403)
            assert (rule.rule, answer.headers.getlist("Set-Cookie")) == (rule.rule, [])
    assert asked > 20
    assert row_counts(app) == before
    assert browser.get("/inbox").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
def test_no_other_method_gets_further(app: Flask, method: str) -> None:
    answer = app.test_client().open("/", method=method, headers=FOREIGN[0])

    assert answer.status_code == 403


@pytest.mark.parametrize("headers", FOREIGN)
def test_nobody_is_signed_in_or_out_by_another_site(
    app: Flask, people: Cast, headers: dict[str, str]
) -> None:
    browser = Client(app)
    data = {"email": LI, "password": PASSWORD, "csrf_token": browser.token()}

    refused = browser.flask.post("/login", data=data, headers=headers)

    assert (refused.status_code, browser.get("/lectures").status_code) == (403, 302)
    browser.sign_in(LI)
    out = browser.flask.post("/logout", data={"csrf_token": browser.token()}, headers=headers)
    assert (out.status_code, browser.get("/lectures").status_code) == (403, 200)


@pytest.mark.parametrize("headers", UNKNOWN)
def test_who_sends_no_such_header_signs_in_and_works(
    app: Flask, people: Cast, headers: dict[str, str]
) -> None:
    """Old browsers, and settings that hide where one comes from; the token protects them."""
    number = factories.requested(app, people)
    browser = Client(app)
    data = {"email": CHEN, "password": PASSWORD, "csrf_token": browser.token()}

    assert browser.flask.post("/login", data=data, headers=headers).status_code == 302
    data = {"csrf_token": browser.token()}
    done = browser.flask.post(f"/lectures/{number}/confirm", data=data, headers=headers)

    assert done.status_code == 303


def test_a_second_name_of_the_site_is_no_other_site(app: Flask, people: Cast) -> None:
    browser = app.test_client()

    own = browser.post(
        "/login", headers={"Host": "127.0.0.1:8000", "Origin": "http://127.0.0.1:8000"}
    )
    foreign = browser.post(
        "/login", headers={"Host": "127.0.0.1:8000", "Origin": "http://127.0.0.1:9000"}
    )

    assert (own.status_code, foreign.status_code) == (400, 403)


EVIL_NEXT = ("//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)",
             "/\t/evil.example", "evil.example", "\\\\evil.example")  # fmt: skip


@pytest.mark.parametrize("target", EVIL_NEXT)
def test_signing_in_ignores_where_it_must_not_lead(app: Flask, people: Cast, target: str) -> None:
    form = {"email": LI, "password": PASSWORD}
    by_form, by_address = Client(app), Client(app)

    first = by_form.post("/login", form | {"next": target})
    second = by_address.post("/login", form, query_string={"next": target})

    for answer in (first, second):
        assert (answer.status_code, answer.location) == (302, "/start")
    assert "evil" not in by_form.get("/login", query_string={"next": target}).text
    page = by_form.get("/start", follow_redirects=True).text
    assert "redirect" not in page.lower()


def test_signing_in_still_leads_back(app: Flask, people: Cast) -> None:
    form = {"email": LI, "password": PASSWORD, "next": "/lectures?x=1"}

    assert Client(app).post("/login", form).location == "/lectures?x=1"
