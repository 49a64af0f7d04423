"""Robots of groups: what they are told, how often, and that nothing secret gets out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.models import User
from booking.audit import Action
from booking.availability.engine.hours import DayKind
from booking.availability.models import CalendarDay
from booking.db import db, unit_of_work
from booking.lectures.engine.states import Command, Party
from booking.lectures.expiry.tasks import pass_time
from booking.notifications.choices.engine.ways import MessageWay, Ways
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.models import Delivery
from booking.notifications.robots import service, tasks
from booking.notifications.robots.engine.addresses import (
    AddressFault,
    NoRobotAddress,
    RobotProvider,
    read_address,
)
from booking.notifications.robots.engine.limits import next_call
from booking.notifications.robots.engine.subjects import RobotSubject
from booking.notifications.robots.models import Robot
from booking.notifications.robots.queries import has_robot
from booking.notifications.transmission.claims import WAITS
from booking.settings import service as settings
from booking.settings.engine.robot_declarations import ROBOT_ORIGINS
from tests import factories
from tests.audit_log import entries
from tests.browser import Client
from tests.conftest import Time
from tests.factories import CHEN, CITY, COUNTY, LI, NOW, OTHER_CITY, SUN, WANG, Cast
from tests.notifications.choices.choosing import choose
from tests.notifications.conftest import round_of_work
from tests.notifications.robot_server import DINGTALK, FEISHU, SECRET, WECOM, Provider, serving
from tests.notifications.test_mail import do
from tests.orders.ordering import placed

MINUTE = timedelta(minutes=1)
PATHS = {"wecom": WECOM, "dingtalk": DINGTALK, "feishu": FEISHU}
PAGE = "/manage/robots"


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A server that takes the messages of robots."""
    with serving() as found:
        yield found


@pytest.fixture
def allowed(app: Flask, provider: Provider) -> str:
    """The origin of that server, as an administrator allowed it."""
    origin = f"http://127.0.0.1:{provider.port}"
    with app.app_context(), unit_of_work() as session:
        settings.change(session, ROBOT_ORIGINS, origin, now=NOW)
    return origin


def add(app: Flask, address: str, *, region: str = CITY, secret: str = "", **more: object) -> int:
    """A robot that is told of everything; returns its id."""
    values: dict[str, object] = {"subjects": list(RobotSubject)} | more
    with app.app_context(), unit_of_work() as session:
        robot = service.add(
            session,
            region_code=region,
            name="值班群",
            address=address,
            secret=secret,
            now=NOW,
            **values,  # type: ignore[arg-type]
        )
        return robot.id


def queued(app: Flask) -> list[Delivery]:
    with app.app_context():
        query = select(Delivery).where(Delivery.channel == "robot").order_by(Delivery.id)
        return list(db.session.scalars(query))


def say(app: Flask, robot_id: int, *texts: str, now: datetime = NOW) -> None:
    """Queue messages to a robot."""
    with app.app_context(), unit_of_work() as session:
        robot = session.get_one(Robot, robot_id)
        for text in texts:
            service.queue(session, robot, text, kind=MessageKind.ANSWER, now=now)


class TestAddresses:
    """Only the providers' own hosts, and those of a setting."""

    @pytest.mark.parametrize(
        ("address", "provider"),
        [
            (f"https://qyapi.weixin.qq.com{WECOM}", RobotProvider.WECOM),
            (f"https://oapi.dingtalk.com{DINGTALK}", RobotProvider.DINGTALK),
            (f" https://open.feishu.cn{FEISHU} ", RobotProvider.FEISHU),
        ],
    )
    def test_the_three_providers(self, address: str, provider: RobotProvider) -> None:
        found = read_address(address)
        assert (found.provider, found.token in repr(found)) == (provider, False)

    @pytest.mark.parametrize(
        ("address", "fault"),
        [
            ("", AddressFault.FORM),
            ("https://qyapi.weixin.qq.com/", AddressFault.FORM),
            ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send", AddressFault.FORM),
            ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a/../b&x", AddressFault.FORM),
            (f"https://user@qyapi.weixin.qq.com{WECOM}", AddressFault.FORM),
            (f"https://qyapi.weixin.qq.com:99999{WECOM}", AddressFault.FORM),
            (f"http://qyapi.weixin.qq.com{WECOM}", AddressFault.HOST),
            (f"https://qyapi.weixin.qq.com:8443{WECOM}", AddressFault.HOST),
            (f"https://oapi.dingtalk.com{WECOM}", AddressFault.HOST),
            (f"https://qyapi.weixin.qq.com.example.org{WECOM}", AddressFault.HOST),
            (f"http://127.0.0.1{WECOM}", AddressFault.HOST),
            (f"http://169.254.169.254{FEISHU}", AddressFault.HOST),
            (f"https://im.example.org{FEISHU}", AddressFault.HOST),
        ],
    )
    def test_no_other_host_is_called(self, address: str, fault: AddressFault) -> None:
        with pytest.raises(NoRobotAddress) as refused:
            read_address(address)
        assert refused.value.fault is fault

    def test_an_own_server_is_allowed_by_the_setting(self) -> None:
        address = f"https://im.example.org{FEISHU}"
        found = read_address(address, ["https://im.example.org"])
        assert found.origin == "https://im.example.org"


class TestCalls:
    """Each provider's JSON, and what its answers mean."""

    @pytest.mark.parametrize("name", PATHS)
    def test_each_provider_gets_what_it_documents(
        self, app: Flask, people: Cast, provider: Provider, allowed: str, time: Time, name: str
    ) -> None:
        robot = add(app, provider.address(PATHS[name]))
        say(app, robot, "约课：一件事\n编号：DD-2026-000001")
        assert round_of_work(app, time) == 1
        assert provider.wrong == []
        assert provider.texts == [(name, "约课：一件事\n编号：DD-2026-000001")]

    def test_dingtalk_checks_the_signature(
        self, app: Flask, people: Cast, provider: Provider, allowed: str, time: Time
    ) -> None:
        robot = add(app, provider.address(DINGTALK), secret=SECRET)
        say(app, robot, "约课：一件事")
        assert round_of_work(app, time) == 1
        assert (provider.wrong, len(provider.texts)) == ([], 1)

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            ((200, {"errcode": 93000}), "RobotGone, 93000"),
            ((200, {"errcode": 310000}), "RobotRefused, 310000"),
            ((200, {"errcode": 45009}), "RobotTooFast, 45009"),
            ((200, {"code": 19024}), "RobotRefused, 19024"),
            ((200, {}), "RobotRefused"),
            ((404, {}), "RobotGone, 404"),
            ((429, {}), "RobotTooFast, 429"),
            ((500, {}), "RobotRefused, 500"),
        ],
    )
    def test_a_refusal_in_the_body_is_no_success(
        self,
        app: Flask,
        people: Cast,
        provider: Provider,
        allowed: str,
        time: Time,
        answer: tuple[int, dict[str, object]],
        error: str,
    ) -> None:
        provider.answer = answer
        robot = add(app, provider.address(WECOM))
        say(app, robot, "约课：一件事")
        assert round_of_work(app, time) == 0
        [one] = queued(app)
        assert (one.last_error, one.next_try_at) == (error, time.now + MINUTE)
        with app.app_context():
            assert db.session().get_one(Robot, robot).last_error == error

    def test_no_redirect_is_followed(
        self, app: Flask, people: Cast, provider: Provider, allowed: str, time: Time
    ) -> None:
        with serving() as elsewhere:
            provider.redirect = elsewhere.address(WECOM)
            robot = add(app, provider.address(WECOM))
            say(app, robot, "约课：一件事")
            assert round_of_work(app, time) == 0
            assert elsewhere.texts == []

    def test_an_own_server_that_is_allowed_no_more_is_not_called(
        self, app: Flask, people: Cast, provider: Provider, allowed: str, time: Time
    ) -> None:
        robot = add(app, provider.address(WECOM))
        say(app, robot, "约课：一件事")
        with app.app_context(), unit_of_work() as session:
            settings.change(session, ROBOT_ORIGINS, "", now=NOW)
        assert round_of_work(app, time) == 0
        assert provider.texts == []


class TestPace:
    """Twenty a minute; failures back off, are parked, and never hold up mail."""

    @pytest.mark.parametrize(
        ("seconds", "most", "expected"),
        [((), 2, 0), ((-30,), 2, 0), ((-30, -10), 2, 30), ((-90, -10), 2, 0), ((-60, -1), 2, 0)],
    )
    def test_when_the_next_call_may_be(
        self, seconds: tuple[int, ...], most: int, expected: int
    ) -> None:
        now = datetime(2026, 12, 1, tzinfo=UTC)
        recent = [now + timedelta(seconds=one) for one in seconds]
        assert next_call(recent, now, most=most) == now + timedelta(seconds=expected)

    def test_twenty_in_any_minute_and_all_in_order(
        self, app: Flask, people: Cast, provider: Provider, allowed: str, time: Time
    ) -> None:
        robot, other = add(app, provider.address(WECOM)), add(app, provider.address(FEISHU))
        texts = [f"约课：{number:02d}" for number in range(45)]
        say(app, robot, *texts)
        say(app, other, "约课：别处")
        taken = []
        for _half in range(5):
            round_of_work(app, time)
            taken.append(len(provider.texts))
            time.now += MINUTE / 2
        # 20 and the other robot's; a minute later 20 more; a minute later the rest.
        assert taken == [21, 21, 41, 41, 46]
        assert [text for name, text in provider.texts if name == "wecom"] == texts
        assert {one.attempts for one in queued(app)} == {1}

    def test_failures_back_off_until_it_is_parked_and_mail_goes_on(
        self, app: Flask, people: Cast, allowed: str, provider: Provider, time: Time
    ) -> None:
        provider.answer = (500, {})
        robot = add(app, provider.address(WECOM))
        say(app, robot, "约课：一件事")
        waited = []
        for _attempt in range(len(WAITS)):
            round_of_work(app, time)
            [one] = queued(app)
            assert one.next_try_at is not None
            waited.append((one.next_try_at - time.now) // MINUTE)
            time.now = one.next_try_at
        factories.requested(app, people)
        # It is night by then: the branch's acknowledgement waits, the question goes at once.
        assert round_of_work(app, time) == 1
        [one, *_mails] = queued(app)
        assert (tuple(waited), one.next_try_at) == (WAITS, None)

    def test_a_silent_group_costs_no_mail(
        self, app: Flask, people: Cast, allowed: str, time: Time
    ) -> None:
        robot = add(app, f"{allowed}{WECOM}")
        with app.app_context(), unit_of_work() as session:
            session.get_one(Robot, robot).origin = "http://127.0.0.1:9"
            settings.change(session, ROBOT_ORIGINS, "http://127.0.0.1:9", now=NOW)
        say(app, robot, "约课：一件事")
        factories.requested(app, people)
        assert round_of_work(app, time) == 2
        assert queued(app)[0].last_error == "RobotUnreachable"


class TestContents:
    """What a group is told: facts of a kind that everybody in it may read."""

    def test_of_orders_reviews_and_overdue_requests(
        self, app: Flask, people: Cast, provider: Provider, allowed: str, time: Time
    ) -> None:
        add(app, provider.address(WECOM))
        add(app, provider.address(FEISHU), region=OTHER_CITY)
        order = placed(app, people)
        late = factories.requested(app, people, factories.at(7, 9))
        factories.reviewed(app, people.li.id)
        number = factories.requested(app, people)
        round_of_work(app, time)
        time.now += timedelta(days=6)
        with app.app_context():
            pass_time(time.now)
        round_of_work(app, time)
        found = [text.splitlines()[:2] for name, text in provider.texts if name == "wecom"]
        assert found == [
            ["约课：有需求待落实讲师", f"编号：{order}"],
            ["约课：有申请待审核", f"编号：{number}"],
            ["约课：有申请逾期未答复", f"编号：{late}"],
            ["约课：有申请逾期未答复", f"编号：{number}"],
        ]
        assert {name for name, _text in provider.texts} == {"wecom"}

    def test_a_coordinator_can_choose_the_group_of_the_own_region(
        self, app: Flask, people: Cast, provider: Provider, allowed: str, time: Time
    ) -> None:
        add(app, provider.address(WECOM), subjects=[RobotSubject.REVIEW])
        add(app, provider.address(FEISHU), region=OTHER_CITY, subjects=[RobotSubject.REVIEW])
        with app.app_context():
            session = db.session()
            wang, li = (session.get_one(User, one) for one in (people.wang, people.li.user))
            assert (has_robot(wang), has_robot(li)) == (True, False)
        choose(app, people.wang, {MessageKind.ANSWER: Ways(MessageWay.MAIL, robot=True)})
        placed(app, people)
        round_of_work(app, time)
        assert [name for name, _text in provider.texts] == ["wecom"]

    def test_no_name_no_number_no_typed_text(
        self, app: Flask, people: Cast, provider: Provider, allowed: str, time: Time
    ) -> None:
        add(app, provider.address(WECOM))
        canary = "金丝雀13800008000"
        placed(app, people, remarks=canary, place=canary, equipment=canary)
        factories.reviewed(app, people.li.id)
        factories.requested(app, people, note=canary, place=canary)
        with app.app_context():
            time.now = factories.at(1, 8, 10)
            tasks.tell_of_the_day(time.now)
        round_of_work(app, time)
        said = "\n".join(text for _name, text in provider.texts)
        assert len(provider.texts) == 3
        for secret in ("金丝雀", "13800008000", "陈明", "李静", "第一支部", "文化馆", LI, CHEN):
            assert secret not in said
        with app.app_context():
            assert secret not in "".join(one.subject for one in queued(app))

    def test_a_summary_comes_once_in_the_morning_where_something_waits(
        self, app: Flask, people: Cast, provider: Provider, allowed: str, time: Time
    ) -> None:
        add(app, provider.address(WECOM))
        add(app, provider.address(FEISHU), region=OTHER_CITY)
        add(app, provider.address(DINGTALK), subjects=[RobotSubject.ORDER])
        placed(app, people)
        factories.requested(app, people)
        round_of_work(app, time)
        provider.texts.clear()
        for day, hour in ((1, 7), (1, 8), (1, 9), (1, 13), (2, 8)):
            with app.app_context():
                tasks.tell_of_the_day(factories.at(day, hour, 7))
        time.now = factories.at(2, 9)
        round_of_work(app, time)
        assert [text.splitlines()[:1] + text.splitlines()[2:5] for _n, text in provider.texts] == [
            ["约课：今日待办", "待落实讲师的需求：1", "待审核的申请：0", "待答复的申请：1"]
        ] * 2

    def test_a_summary_comes_on_workdays_only(
        self, app: Flask, people: Cast, provider: Provider, allowed: str, time: Time
    ) -> None:
        """By the calendar of public days off, which also makes some Saturdays workdays."""
        add(app, provider.address(WECOM))
        placed(app, people)
        round_of_work(app, time)
        tuesday, saturday, sunday, next_saturday = 8, 5, 6, 12
        with app.app_context(), unit_of_work() as session:
            for day, kind in ((tuesday, DayKind.OFF), (next_saturday, DayKind.WORK)):
                local = factories.at(day, 8).astimezone(factories.ZONE).date()
                row = CalendarDay(day=local, kind=kind, name="调休", official=True, source="")
                session.merge(row)
        told = []
        for day in (saturday, sunday, tuesday, next_saturday):
            provider.texts.clear()
            time.now = factories.at(day, 8, 10)
            with app.app_context():
                tasks.tell_of_the_day(time.now)
            round_of_work(app, time)
            told += [day] if any("今日待办" in text for _name, text in provider.texts) else []
        assert told == [next_saturday]

    def test_a_withdrawn_request_is_no_news(
        self, app: Flask, people: Cast, provider: Provider, allowed: str, time: Time
    ) -> None:
        add(app, provider.address(WECOM))
        number = factories.requested(app, people)
        do(app, number, Command.WITHDRAW, Party.BRANCH, time)
        round_of_work(app, time)
        assert provider.texts == []


class TestPages:
    """Coordinators keep the groups of their regions."""

    @pytest.fixture
    def wang(self, app: Flask, people: Cast) -> Client:
        """The coordinator of the city."""
        return Client(app).language("en").sign_in(WANG)

    def _values(self, provider: Provider, **more: object) -> dict[str, object]:
        values: dict[str, object] = {
            "name": "值班群",
            "region": COUNTY,
            "address": provider.address(WECOM),
            "secret": "",
            "subjects": ["order", "digest"],
        }
        return values | more

    def test_added_tested_changed_and_removed(
        self, app: Flask, wang: Client, provider: Provider, allowed: str, time: Time
    ) -> None:
        assert wang.post(PAGE, self._values(provider)).status_code == 303
        page = wang.get(PAGE).text + wang.get(f"{PAGE}/1").text
        assert ("值班群" in page, "693a91f6" in page) == (True, False)
        assert wang.post(f"{PAGE}/1/test", {}).status_code == 303
        round_of_work(app, time)
        assert [name for name, _text in provider.texts] == ["wecom"]
        assert "The last message arrived on" in wang.get(f"{PAGE}/1").text
        changed = {"name": "办公室", "subjects": ["review"]}
        assert wang.post(f"{PAGE}/1", changed).status_code == 303
        say(app, 1, "约课：不再发送", now=time.now)
        assert wang.post(f"{PAGE}/1/remove", {}).status_code == 303
        assert wang.get(f"{PAGE}/1").status_code == 404
        assert round_of_work(app, time) == 0
        details = [entry.detail["change"] for entry in entries(app, Action.ROBOT_CHANGED)]
        assert details == ["added", "tested", "changed", "removed"]

    def test_the_address_is_encrypted_and_in_no_log(
        self,
        app: Flask,
        wang: Client,
        provider: Provider,
        allowed: str,
        time: Time,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.INFO)
        wang.post(PAGE, self._values(provider))
        provider.answer = (500, {"errmsg": "693a91f6"})
        say(app, 1, "约课：一件事")
        round_of_work(app, time)
        with app.app_context():
            robot = db.session().get_one(Robot, 1)
            kept = " ".join(str(value) for value in vars(robot).values())
        logged = caplog.text + "".join(str(one.detail) for one in entries(app))
        assert ("693a91f6" in kept, "693a91f6" in logged) == (False, False)

    @pytest.mark.parametrize(
        ("more", "sentence"),
        [
            (
                {"address": "https://example.org/x"},
                "This is not the address of a group&#39;s robot.",
            ),
            ({"address": f"https://example.org{WECOM}"}, "Robots of this server are not allowed."),
            ({"secret": "SEC1"}, "Only robots of DingTalk sign messages."),
            ({"name": "  "}, "Give the group a name"),
            ({"subjects": []}, "Choose at least one thing"),
        ],
    )
    def test_wrong_values_are_refused(
        self,
        wang: Client,
        provider: Provider,
        allowed: str,
        more: dict[str, object],
        sentence: str,
    ) -> None:
        answer = wang.post(PAGE, self._values(provider, **more))
        assert answer.status_code == 422
        assert sentence in answer.text

    def test_other_regions_are_out_of_reach(
        self, app: Flask, wang: Client, provider: Provider, allowed: str
    ) -> None:
        foreign = self._values(provider, region=OTHER_CITY)
        assert wang.post(PAGE, foreign).status_code == 404
        wang.post(PAGE, self._values(provider))
        sun = Client(app).language("en").sign_in(SUN)
        assert "值班群" not in sun.get(PAGE).text
        assert sun.get(f"{PAGE}/1").status_code == 404
        for act in ("", "/test", "/remove"):
            assert sun.post(f"{PAGE}/1{act}", {"name": "x"}).status_code == 404

    def test_a_region_has_twenty_at_most(
        self, app: Flask, wang: Client, provider: Provider, allowed: str
    ) -> None:
        for _number in range(20):
            add(app, provider.address(WECOM), region=COUNTY)
        assert wang.post(PAGE, self._values(provider)).status_code == 409
