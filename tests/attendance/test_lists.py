"""The branch keeps its list: who reads names, corrections, pasted lists, the count, retention."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.attendance.engine.names import MOST_NAMES
from booking.attendance.models import AttendanceEntry
from booking.attendance.queries import Attendance, attendance_of
from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.lectures.engine.states import State
from booking.lectures.queries import by_number
from booking.lectures.records.queries import record_of
from booking.privacy.retention.tasks import apply_schedule
from booking.settings.engine.retention import ATTENDANCE_DAYS
from tests import factories
from tests.attendance.halls import hall, ids, listener, names
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, NOW, ROOT, SUN, WANG, ZHAO, ZHOU, Cast, at
from tests.follow_ups import asking
from tests.privacy import leaving


@pytest.fixture
def number(app: Flask, people: Cast) -> str:
    """A confirmed lecture of Chen for Li's branch."""
    return factories.confirmed(app, people, at(3, 9))


def list_of(app: Flask, number: str) -> Attendance:
    """What a dossier tells."""
    with app.app_context():
        return attendance_of(db.session(), by_number(db.session(), number).id)


def test_a_pasted_list_is_added_once(app: Flask, number: str) -> None:
    li, page = Client(app).language("en").sign_in(LI), f"/lectures/{number}/listeners"

    answers = [
        li.post(page, {"names": "1. 何宁\n2. 林森\n"}),
        li.post(page, {"names": "林森，白鹭"}),
    ]

    assert [one.status_code for one in answers] == [303, 303]
    assert names(app) == [("何宁", False), ("林森", False), ("白鹭", False)]
    assert "On the list already: 1." in li.get(page).text
    assert list_of(app, number) == Attendance(3, ("何宁", "林森", "白鹭"), False)


def test_correct_strike_and_restore(app: Flask, number: str) -> None:
    li, page = Client(app).sign_in(LI), f"/lectures/{number}/listeners"
    li.post(page, {"names": "何宇\n林森"})
    first, second = ids(app)

    assert li.post(f"{page}/{first}", {"name": "何宁"}).status_code == 303
    for _twice in "ab":
        assert li.post(f"{page}/{second}/strike").status_code == 303
    assert names(app) == [("何宁", False), ("林森", True)]
    assert list_of(app, number) == Attendance(1, ("何宁",), False)
    li.post(f"{page}/{second}/restore")
    assert names(app) == [("何宁", False), ("林森", False)]
    with app.app_context():
        query = select(AuditEntry).where(AuditEntry.action == Action.ATTENDANCE_CHANGED)
        found = db.session().scalars(query.order_by(AuditEntry.id)).all()
        assert [one.detail for one in found] == [
            {"change": "added", "count": 2},
            {"change": "changed", "count": 1},
            {"change": "struck", "count": 1},
            {"change": "restored", "count": 1},
        ]
    assert Client(app).sign_in(ROOT).get("/audit").status_code == 200


@pytest.mark.parametrize("typed", ["", "\n\n", "名" * 61])
def test_a_refusal_keeps_what_was_typed(app: Flask, number: str, typed: str) -> None:
    answer = Client(app).sign_in(LI).post(f"/lectures/{number}/listeners", {"names": typed})

    assert (answer.status_code, names(app)) == (422, [])
    assert typed.strip() in answer.text


@pytest.mark.parametrize(
    ("email", "status"),
    [(LI, 200), (WANG, 200), (ROOT, 200), (SUN, 404), (ZHAO, 404), (CHEN, 403), (ZHOU, 403)],
)
def test_who_reads_names(app: Flask, number: str, email: str, status: int) -> None:
    page = f"/lectures/{number}/listeners"
    Client(app).sign_in(LI).post(page, {"names": "何宁"})
    client, entry = Client(app).sign_in(email), f"{page}/{ids(app)[0]}"
    answers = [client.get(page), client.get(entry)]

    assert [one.status_code for one in answers] == [status, status]
    assert ["何宁" in one.text for one in answers] == [status == 200] * 2
    if status != 200:
        acts = [client.post(page, {"names": "x"}), client.post(entry, {"name": "x"})]
        acts += [client.post(f"{entry}/{act}") for act in ("strike", "restore")]
        acts.append(client.post(f"{page}/count"))
        assert [one.status_code for one in acts] == [status] * 5
        assert names(app) == [("何宁", False)]


def test_the_instructor_sees_the_number(app: Flask, number: str) -> None:
    Client(app).sign_in(LI).post(f"/lectures/{number}/listeners", {"names": "何宁\n林森"})
    page = Client(app).language("en").sign_in(CHEN).get(f"/lectures/{number}").text

    assert "2 people are on the list." in page
    assert "何宁" not in page
    assert f"/lectures/{number}/listeners" not in page


def test_an_entry_belongs_to_its_lecture(app: Flask, people: Cast, number: str) -> None:
    other = factories.confirmed(app, people, at(4, 9))
    li = Client(app).sign_in(LI)
    li.post(f"/lectures/{number}/listeners", {"names": "何宁"})
    entry = ids(app)[0]

    assert li.get(f"/lectures/{other}/listeners/{entry}").status_code == 404
    assert li.post(f"/lectures/{other}/listeners/{entry}/strike").status_code == 404
    assert names(app) == [("何宁", False)]


def test_a_list_has_a_bound(app: Flask, number: str) -> None:
    with app.app_context(), unit_of_work() as session:
        lecture = by_number(session, number)
        session.add_all(
            AttendanceEntry(lecture_id=lecture.id, name=str(one), added_at=NOW)
            for one in range(MOST_NAMES)
        )
    answer = Client(app).sign_in(LI).post(f"/lectures/{number}/listeners", {"names": "何宁"})

    assert (answer.status_code, len(ids(app))) == (409, MOST_NAMES)


def test_a_request_has_no_list(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people, at(3, 9))
    li = Client(app).sign_in(LI)

    assert li.post(f"/lectures/{number}/listeners", {"names": "何宁"}).status_code == 409
    assert 'id="attendance"' not in li.get(f"/lectures/{number}").text


def test_the_count_goes_into_the_record_by_one_tap(
    app: Flask, people: Cast, number: str, time: Time
) -> None:
    li, page = Client(app).language("en").sign_in(LI), f"/lectures/{number}/listeners"
    li.post(page, {"names": "何宁\n林森\n白鹭"})
    li.post(f"{page}/{ids(app)[0]}/strike")
    assert f"{page}/count" not in li.get(page).text
    time.now = at(3, 12)
    assert f"{page}/count" in li.get(page).text

    assert li.post(f"{page}/count").status_code == 303

    with app.app_context():
        lecture = by_number(db.session(), number)
        record = record_of(db.session(), lecture.id)
        assert record is not None
        assert (lecture.state, record.listeners) == (State.DELIVERED, 2)
        assert (record.started_at, record.ended_at) == (at(3, 9), at(3, 11))
    assert f"{page}/count" not in li.get(page).text


def test_what_the_record_says_besides_stays(
    app: Flask, people: Cast, number: str, time: Time
) -> None:
    li, page = Client(app).sign_in(LI), f"/lectures/{number}/listeners"
    time.now = at(3, 12)
    values = {"started": "09:10", "ended": "10:50", "listeners": "9"}
    answer = li.post(f"/lectures/{number}/deliver", values | {"note": "晚到十分钟。"})
    assert answer.status_code == 303, answer.text
    li.post(page, {"names": "何宁\n林森"})
    li.post(f"{page}/count")

    with app.app_context():
        record = record_of(db.session(), by_number(db.session(), number).id)
        assert record is not None
        assert (record.listeners, record.note) == (2, "晚到十分钟。")
        assert record.started_at == at(3, 9, 10)


def test_before_the_end_there_is_no_count_to_take(app: Flask, number: str) -> None:
    li, page = Client(app).sign_in(LI), f"/lectures/{number}/listeners"
    li.post(page, {"names": "何宁"})

    assert li.post(f"{page}/count").status_code in (409, 422)
    with app.app_context():
        assert record_of(db.session(), by_number(db.session(), number).id) is None


def test_names_go_by_schedule_and_the_count_stays(app: Flask, people: Cast) -> None:
    number, path = hall(app, people)
    for name in ("何宁", "林森"):
        listener(app, path, name)
    Client(app).sign_in(LI).post(f"/lectures/{number}/listeners/{ids(app)[0]}/strike")
    over = at(3, 11) + timedelta(days=ATTENDANCE_DAYS.default)
    with app.app_context():
        apply_schedule(over)
    assert list_of(app, number) == Attendance(1, ("林森",), False)

    with app.app_context():
        apply_schedule(over + timedelta(seconds=1))
        apply_schedule(over + timedelta(days=1))

    assert names(app) == [("", True), ("", False)]
    assert list_of(app, number) == Attendance(1, (), True)
    with app.app_context():
        assert set(db.session().scalars(select(AttendanceEntry.device_key))) == {None}


def test_a_forgotten_list_is_not_changed_any_more(app: Flask, number: str) -> None:
    page = f"/lectures/{number}/listeners"
    Client(app).sign_in(LI).post(page, {"names": "何宁"})
    entry = ids(app)[0]
    with app.app_context():
        apply_schedule(at(400, 9))
    li = Client(app).language("en").sign_in(LI)

    assert li.get(f"{page}/{entry}").status_code == 404
    assert li.post(page, {"names": "林森"}).status_code == 409
    assert li.post(f"{page}/{entry}/strike").status_code == 409
    assert "deleted by schedule" in li.get(page).text


def test_who_leaves_is_named_no_more_on_the_own_lists(app: Flask, people: Cast, time: Time) -> None:
    """Of others of the same name on other lists nothing is known; the count stays."""
    number = asking.delivered(app, people)
    Client(app).sign_in(LI).post(f"/lectures/{number}/listeners", {"names": "李静\n何宁"})
    leaving.ask(app, people.li.user)
    assert leaving.work(app, time) == 1

    assert names(app) == [("已退出的联系人", False), ("何宁", False)]


def test_the_code_is_opened_by_the_branchs_side_only(
    app: Flask, people: Cast, number: str, time: Time
) -> None:
    """The instructor knows the number of listeners, but opens no list of their names."""
    time.now = at(3, 8)
    page = f"/lectures/{number}/links/attendance"
    found = {}
    for email in (LI, WANG, ROOT, CHEN, ZHAO, SUN):
        browser = Client(app).sign_in(email)
        found[email] = (browser.get(page).status_code, browser.post(f"{page}/open").status_code)
    may, may_not = (200, 303), (404, 404)
    assert found == dict.fromkeys((LI, WANG, ROOT), may) | dict.fromkeys((CHEN, ZHAO, SUN), may_not)
