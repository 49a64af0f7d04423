"""Each refusal of lectures, proposals and orders, as a page and as JSON, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask, Response
from flask_babel import force_locale
from markupsafe import escape

from booking.errors import DomainError, Forbidden, Invalid, NotFound, TooManyRequests
from booking.lectures.engine import errors as lectures
from booking.lectures.engine import unbookable
from booking.orders.engine import errors as orders
from booking.orders.season.engine import states as season
from booking.web import error_pages, problems
from config import ROOT
from tests.factories import NOW, at
from tests.orders import ordering

DAY = date(2026, 11, 26)
TABLE: dict[str, DomainError] = {
    # Code, which programs know, and an example with values.
    "already_begun": lectures.AlreadyBegun(),
    "already_joined": orders.AlreadyJoined(),
    "already_yours": unbookable.AlreadyYours(),
    "branch_closed": lectures.BranchClosed("已撤销"),
    "answered_elsewhere": orders.AnsweredElsewhere(),
    "cannot_join": orders.CannotJoin(),
    "claim_gone": orders.ClaimGone(),
    "day_off": unbookable.DayOff(DAY, "元旦"),
    "forbidden": Forbidden(),
    "in_the_past": unbookable.InThePast(),
    "lecture_decides": orders.LectureDecides(),
    "no_orders": season.NoOrders(),
    "not_bookable": unbookable.NotBookable(),
    "not_found": NotFound(),
    "not_held": orders.NotHeld(),
    "not_over_yet": lectures.NotOverYet(),
    "not_published": orders.NotPublished(),
    "nothing_chosen": orders.NothingChosen(),
    "nothing_proposed": lectures.NothingProposed(),
    "nothing_to_undo": lectures.NothingToUndo(),
    "order_moved_on": orders.OrderMovedOn(),
    "out_of_scope": lectures.OutOfScope(),
    "outside_windows": orders.OutsideWindows(),
    "plan_moved_on": season.PlanMovedOn(),
    "proposal_closed": lectures.ProposalClosed(),
    "proposal_open": lectures.ProposalOpen(),
    "reason_missing": lectures.ReasonMissing(),
    "record_closed": lectures.RecordClosed(14),
    "slot_taken": unbookable.SlotTaken(),
    "state_moved_on": lectures.StateMovedOn(),
    "taken_back": lectures.TakenBack(),
    "time_gone": lectures.TimeGone(),
    "too_far": unbookable.TooFar(DAY),
    "too_late_to_undo": lectures.TooLateToUndo(),
    "too_many_open": lectures.TooManyOpen(20),
    "too_many_orders": orders.TooManyOrders(20, DAY),
    "too_many_today": lectures.TooManyToday(30),
    "too_many_waiting": orders.TooManyWaiting(20),
    "too_soon": unbookable.TooSoon(DAY),
    "way_too_long": unbookable.WayTooLong((NOW, "县文化馆"), at(3, 9)),
    "window_passed": orders.WindowPassed(),
    "window_still_open": orders.WindowStillOpen(),
}
FEATURES = ("booking.lectures.", "booking.orders.")
LANGUAGES = {"en": "en", "zh_Hans_CN": "zh-Hans-CN"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def kinds(above: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """All refusals of these features."""
    for kind in above.__subclasses__():
        if kind.__module__.startswith(FEATURES):
            yield kind
        yield from kinds(kind)


def test_the_table_has_every_refusal_by_its_code() -> None:
    listed = {type(error) for error in TABLE.values()}
    assert set(kinds()) | {Forbidden, NotFound} == listed
    assert {problems.code_of(type(error)): error for error in TABLE.values()} == TABLE


@pytest.fixture
def database_url(sqlite_folder: Path) -> str:
    """Sentences need no data."""
    return f"sqlite:///{sqlite_folder}/none.db"


def answered(app: Flask, error: DomainError, locale: str, accept: str) -> Response:
    """What the error handler answers to a request of this kind."""
    with app.test_request_context(headers={"Accept": accept}), force_locale(locale):
        return app.make_response(error_pages.refusal(error))


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("code", TABLE)
def test_as_a_page_and_as_json(app: Flask, code: str, locale: str) -> None:
    error = TABLE[code]
    page = answered(app, error, locale, BROWSER)
    assert (page.status_code, page.mimetype) == (error.status, "text/html")
    found = answered(app, error, locale, "application/json")
    assert (found.status_code, found.mimetype) == (error.status, problems.MEDIA_TYPE)
    body = found.get_json(force=True)
    sentence = body.pop("detail")
    if isinstance(error, Invalid) and error.field:
        assert body.pop("field") == error.field
    assert body == {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "code": code,
        "language": LANGUAGES[locale],
    }
    assert found.headers["Content-Language"] == LANGUAGES[locale]
    assert found.headers["Vary"] == "Accept"
    assert escape(sentence) in page.get_data(as_text=True)
    assert sentence.endswith("。" if locale.startswith("zh") else (".", "”."))


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        (BROWSER, False),
        ("*/*", False),
        ("", False),
        ("application/json", True),
        ("application/problem+json", True),
        ("application/json, text/plain, */*", True),
        ("application/json;q=0.5, text/html", False),
    ],
)
def test_only_who_prefers_json_gets_it(app: Flask, accept: str, json: bool) -> None:
    response = answered(app, lectures.StateMovedOn(), "en", accept)
    assert (response.mimetype == problems.MEDIA_TYPE) == json


def test_the_nearest_times_and_when_to_try_again(app: Flask) -> None:
    gone = unbookable.SlotTaken()
    gone.nearest = (ordering.slot(at(3, 9)),)
    body = answered(app, gone, "en", "application/json").get_json(force=True)
    assert body["nearest"] == ["2026-11-26T09:00:00+08:00"]
    busy = answered(app, TooManyRequests(30), "en", "application/json")
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "30")


def test_views_of_these_features_leave_json_to_the_handler() -> None:
    """A view that catches a refusal itself would answer with a page."""
    for feature in ("lectures", "orders"):
        for path in (ROOT / "booking" / feature).rglob("*views.py"):
            assert not re.findall(r"except \(?[A-Z]\w*(?:Error)?\b.* as error", path.read_text())
