"""Default hours: filled in for people without any, marked, kept or changed, and taken back."""

from __future__ import annotations

from flask import Flask

from booking.accounts.engine.roles import SYSTEM
from booking.availability import queries as availability
from booking.availability import service as hours_service
from booking.availability.defaults import queries, service
from booking.db import db, unit_of_work
from booking.directory.engine.search_query import Search
from booking.directory.search.queries import find
from booking.instructors.models import Instructor
from tests import factories
from tests.browser import Client
from tests.factories import CHEN, CITY, LI, NOW, OTHER_CITY, SUN, WANG, ZONE, Cast
from tests.register.uploads import rows, sheet, text_of, upload

WEEK = {f"day{day}": "9:00-11:30" for day in range(5)}
NOTE = "These times were filled in by the coordinator; the person has not confirmed them yet."


def _made(app: Flask, *names: str, region: str = CITY) -> list[int]:
    with app.app_context(), unit_of_work() as session:
        return [factories.make_instructor(session, name, region=region) for name in names]


def _week(app: Flask, one: int) -> dict[int, list[tuple[int, int]]]:
    with app.app_context():
        week = availability.week_of(db.session(), one)
        return {day: list(blocks) for day, blocks in week.items()}


def _unconfirmed(app: Flask) -> list[int]:
    with app.app_context():
        return queries.ids_where(db.session(), queries.UNCONFIRMED)


def _coordinator(app: Flask) -> Client:
    return Client(app).language("en").sign_in(WANG)


FILLED = {day: [(540, 690)] for day in range(5)}


def test_people_without_hours_get_them_and_others_keep_theirs(app: Flask, people: Cast) -> None:
    first, second = _made(app, "黄莺", "白露")
    with app.app_context(), unit_of_work() as session:
        hours_service.set_week(session, instructor_id=second, week={0: [(600, 660)]})
    [foreign] = _made(app, "秦风", region=OTHER_CITY)
    chens = _week(app, people.chen.id)

    answer = _coordinator(app).post(f"/register/hours?region={CITY}", WEEK)

    assert answer.status_code == 303
    assert _week(app, first) == FILLED
    assert _week(app, second) == {0: [(600, 660)]}
    assert _week(app, people.chen.id) == chens
    assert _week(app, foreign) == {}
    assert _unconfirmed(app) == [first]


def test_a_search_takes_them_for_people_with_hours(app: Flask, people: Cast) -> None:
    [one] = _made(app, "阿宁")

    def cards() -> list[tuple[str, bool, bool]]:
        with app.app_context():
            found = find(
                db.session(), Search(), here=CITY, organisation_id=None, now=NOW, zone=ZONE
            )
            return [
                (card.instructor.name, card.not_open, bool(card.earliest)) for card in found.cards
            ]

    before = cards()
    _coordinator(app).post(f"/register/hours?region={CITY}", WEEK)

    assert before[-1] == ("阿宁", True, False)
    assert cards()[0] == ("阿宁", False, True)
    assert one


def test_branches_see_that_the_person_has_not_confirmed(app: Flask, people: Cast) -> None:
    [one] = _made(app, "黄莺")
    _coordinator(app).post(f"/register/hours?region={CITY}", WEEK)
    branch = Client(app).language("en").sign_in(LI)

    pages = [
        text_of(branch.get(path).text)
        for path in (f"/instructors/{one}", f"/instructors/{people.chen.id}")
    ]

    assert [NOTE in page for page in pages] == [True, False]


def _chens(app: Flask, cast: Cast) -> Client:
    """Chen with default hours, signed in."""
    with app.app_context(), unit_of_work() as session:
        hours_service.set_week(session, instructor_id=cast.chen.id, week={})
        service.fill_in(session, ids=[cast.chen.id], week=FILLED, actor=SYSTEM, now=NOW)
    return Client(app).language("en").sign_in(CHEN)


def test_the_person_keeps_them_in_one_click(app: Flask, people: Cast) -> None:
    chen = _chens(app, people)
    editor = f"/instructors/{people.chen.id}/availability"
    asked = text_of(chen.get(editor).text)
    inbox = text_of(chen.get("/inbox").text)

    kept = chen.post(f"{editor}/keep")

    assert "Your coordinator filled in these hours for you. Are they right?" in asked
    assert "Your coordinator filled in your weekly hours." in inbox
    assert (kept.status_code, kept.location) == (303, editor)
    assert _week(app, people.chen.id) == FILLED
    assert _unconfirmed(app) == []


def test_the_first_change_by_the_person_makes_them_their_own(app: Flask, people: Cast) -> None:
    chen = _chens(app, people)
    editor = f"/instructors/{people.chen.id}/availability"

    chen.post(f"{editor}/week", {"day2": "14:00-17:00"})

    assert _week(app, people.chen.id) == {2: [(840, 1020)]}
    assert _unconfirmed(app) == []


def test_a_coordinator_can_correct_but_not_confirm_them(app: Flask, people: Cast) -> None:
    _chens(app, people)
    wang = _coordinator(app)
    editor = f"/instructors/{people.chen.id}/availability"

    refused = wang.post(f"{editor}/keep")
    wang.post(f"{editor}/week", {"day2": "14:00-17:00"})
    taken = wang.post(f"/register/hours/back?region={CITY}")

    assert refused.status_code == 403
    assert taken.status_code == 303
    assert _unconfirmed(app) == [people.chen.id]
    assert _week(app, people.chen.id) == {2: [(840, 1020)]}  # corrected, so not taken back


def test_they_are_taken_back_where_nobody_confirmed(app: Flask, people: Cast) -> None:
    first, second = _made(app, "黄莺", "白露")
    wang = _coordinator(app)
    wang.post(f"/register/hours?region={CITY}", WEEK)
    with app.app_context(), unit_of_work() as session:
        service.confirm(session, instructor_id=second)

    answer = wang.post(f"/register/hours/back?region={CITY}")

    assert answer.status_code == 303
    assert (_week(app, first), _week(app, second)) == ({}, FILLED)
    assert _unconfirmed(app) == []


def test_the_people_of_one_import_get_them_and_the_import_can_still_be_undone(
    app: Flask, people: Cast
) -> None:
    [other] = _made(app, "黄莺")
    wang = _coordinator(app)
    report = wang.post(upload(wang, sheet(rows(5)))[1]).location
    key = report.split("/")[-2]
    before = text_of(wang.get(report).text)

    wang.post(f"/register/hours?batch={key}", WEEK)
    after = wang.get(f"/register/hours?batch={key}").text

    # Nothing is left to fill in, and this page saves no week of a region.
    assert ('id="week-form"' in after, f'href="{report}#next"' in after) == (False, True)
    assert "5 of these people have no hours and cannot be booked yet." in before
    assert "All of these people have hours and can be booked." in text_of(wang.get(report).text)
    assert _week(app, other) == {}
    assert len(_unconfirmed(app)) == 5
    assert wang.post(report.replace("/report", "/undo")).status_code == 303
    assert _unconfirmed(app) == []
    with app.app_context():
        assert db.session().get(Instructor, other) is not None


def test_an_empty_week_is_refused_and_the_week_is_remembered(app: Flask, people: Cast) -> None:
    wang = _coordinator(app)

    refused = wang.post(f"/register/hours?region={CITY}", {"day0": ""})
    unclear = wang.post(f"/register/hours?region={CITY}", {"day0": "noon"})
    wang.post(f"/register/hours?region={CITY}", {"day0": "9-12"})
    shown = wang.get(f"/register/hours?region={CITY}").text

    assert [refused.status_code, unclear.status_code] == [422, 422]
    assert "The week needs hours on one day at least." in text_of(refused.text)
    assert 'value="9:00-12:00"' in shown or 'value="09:00-12:00"' in shown


def test_nobody_fills_in_for_another_region_or_the_import_of_another(
    app: Flask, people: Cast
) -> None:
    [one] = _made(app, "黄莺")
    wang = _coordinator(app)
    key = wang.post(upload(wang, sheet(rows(2)))[1]).location.split("/")[-2]
    sun = Client(app).language("en").sign_in(SUN)

    sun.post(f"/register/hours?region={CITY}", WEEK)  # their own region is taken instead
    answers = [
        sun.get(f"/register/hours?batch={key}"),
        sun.post(f"/register/hours?batch={key}", WEEK),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert _week(app, one) == {}
