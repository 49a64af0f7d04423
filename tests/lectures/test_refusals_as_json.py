"""Refused requests that ask for JSON: too late, not yours, answered, gone, limits, region."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape

from booking.accounts.models import Organisation
from booking.db import unit_of_work
from booking.lectures.engine.states import Command, Party
from booking.web.problems import MEDIA_TYPE
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, COUNTY, LI, SUN, ZHAO, Cast, at
from tests.orders import ordering

LANGUAGES = {"en": "en", "zh_Hans_CN": "zh-Hans-CN"}


def answer(app: Flask, people: Cast, command: Command, **more: Any) -> str:
    """A lecture of Li's branch that was answered already."""
    number = factories.requested(app, people, at(3, 9))
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, command, Party.INSTRUCTOR, **more)
    return number


def too_late(app: Flask, people: Cast, time: Time) -> tuple[str, str, dict[str, str]]:
    number = answer(app, people, Command.CONFIRM)
    time.now = at(3, 10)
    return LI, f"/lectures/{number}/cancel", {"reason": "会议改期"}


def already_answered(app: Flask, people: Cast, _time: Time) -> tuple[str, str, dict[str, str]]:
    number = answer(app, people, Command.CONFIRM)
    return CHEN, f"/lectures/{number}/confirm", {}


def not_yours(app: Flask, people: Cast, _time: Time) -> tuple[str, str, dict[str, str]]:
    number = factories.requested(app, people, at(3, 9))
    return ZHAO, f"/lectures/{number}/withdraw", {}


def slot_gone(app: Flask, people: Cast, _time: Time) -> tuple[str, str, dict[str, str]]:
    factories.requested(app, people, at(3, 9), organisation_id=people.zhao.id)
    return booking(people)


def quota(app: Flask, people: Cast, _time: Time) -> tuple[str, str, dict[str, str]]:
    factories.requested(app, people, at(4, 9))
    with app.app_context(), unit_of_work() as session:
        session.get_one(Organisation, people.li.id).daily_limit = 1
    return booking(people)


def wrong_value(_app: Flask, people: Cast, _time: Time) -> tuple[str, str, dict[str, str]]:
    who, path, values = booking(people)
    return who, path, values | {"place": ""}


def wrong_region(app: Flask, people: Cast, _time: Time) -> tuple[str, str, dict[str, str]]:
    return SUN, f"/orders/{ordering.placed(app, people)}/publish", {}


def held_no_longer(app: Flask, people: Cast, _time: Time) -> tuple[str, str, dict[str, str]]:
    return LI, f"/orders/{ordering.placed(app, people)}/take", {}


def booking(people: Cast) -> tuple[str, str, dict[str, str]]:
    """Li's request of Chen's first time."""
    path = f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start=2026-11-26T09:00"
    values = {"organisation": str(people.li.id), "region": COUNTY, "place": "二楼"}
    return LI, path, values | {"format": "lecture", "audience": "", "attendees": "", "note": ""}


CASES: dict[Callable[..., tuple[str, str, dict[str, str]]], tuple[int, str]] = {
    too_late: (409, "already_begun"),
    already_answered: (409, "state_moved_on"),
    not_yours: (404, "not_found"),
    slot_gone: (409, "slot_taken"),
    quota: (409, "too_many_today"),
    wrong_value: (422, "invalid"),
    wrong_region: (404, "not_found"),
    held_no_longer: (409, "not_held"),
}


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_refused_request(
    app: Flask, people: Cast, time: Time, case: Callable[..., Any], locale: str
) -> None:
    status, code = CASES[case]
    who, path, values = case(app, people, time)
    browser = Client(app).sign_in(who).language(locale)
    page = browser.post(path, values)
    assert (page.status_code, page.mimetype) == (status, "text/html")
    problem = browser.post(path, values, headers={"Accept": "application/json"})
    assert (problem.status_code, problem.mimetype) == (status, MEDIA_TYPE)
    body = problem.get_json(force=True)
    assert (body["status"], body["code"]) == (status, code)
    assert body["language"] == LANGUAGES[locale]
    assert escape(body["detail"]) in page.text
    assert ("nearest" in body) == (case is slot_gone)
