"""Several needs in one lecture: the guests follow their host."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.db import unit_of_work
from booking.lectures.engine.states import Command, Party
from booking.orders import guests, service
from booking.orders.engine.errors import AlreadyJoined, CannotJoin
from booking.orders.engine.lifecycle import OrderState
from booking.orders.offers import service as offers
from booking.orders.tasks import pass_time
from tests import factories
from tests.browser import Client
from tests.factories import NOW, SUN, ZHAO, ZHOU, Cast, at
from tests.orders import ordering
from tests.orders.ordering import ask

STATES = OrderState


@pytest.fixture
def pair(app: Flask, people: Cast) -> tuple[str, str]:
    """A host and its guest, of two branches of one city."""
    with app.app_context(), unit_of_work() as session:
        other = factories.make_branch(session, "岫云县第二支部").id
    host = ordering.placed(app, people)
    guest = ordering.placed(app, people, organisation_id=other, attendees=25)
    join(app, host, guest)
    return host, guest


def join(app: Flask, host: str, *numbers: str) -> None:
    with app.app_context(), unit_of_work() as session:
        guests.join(session, host=host, numbers=numbers, user_id=None, now=NOW)


def states(app: Flask, pair: tuple[str, str]) -> list[OrderState]:
    return [ordering.state(app, number) for number in pair]


def dispatch(app: Flask, people: Cast, number: str) -> None:
    with app.app_context(), unit_of_work() as session:
        ordering.dispatch(session, number, ask(people.chen))


def test_one_lecture_for_both_with_all_listeners(
    app: Flask, people: Cast, pair: tuple[str, str]
) -> None:
    host, guest = pair
    dispatch(app, people, host)
    assert states(app, pair) == [STATES.OFFERED, STATES.OFFERED]
    with app.app_context():
        lecture = ordering.look(host).lecture
        assert lecture is not None
        assert (lecture.attendees, "岫云县第二支部" in lecture.note) == (65, True)
        shared = ordering.look(guest).shared_lecture
        assert shared is not None
        assert shared.id == lecture.id
        assert ordering.look(guest).lecture_id is None
    ordering.answer(app, host, Command.CONFIRM)
    assert states(app, pair) == [STATES.FULFILLED, STATES.FULFILLED]


@pytest.mark.parametrize(
    ("command", "party", "expected"),
    [
        (Command.DECLINE, Party.INSTRUCTOR, [STATES.OPEN, STATES.OPEN]),
        (Command.WITHDRAW, Party.BRANCH, [STATES.OPEN, STATES.OPEN]),
    ],
)
def test_a_refusal_opens_both(
    app: Flask,
    people: Cast,
    pair: tuple[str, str],
    command: Command,
    party: Party,
    expected: list[OrderState],
) -> None:
    dispatch(app, people, pair[0])
    ordering.answer(app, pair[0], command, party)
    assert states(app, pair) == expected
    with app.app_context():
        assert ordering.look(pair[1]).merged_into_id is not None


@pytest.mark.parametrize(
    ("party", "host_state", "stays"),
    [(Party.INSTRUCTOR, STATES.OPEN, True), (Party.BRANCH, STATES.CANCELLED, False)],
)
def test_a_cancelled_lecture_leaves_the_guest_open(
    app: Flask,
    people: Cast,
    pair: tuple[str, str],
    party: Party,
    host_state: OrderState,
    stays: bool,
) -> None:
    dispatch(app, people, pair[0])
    ordering.answer(app, pair[0], Command.CONFIRM)
    ordering.answer(app, pair[0], Command.CANCEL, party)
    assert states(app, pair) == [host_state, STATES.OPEN]
    with app.app_context():
        assert (ordering.look(pair[1]).merged_into_id is not None) is stays


@pytest.mark.parametrize("ending", ["reject", "cancel", "recall"])
def test_a_guest_stands_alone_when_its_host_has_ended(
    app: Flask, people: Cast, pair: tuple[str, str], ending: str
) -> None:
    if ending == "recall":
        dispatch(app, people, pair[0])
    with app.app_context(), unit_of_work() as session:
        if ending == "reject":
            service.reject(session, number=pair[0], reason="不合适", user_id=None, now=NOW)
        elif ending == "cancel":
            service.cancel(session, number=pair[0], user_id=None, now=NOW)
        else:
            offers.recall(session, number=pair[0], user_id=None, now=NOW)
    with app.app_context():
        guest = ordering.look(pair[1])
        assert guest.state is STATES.OPEN
        assert (guest.merged_into_id is None) is (ending != "recall")


def test_a_guest_may_leave(app: Flask, people: Cast, pair: tuple[str, str]) -> None:
    dispatch(app, people, pair[0])
    ordering.answer(app, pair[0], Command.CONFIRM)
    with app.app_context(), unit_of_work() as session:
        service.cancel(session, number=pair[1], user_id=None, now=NOW)
    assert states(app, pair) == [STATES.FULFILLED, STATES.CANCELLED]


def test_a_guest_is_dispatched_with_its_host_only(
    app: Flask, people: Cast, pair: tuple[str, str]
) -> None:
    with pytest.raises(AlreadyJoined):
        dispatch(app, people, pair[1])
    with app.app_context(), unit_of_work() as session:
        guests.separate(session, number=pair[1], user_id=None, now=NOW)
    dispatch(app, people, pair[1])
    assert states(app, pair) == [STATES.OPEN, STATES.OFFERED]


def test_who_cannot_share(app: Flask, people: Cast, pair: tuple[str, str]) -> None:
    third = ordering.placed(app, people)
    elsewhere = ordering.placed(app, people, region_code=factories.OTHER_DISTRICT)
    later = ordering.placed(app, people, windows=(ordering.window(9),))
    for host, guest, refusal in (
        (third, pair[1], AlreadyJoined),
        (third, pair[0], AlreadyJoined),
        (pair[1], third, AlreadyJoined),
        (third, elsewhere, CannotJoin),
        (third, later, CannotJoin),
        (third, third, CannotJoin),
    ):
        with pytest.raises(refusal):
            join(app, host, guest)


def test_guests_expire_by_their_own_windows(
    app: Flask, people: Cast, pair: tuple[str, str]
) -> None:
    with app.app_context():
        pass_time(at(9, 9))
        assert ordering.look(pair[1]).merged_into_id is None
    assert states(app, pair) == [STATES.EXPIRED, STATES.EXPIRED]


def test_a_guest_reads_what_concerns_it_and_no_more(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        third = factories.make_branch(session, "岫云县第三支部").id
    remarks = {"remarks": "请从东门进。", "equipment": "有投影。"}
    host = ordering.placed(app, people, **remarks)
    own = ordering.placed(app, people, organisation_id=people.zhao.id, remarks="我们晚到。")
    other = ordering.placed(app, people, organisation_id=third, remarks="两人坐轮椅。")
    zhao = Client(app).language("en").sign_in(ZHAO)
    join(app, host, own, other)
    dispatch(app, people, host)
    with app.app_context():
        lecture = ordering.look(host).lecture
        assert lecture is not None
        number = lecture.number
    path = f"/lectures/{number}"
    assert f'href="{path}"' in zhao.get(f"/orders/{own}").text
    page = zhao.get(path)
    assert page.status_code == 200
    for shown in ("家庭急救常识", "9:00", "岫云县文化馆二楼", "陈明", "岫云县第一支部"):
        assert shown in page.text
    for hidden in ("东门", "投影", "晚到", "轮椅", "第三支部", "Withdraw", "History"):
        assert hidden not in page.text
    for command in ("withdraw", "undo", "cancel"):
        assert zhao.post(f"{path}/{command}", {"reason": "不去了。"}).status_code == 404
    assert zhao.get(f"{path}/move").status_code == 404
    ordering.answer(app, host, Command.CONFIRM)
    assert zhao.get(path).status_code == 200
    assert Client(app).sign_in(SUN).get(path).status_code == 200

    with app.app_context(), unit_of_work() as session:
        service.cancel(session, number=own, user_id=None, now=NOW)
    assert zhao.get(path).status_code == 404
    assert Client(app).sign_in(SUN).get(path).status_code == 404


def test_who_takes_no_part_finds_no_lecture(
    app: Flask, people: Cast, pair: tuple[str, str]
) -> None:
    dispatch(app, people, pair[0])
    with app.app_context():
        lecture = ordering.look(pair[0]).lecture
        assert lecture is not None
        path = f"/lectures/{lecture.number}"
    for email in (ZHAO, ZHOU, SUN):
        assert Client(app).sign_in(email).get(path).status_code == 404
