"""Who may see and change what, over HTTP; and no form works without its token."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from booking.lectures.engine.states import State
from tests import factories
from tests.browser import Client
from tests.counting import row_counts
from tests.factories import CHEN, LI, OTHER_DISTRICT, ROOT, SUN, WANG, ZHAO, ZHOU, Cast, at
from tests.routes import converters

EVERYBODY = (LI, CHEN, WANG, ROOT, ZHAO, ZHOU, SUN)
OUTSIDERS = (ZHAO, ZHOU, SUN)


def _statuses(app: Flask, path: str) -> dict[str, int]:
    return {email: Client(app).sign_in(email).get(path).status_code for email in EVERYBODY}


@pytest.mark.parametrize("ending", ["", ".ics"])
def test_only_those_concerned_see_a_lecture(app: Flask, people: Cast, ending: str) -> None:
    number = factories.confirmed(app, people)
    path = f"/lectures/{number}{ending}"
    inside = dict.fromkeys((LI, CHEN, WANG, ROOT), 200)
    assert _statuses(app, path) == inside | dict.fromkeys(OUTSIDERS, 404)
    assert Client(app).get(path).location == f"/login?next={path}"


def test_only_the_instructor_and_those_in_scope_see_the_hours(app: Flask, people: Cast) -> None:
    path = f"/instructors/{people.chen.id}/availability"
    inside = dict.fromkeys((CHEN, WANG, ROOT), 200)
    # Branches have no such page at all; ZHAO is one.
    assert _statuses(app, path) == inside | {LI: 403, ZHAO: 403, ZHOU: 404, SUN: 404}


def _state(client: Client, number: str) -> str:
    """The state, as somebody reads it who may confirm a lecture only while it waits."""
    return "requested" if f"{number}/confirm" in client.get(f"/lectures/{number}").text else ""


@pytest.mark.parametrize("email", [LI, *OUTSIDERS])
def test_nobody_else_confirms(app: Flask, people: Cast, email: str) -> None:
    number = factories.requested(app, people)
    response = Client(app).sign_in(email).post(f"/lectures/{number}/confirm")
    # Li sees the lecture, and is told that this is for the other side.
    assert response.status_code == (403 if email == LI else 404)
    assert _state(Client(app).sign_in(CHEN), number) == State.REQUESTED


@pytest.mark.parametrize("email", [CHEN, WANG, ROOT])
def test_the_instructor_or_a_coordinator_on_behalf_confirms(
    app: Flask, people: Cast, email: str
) -> None:
    number = factories.requested(app, people)
    response = Client(app).sign_in(email).post(f"/lectures/{number}/confirm")
    assert (response.status_code, response.location) == (303, f"/lectures/{number}")
    assert _state(Client(app).sign_in(CHEN), number) == ""


@pytest.mark.parametrize("email", [ZHOU, SUN, LI])
@pytest.mark.parametrize("page", ["week", "overrides", "rules"])
def test_nobody_else_changes_the_hours(app: Flask, people: Cast, email: str, page: str) -> None:
    path = f"/instructors/{people.chen.id}/availability/{page}"
    assert Client(app).sign_in(email).post(path).status_code == (403 if email == LI else 404)


def test_nobody_books_for_another_branch(app: Flask, people: Cast) -> None:
    start = at(3, 9).astimezone(factories.ZONE).strftime("%Y-%m-%dT%H:%M")
    path = f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start={start}"
    form = {
        "organisation": people.li.id,
        "region": OTHER_DISTRICT,
        "place": "文化馆",
        "format": "lecture",
    }
    assert Client(app).sign_in(ZHAO).post(path, form).status_code in (404, 422)
    own = form | {"organisation": people.zhao.id}
    assert Client(app).sign_in(ZHAO).post(path, own).status_code == 303


@pytest.mark.parametrize(("email", "status"), [(CHEN, 403), (WANG, 200), (ROOT, 200)])
def test_only_branches_and_coordinators_book(
    app: Flask, people: Cast, email: str, status: int
) -> None:
    path = f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start=2026-11-26T09:00"
    assert Client(app).sign_in(email).get(path).status_code == status


@pytest.mark.parametrize(
    ("email", "view"),
    [(ZHOU, "instructor"), (LI, "instructor"), (ZHAO, "branch"), (CHEN, "branch")],
)
def test_nobody_opens_a_feed_of_others(app: Flask, people: Cast, email: str, view: str) -> None:
    owner = people.chen.id if view == "instructor" else people.li.id
    response = Client(app).sign_in(email).post("/feeds/new", {"calendar": f"{view}-{owner}"})
    # Whoever has a calendar of the own is not told which others there are.
    assert response.status_code == 404


def _address(rule: Rule) -> str:
    """An address that the rule matches; nothing there needs to exist."""
    values: dict[str, object] = {}
    for name, converter in converters(rule).items():
        if isinstance(converter, AnyConverter):
            values[name] = sorted(converter.items)[0]
        else:
            values[name] = 1 if isinstance(converter, IntegerConverter) else "x"
    built = rule.build(values)
    assert built is not None
    return built[1]


@pytest.mark.parametrize("email", [None, LI, ROOT])
def test_no_form_works_without_its_token(app: Flask, people: Cast, email: str | None) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(rules) >= 10
    client = Client(app) if email is None else Client(app).sign_in(email)
    before = row_counts(app)
    statuses = {rule.rule: client.post(_address(rule), csrf=False).status_code for rule in rules}
    # A form that can come back with what was typed does; everything else says what is wrong.
    keeping = {r.rule for r in rules if hasattr(app.view_functions[r.endpoint], "keeps_typed")}
    assert {statuses[path] for path in set(statuses) - keeping} == {400}
    assert {statuses[path] for path in keeping} <= {400, 401, 403, 404}
    assert row_counts(app) == before
