"""The page of deliveries: who sees which, what it tells, and "try again"."""

from __future__ import annotations

from typing import ClassVar

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.models import User
from booking.audit import Action
from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command, Party
from booking.notifications.deliveries import queries, service
from booking.notifications.deliveries.queries import CONDITIONS, DeliveryFilter
from booking.notifications.engine.results import DeliveryState, Result, result_of
from booking.notifications.models import Delivery
from booking.notifications.transmission import claims
from booking.notifications.transmission.claims import LEASE
from booking.outbox import rounds
from booking.outbox.models import OutboxEvent
from booking.outbox.service import MOST_FAILURES
from tests import factories
from tests.audit_log import entries
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, LI, NOW, ROOT, SUN, WANG, Cast
from tests.notifications.conftest import round_of_work
from tests.notifications.test_mail import do

PAGE = "/manage/deliveries"


def mail(app: Flask, **more: object) -> int:
    """A delivery that was given up; returns its id."""
    values: dict[str, object] = {
        "recipient": LI,
        "subject": "已确认：家庭急救常识",
        "message": b"Subject: x\r\n\r\n",
        "created_at": NOW,
        "next_try_at": None,
        "attempts": 7,
        "last_error": "SMTPRecipientsRefused, 550 5.1.1",
    }
    with app.app_context(), unit_of_work() as session:
        delivery = Delivery(**values | more)
        session.add(delivery)
        session.flush()
        return delivery.id


def of(app: Flask, delivery_id: int) -> Delivery:
    with app.app_context():
        return db.session().get_one(Delivery, delivery_id, populate_existing=True)


@pytest.fixture
def root(app: Flask, people: Cast) -> Client:
    """The administrator, in English."""
    return Client(app).language("en").sign_in(ROOT)


@pytest.fixture
def wang(app: Flask, people: Cast) -> Client:
    """The coordinator of the city in which Li's branch is and Chen lectures."""
    return Client(app).language("en").sign_in(WANG)


@pytest.mark.parametrize("email", [LI, CHEN, None])
def test_branches_and_instructors_have_no_such_page(
    app: Flask, people: Cast, email: str | None
) -> None:
    browser = Client(app)
    if email is not None:
        browser.sign_in(email)
    denied = 302 if email is None else 403
    assert browser.get(PAGE).status_code == denied
    for path in ("/retry", "/1/retry", "/1/give-up", "/events/retry", "/events/1/retry"):
        assert browser.post(PAGE + path, {}).status_code == denied


class TestScope:
    """Coordinators reach what concerns their region, and nothing else."""

    def test_lectures_and_people_of_the_region(
        self, app: Flask, people: Cast, wang: Client, time: Time
    ) -> None:
        number = factories.confirmed(app, people)
        round_of_work(app, time)
        mail(app, user_id=people.zhao.user, recipient="zhao@example.org", subject="外地")
        mail(app, user_id=people.li.user, subject="本地")
        mail(app, recipient="nobody@example.org", subject="无账号")
        page = wang.get(PAGE).text
        assert (number in page, "本地" in page) == (True, True)
        assert ("外地" in page, "无账号" in page) == (False, False)
        other = Client(app).language("en").sign_in(SUN).get(PAGE).text
        assert (number in other, "本地" in other, "外地" in other) == (False, False, True)

    def test_foreign_ones_cannot_be_tried_or_given_up(
        self, app: Flask, people: Cast, wang: Client
    ) -> None:
        foreign = mail(app, user_id=people.zhao.user)
        for act in ("retry", "give-up"):
            assert wang.post(f"{PAGE}/{foreign}/{act}", {}).status_code == 404
        assert wang.post(f"{PAGE}/retry", {}).status_code == 303
        assert of(app, foreign).next_try_at is None
        assert wang.post(f"{PAGE}/events/retry", {}).status_code == 403

    def test_an_address_is_shown_by_the_table_of_visibility(
        self, app: Flask, people: Cast, wang: Client, root: Client, time: Time
    ) -> None:
        factories.confirmed(app, people)
        round_of_work(app, time)
        mail(app, user_id=None, lecture_id=1, recipient="stranger@example.org")
        page = wang.get(PAGE).text
        assert (LI in page, "stranger@" in page, "s****@example.org" in page) == (True, False, True)
        assert "stranger@example.org" in root.get(PAGE).text

    def test_addresses_cannot_be_guessed_by_the_filter(
        self, app: Flask, people: Cast, wang: Client, root: Client
    ) -> None:
        mail(app, user_id=people.li.user)
        found = {
            (who, word): "已确认" in browser.get(f"{PAGE}?recipient={word}").text
            for who, browser in (("wang", wang), ("root", root))
            for word in ("li@example", "李静")
        }
        assert found == {
            ("wang", "li@example"): False,
            ("wang", "李静"): True,
            ("root", "li@example"): True,
            ("root", "李静"): True,
        }


def test_texts_of_messages_are_not_shown(
    app: Flask, people: Cast, root: Client, time: Time
) -> None:
    number = factories.requested(app, people, note="请带投影仪转接头")
    round_of_work(app, time)
    page = root.get(f"{PAGE}?lecture={number.lower()}").text
    assert (number in page, "投影仪" in page, "/answer/" in page) == (True, False, False)


class TestStates:
    """Filters and what a row tells."""

    ROWS: ClassVar[dict[DeliveryState, dict[str, object]]] = {
        DeliveryState.WAITING: {"next_try_at": NOW, "last_error": None, "attempts": 0},
        DeliveryState.SENT: {"sent_at": NOW, "message": None, "last_error": None},
        DeliveryState.SUPERSEDED: {"superseded_at": NOW, "message": None},
        DeliveryState.PARKED: {},
        DeliveryState.RETURNED: {"sent_at": NOW, "returned_at": NOW, "message": None},
    }

    def test_each_delivery_is_in_exactly_one(self, app: Flask, people: Cast) -> None:
        ids = {state: mail(app, **row) for state, row in self.ROWS.items()}
        with app.app_context():
            found = {
                state: list(db.session.scalars(select(Delivery.id).where(condition)))
                for state, condition in CONDITIONS.items()
            }
            assert found == {state: [number] for state, number in ids.items()}
            rows = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
            assert [queries.state_of(one) for one in rows] == list(ids)

    def test_the_page_filters_by_each(self, app: Flask, root: Client) -> None:
        for state, row in self.ROWS.items():
            mail(app, subject=f"<{state}>", **row)
        for state in self.ROWS:
            page = root.get(f"{PAGE}?state={state}").text
            assert [one for one in self.ROWS if f"&lt;{one}&gt;" in page] == [state]

    @pytest.mark.parametrize(
        ("error", "result"),
        [
            (None, None),
            ("SMTPRecipientsRefused", Result.NO_RECIPIENT),
            ("SMTPRecipientsRefused, 550 5.1.1", Result.NO_RECIPIENT),
            ("SMTPRecipientsRefused, 550", Result.NO_RECIPIENT),
            ("SMTPRecipientsRefused, 550 5.7.1", Result.DISTRUSTED),
            ("SMTPRecipientsRefused, 450 4.2.0", Result.GREYLISTED),
            ("SMTPRecipientsRefused, 451 4.7.1", Result.GREYLISTED),
            ("SMTPRecipientsRefused, 452 4.2.2", Result.FULL),
            ("SMTPDataError, 552 5.3.4", Result.TOO_LARGE),
            ("SMTPDataError, 554 5.7.0", Result.DISTRUSTED),
            ("SMTPDataError, 500", Result.REFUSED),
            ("SMTPDataError, 471", Result.LATER),
            ("SMTPServerDisconnected", Result.SILENT),
            ("TimeoutError", Result.SILENT),
            ("gaierror", Result.UNREACHABLE),
            ("RobotGone, 93000", Result.NO_ROBOT),
            ("RobotRefused, 19024", Result.ROBOT_REFUSED),
            ("returned, 550 5.1.1", Result.NO_RECIPIENT),
            ("returned, 450 4.4.7", Result.GREYLISTED),
            ("given up", Result.GIVEN_UP),
            ("KeyError", Result.OTHER),
        ],
    )
    def test_the_answer_of_a_server_in_a_word(
        self, error: str | None, result: Result | None
    ) -> None:
        assert result_of(error) is result

    def test_the_last_day_is_not_before_the_first(self, root: Client) -> None:
        page = root.get(f"{PAGE}?first=2026-12-02&last=2026-12-01")
        assert page.status_code == 422
        assert "The last day is before the first." in page.text

    @pytest.mark.parametrize("query", ["state=x", "channel=x", "kind=x", "first=x"])
    def test_unknown_values_are_refused(self, root: Client, query: str) -> None:
        assert root.get(f"{PAGE}?{query}").status_code == 422

    def test_pages_go_on_without_a_gap(
        self, app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ids = [mail(app, user_id=people.li.user) for _number in range(5)]
        found, before = [], None
        with app.app_context():
            who = db.session().get_one(User, people.root).actor()
            while True:
                lines, before = queries.lines(
                    db.session(), who, DeliveryFilter(), before=before, at_once=2
                )
                found += [line.delivery.id for line in lines]
                if before is None:
                    break
        assert found == ids[::-1]


class TestAgain:
    """Try again, and give up."""

    def test_a_parked_one_is_tried_again_and_given_up(self, app: Flask, root: Client) -> None:
        one = mail(app)
        page = root.get(PAGE).text
        assert "server does not know this address." in page
        assert root.post(f"{PAGE}/{one}/retry", {}).status_code == 303
        retried = of(app, one)
        assert (retried.next_try_at, retried.attempts) == (NOW, 1)
        assert root.post(f"{PAGE}/{one}/give-up", {}).status_code == 303
        assert (of(app, one).next_try_at, of(app, one).last_error) == (None, "given up")
        for action in (Action.MAIL_RETRIED, Action.MAIL_GIVEN_UP):
            assert [(entry.subject_id, entry.detail) for entry in entries(app, action)] == [
                (one, {"mails": 1})
            ]

    def test_all_parked_ones_at_once(self, app: Flask, root: Client) -> None:
        parked = [mail(app), mail(app)]
        waiting = mail(app, next_try_at=NOW + LEASE)
        erased = mail(app, message=None)
        assert "3 messages were given up" in root.get("/manage/work").text
        assert root.post(f"{PAGE}/retry", {}).status_code == 303
        assert [of(app, one).next_try_at for one in parked] == [NOW, NOW]
        assert of(app, waiting).next_try_at == NOW + LEASE
        assert of(app, erased).next_try_at is None
        assert [entry.detail for entry in entries(app, Action.MAIL_RETRIED)] == [{"mails": 2}]

    @pytest.mark.parametrize(
        "state",
        [
            {"sent_at": NOW, "message": None},
            {"superseded_at": NOW},
            {"message": None},
            {"claimed_until": NOW + LEASE, "next_try_at": NOW + LEASE},
        ],
    )
    def test_what_is_over_or_in_hand_is_left_alone(
        self, app: Flask, root: Client, state: dict[str, object]
    ) -> None:
        one = mail(app, **state)
        before = of(app, one)
        for act in ("retry", "give-up"):
            answer = root.post(f"{PAGE}/{one}/{act}", {})
            assert answer.status_code == 409
        after = of(app, one)
        assert (after.next_try_at, after.attempts) == (before.next_try_at, before.attempts)

    def test_a_parked_invitation_does_not_follow_the_cancellation(
        self, app: Flask, people: Cast, root: Client, time: Time
    ) -> None:
        number = factories.confirmed(app, people)
        with app.app_context():
            rounds.handle_waiting(time.now)
            with unit_of_work() as session:
                found = session.scalars(select(Delivery).order_by(Delivery.id)).all()
                for one in found:
                    one.next_try_at, one.attempts = None, len(claims.WAITS) + 1
        do(app, number, Command.CANCEL, Party.BRANCH, time)
        root.post(f"{PAGE}/retry", {})
        round_of_work(app, time)
        with app.app_context():
            rows = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
            cancelled = [one.subject for one in rows if one.sent_at is not None]
            assert [subject[:5] for subject in cancelled] == ["授课已取消", "授课已取消"]


class TestEvents:
    """Events that no handler could handle."""

    def _event(self, app: Flask, **more: object) -> int:
        values: dict[str, object] = {
            "kind": "lecture.confirmed",
            "payload": {"number": "YK-2026-000009"},
            "recorded_at": NOW,
            "attempts": MOST_FAILURES,
            "last_error": "KeyError",
        }
        with app.app_context(), unit_of_work() as session:
            event = OutboxEvent(**values | more)
            session.add(event)
            session.flush()
            return event.id

    def _attempts(self, app: Flask, event_id: int) -> int:
        with app.app_context():
            return db.session().get_one(OutboxEvent, event_id).attempts

    def test_they_are_told_in_words_to_administrators_only(
        self, app: Flask, root: Client, wang: Client
    ) -> None:
        self._event(app)
        page = root.get(PAGE).text
        assert ("A step of a lecture" in page, "YK-2026-000009" in page) == (True, True)
        assert "YK-2026-000009" not in wang.get(PAGE).text

    def test_one_and_all_are_tried_again(self, app: Flask, root: Client) -> None:
        first, second, third = self._event(app), self._event(app), self._event(app, attempts=3)
        assert root.post(f"{PAGE}/events/{first}/retry", {}).status_code == 303
        assert [self._attempts(app, one) for one in (first, second)] == [0, MOST_FAILURES]
        assert root.post(f"{PAGE}/events/retry", {}).status_code == 303
        assert [self._attempts(app, one) for one in (first, second, third)] == [0, 0, 3]
        assert root.post(f"{PAGE}/events/{third}/retry", {}).status_code == 404
        assert len(entries(app, Action.EVENT_RETRIED)) == 2


def test_a_mail_that_came_back_is_noted_by_its_message_id(app: Flask, people: Cast) -> None:
    one = mail(app, message_id="<a@b>", sent_at=NOW, message=None, last_error=None)
    with app.app_context(), unit_of_work() as session:
        assert service.note_returned(session, message_id="<x@b>", status="5.1.1", now=NOW) is None
        assert service.note_returned(session, message_id="<a@b>", status="5.1.1", now=NOW) == one
    found = of(app, one)
    assert (queries.state_of(found), result_of(found.last_error)) == (
        DeliveryState.RETURNED,
        Result.NO_RECIPIENT,
    )
