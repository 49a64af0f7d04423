"""Fixtures: a running installation, Chromium, and browser contexts of signed-in users."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import clock
from booking.accounts.engine.roles import SYSTEM
from booking.accounts.models import Organisation
from booking.attendance import service as attendance
from booking.availability import service as availability
from booking.availability.engine.day_parts import DEFAULT_TEMPLATE
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import SlotRequest
from booking.availability.engine.timetables import Timetable, Validity
from booking.availability.engine.travel import Place
from booking.availability.engine.zones import local_date
from booking.contacts.models import UserContact
from booking.contacts.threads import service as threads
from booking.contacts.threads.engine.events import ThreadSide
from booking.db import db, unit_of_work
from booking.entries import service as entries
from booking.entries.engine.parts import EntryPart, Post, written
from booking.entries.mergers import distinctions
from booking.entries.reviews import service as entry_reviews
from booking.follow_ups.engine.due import FollowUpStage
from booking.follow_ups.models import FollowUp
from booking.follow_ups.outcomes.models import Outcome
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Channel, TopicState
from booking.instructors.fields import service as fields
from booking.instructors.models import Field, Topic
from booking.knowledge_tests import service as knowledge_tests
from booking.lectures.attendees.engine import leave_links
from booking.lectures.attendees.engine.leave_links import Leaving
from booking.lectures.attendees.service import Naming, name_attendee
from booking.lectures.engine import answer_links
from booking.lectures.engine.agreement import Approver, ProposalKind
from booking.lectures.engine.states import Command, Party
from booking.lectures.proposals import service as proposals
from booking.lectures.queries import by_number
from booking.lectures.schedules import queries as schedule_queries
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.service import open_link, token_of
from booking.nominations.engine import links
from booking.nominations.engine.lifecycle import NominationState
from booking.notifications.choices.engine import unsubscribe_links
from booking.notifications.choices.engine.unsubscribe_links import Unsubscribing
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.robots import service as robots
from booking.notifications.robots.engine.subjects import RobotSubject
from booking.orders import guests
from booking.orders import service as orders
from booking.orders import tasks as order_tasks
from booking.orders.claims import service as claims
from booking.orders.engine.windows import window_of
from booking.orders.offers import service as offers
from booking.orders.offers.candidates import free_times
from booking.orders.season import service as season
from booking.orders.season.engine.states import SeasonPlanState
from booking.orders.season.tasks import compute_waiting
from booking.recruiting import service as recruiting
from booking.recruiting.service import Recruiter
from booking.settings import service as settings
from tests import databases, factories
from tests.browser import Client
from tests.chromium.axe import Axe
from tests.chromium.server import Site, wait_for
from tests.chromium.visitors import Visitors
from tests.contacts import reaching
from tests.databases import SqliteTemplate
from tests.entries import keeping
from tests.exports import ready_files
from tests.factories import Cast
from tests.knowledge_tests import made
from tests.members import things as members
from tests.nominations import nominating
from tests.orders import ordering, planning
from tests.organisations import uploads
from tests.proposals import proposing
from tests.register.uploads import rows, sheet, upload

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

AHEAD = timedelta(days=30)
AGO = timedelta(days=12)
"""How long ago a lecture was booked that is over since: it was a few days later."""


NAMES = ("chromium-headless-shell", "chromium")
"""The shell draws pages as the browser does, without its windows: half the processor time."""


def chromium_path() -> str:
    """The browser's program; if it is missing, the test is skipped, or fails in CI."""
    usual = next(filter(None, map(shutil.which, NAMES)), "/usr/bin/chromium")
    found = os.environ.get("CHROMIUM") or usual
    if Path(found).exists():
        return found
    lack = f"there is no Chromium at {found}: install it, or name one in CHROMIUM"
    if os.environ.get("CI") == "true":
        pytest.fail(lack)
    pytest.skip(lack)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this session; if missing, tests are skipped, or fail in CI."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of the installation's lectures, by state."""

    requested: str
    confirmed: str
    declined: str
    cancelled: str


@dataclass(frozen=True, slots=True)
class Province:
    """A running installation with four lectures of Li and Chen."""

    site: Site
    cast: Cast
    numbers: Numbers
    things: Mapping[str, str]
    """What else pages are about, by what the paths of `sights` call it."""


@pytest.fixture(scope="session")
def site(
    chromium: Browser, sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A running installation with regions and days off, without users."""
    folder = tmp_path_factory.mktemp("site")
    running = Site(folder, sqlite_template.copy_to(folder))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Site]:
    """A running installation on a migrated database with nothing in it."""
    running = Site(tmp_path, f"sqlite:///{tmp_path}/empty.db")
    running.flask("db", "upgrade")
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def province(site: Site) -> Province:
    """The installation with the test users, a lecture in each of four states, and more things."""
    more = {"BASE_URL": site.base_url}
    with databases.running(site.database_url, site.folder, more) as app:
        cast = factories.invite(app)
        with app.app_context(), unit_of_work() as session:
            codes = {"text_service": "hook", "phone_codes": "yes"}
            settings.change_several(session, codes, now=clock.now())
            robots.add(
                session,
                region_code=factories.CITY,
                name="值班群",
                address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdef",
                subjects=list(RobotSubject),
                secret="",
                now=clock.now(),
            )
        with app.app_context():
            numbers = Numbers(
                requested=_lecture(cast),
                confirmed=_lecture(cast, (Command.CONFIRM, Party.INSTRUCTOR)),
                declined=_lecture(cast, (Command.DECLINE, Party.INSTRUCTOR)),
                cancelled=_lecture(
                    cast, (Command.CONFIRM, Party.INSTRUCTOR), (Command.CANCEL, Party.BRANCH)
                ),
            )
            things = _of_another() | _reviewed(cast)
            things["promised"] = _lecture(cast, (Command.CONFIRM, Party.INSTRUCTOR))
            things["tested"] = _lecture(cast, (Command.CONFIRM, Party.INSTRUCTOR))
            things["over"] = _lecture(cast, (Command.CONFIRM, Party.INSTRUCTOR), ago=AGO)
            things["asked"], things["hall"] = _asked(cast)
            things["heard"], things["listening"] = _just_over(cast)
            things["testing"], things["testing_plain"] = _begun(cast), _begun(cast)
            things |= _proposals(cast, int(things["another"]))
            things |= _entries()
        things |= _orders(app, cast)
        things |= _season(app, cast, things["order"])
        things |= _nominated(app, cast)
        things |= _contacts(app, cast)
        things |= _imports(Client(app).sign_in(factories.SUN))
        things |= _exports(app)
        things |= _lists(app, Client(app).sign_in(factories.ROOT))
        things |= _members(app, cast)
        things |= _knowledge_test(app, cast, things["tested"])
    return Province(site, cast, numbers, things)


def _knowledge_test(app: Flask, cast: factories.Cast, number: str) -> dict[str, str]:
    """A question of Chen's bank, and the token of an open test before a lecture."""
    ids = made.fill(app, cast)
    with app.app_context(), unit_of_work() as session:
        knowledge_tests.prepare(session, number, ids)
    token = made.opened(app, number, LinkPurpose.TEST_BEFORE, clock.now())
    return {"question": str(ids[0]), "test": token, "bank": str(cast.chen.topic)}


def _lists(app: Flask, root: Client) -> dict[str, str]:
    """A closed branch, two fields, and previews of lists with and without problems."""
    with app.app_context(), unit_of_work() as session:
        region = factories.OTHER_DISTRICT
        closed = factories.make_branch(session, "观屿区第九支部", region=region)
        closed.closed_at, closed.closed_reason = clock.now(), "已撤销。"
        known: dict[str, Any] = {"user_id": None, "now": clock.now(), "parent_id": None}
        one, other = (
            fields.add(session, name=name, name_en=english, **known).id
            for name, english in (("应急", "Emergencies"), ("法治", "Law"))
        )
        found = {"closed": closed.id, "field": one, "other_field": other}
    units = uploads.organisations(root, "观屿区第十支部", "", region=region)
    regions = uploads.regions(root, "990500,松浦市", "990121,岫云县")
    previews = {"units": units, "regions": regions}
    return {name: str(id_) for name, id_ in found.items()} | {
        name: path.rpartition("/")[2] for name, path in previews.items()
    }


def _reviewed(cast: Cast) -> dict[str, str]:
    """A request that waits for review and one that was returned; then review is off again."""
    found = {}
    for reviews in (True, False):
        with unit_of_work() as session:
            session.get_one(Organisation, cast.li.id).reviews = reviews
        if reviews:
            found["submitted"] = _lecture(cast)
            found["returned"] = _lecture(cast, (Command.RETURN, Party.BRANCH_COORDINATOR))
    return found


def _of_another() -> dict[str, str]:
    """Ids of an instructor whom no test changes, with a term, a suspension and a timetable."""
    far = date(2190, 7, 1)
    hours = Timetable("暑期", {0: [(540, 600)]}, Validity(far, far), replaces=False)
    with unit_of_work() as session:
        another = factories.make_instructor(session, "乔木", region=factories.OTHER_DISTRICT)
        term = availability.add_term(
            session, instructor_id=another, first=date(2020, 1, 1), last=date(2199, 12, 31)
        )
        suspension = availability.suspend(session, instructor_id=another, first=far, last=None)
        timetable = availability.save_timetable(session, instructor_id=another, timetable=hours)
        found = {
            "another": another,
            "term": term.id,
            "suspension": suspension.id,
            "timetable": timetable.id,
        }
    return {name: str(id_) for name, id_ in found.items()}


def _entries() -> dict[str, str]:
    """Ids of an entry with history and a change that waits, of its draft, and of its duplicate."""
    now = clock.now()
    with unit_of_work() as session:
        changed, twin, other = (
            factories.make_instructor(
                session, "曾小满", region=factories.OTHER_DISTRICT, workplace=workplace
            )
            for workplace in (
                "澄湖市图书馆（虚构）",
                "澄湖市图书馆少儿部（虚构）",
                "澄湖市博物馆（虚构）",
            )
        )
        entry = factories.editable(session, changed)
        known: dict[str, Any] = {"entry": entry, "actor": SYSTEM, "now": now}
        post = Post("研究馆员", entry.instructor.workplace)
        entries.change(session, part=EntryPart.POST, value=post, **known)
        draft = replace(keeping.FACTS, state=TopicState.DRAFT)
        topic, _outcome = entries.add_topic(session, facts=draft, **known)
        entry_reviews.ask(
            session,
            part=EntryPart.TOPIC,
            before=written(draft),
            after=written(replace(draft, state=TopicState.REVIEWED)),
            topic_id=topic.id,
            **known,
        )
        distinctions.note(session, one_id=changed, other_id=other, actor=SYSTEM, now=now)
        found = {"changed": changed, "twin": twin, "drafted": topic.id}
    return {name: str(id_) for name, id_ in found.items()}


def _orders(app: Flask, cast: Cast) -> dict[str, str]:
    """An order that Chen has claimed, and one that waits for Chen's answer, both on one day."""
    with app.app_context(), unit_of_work() as session:
        now = clock.now()
        start = _slots(cast, now)[-1][0]
        window = window_of(
            local_date(start, factories.ZONE), None, DEFAULT_TEMPLATE, factories.ZONE
        )
        need = replace(ordering.need(cast), windows=(window,), region_code=factories.DISTRICT)
        known: dict[str, Any] = {"user_id": None, "now": now}
        numbers = [
            orders.place(session, need=need, zone=factories.ZONE, **known).number for _one in "ab"
        ]
        orders.publish(session, number=numbers[0], open_to_claims=True, **known)
        ask = ordering.ask(cast.chen, start)
        claims.claim(session, number=numbers[0], ask=ask, zone=factories.ZONE, **known)
        offers.dispatch(session, number=numbers[1], asks=[ask], zone=factories.ZONE, **known)
        both = [need, replace(need, organisation_id=cast.zhao.id)]
        numbers += [
            orders.place(session, need=one, zone=factories.ZONE, **known).number for one in both
        ]
        waits = replace(need, instructor_id=cast.chen.id)
        numbers.append(orders.place(session, need=waits, zone=factories.ZONE, **known).number)
    shared = _shared(app, cast, numbers[2], numbers[3])
    with app.app_context():
        order_tasks.pass_time(clock.now())
    names = ("order", "offered", "host", "guest", "held")
    return dict(zip(names, numbers, strict=True)) | {"shared": shared}


def _shared(app: Flask, cast: Cast, host: str, guest: str) -> str:
    """The number of a lecture of Zhou's in which another branch takes part."""
    now = clock.now()
    with app.app_context(), unit_of_work() as session:
        guests.join(session, host=host, numbers=[guest], user_id=None, now=now)
        order = ordering.look(host)
        topic = session.get_one(Topic, cast.zhou.topic)
        times = free_times(session, order, topic, now=now, zone=factories.ZONE).within
        ask = ordering.ask(cast.zhou, times[0][0])
        offers.dispatch(
            session, number=host, asks=[ask], user_id=None, now=now, zone=factories.ZONE
        )
        assert order.lecture is not None
        return order.lecture.number


def _recruiting(app: Flask, cast: Cast) -> str:
    """A case of recruiting that has been asked for."""
    with app.app_context(), unit_of_work() as session:
        field = session.scalars(select(Field).order_by(Field.id).limit(1)).one_or_none()
        if field is None:
            field = Field(code="aid", name="急救")
            session.add(field)
            session.flush()
        case = recruiting.open_case(
            session,
            field_id=field.id,
            region_code=factories.COUNTY,
            recruiter=Recruiter(cast.wang, "王强", clock.now()),
        )
        return str(case.id)


def _nominated(app: Flask, cast: Cast) -> dict[str, str]:
    """Nominations that wait, were tried, and were returned; one by nobody with an account."""
    states = {
        "nomination": NominationState.SUBMITTED,
        "tried": NominationState.TRIED,
        "returned_nomination": NominationState.RETURNED,
    }
    found = {
        name: str(nominating.brought_to(app, cast, state, name=f"林{number}"))
        for number, (name, state) in zip("一二三", states.items(), strict=True)
    }
    by_nobody = nominating.nominated(app, name="林四")
    found["recruiting"] = _recruiting(app, cast)
    found["nomination_link"] = links.sign(by_nobody, app.config["SECRET_KEY"])
    with app.app_context(), unit_of_work() as session:
        last = clock.now().date() + timedelta(days=20)
        availability.add_term(
            session,
            instructor_id=factories.make_instructor(session, "松涛"),
            first=last - timedelta(days=600),
            last=last,
            certificate="PS-2024-0001",
        )
    return found


def _contacts(app: Flask, cast: Cast) -> dict[str, str]:
    """Contacts, a request that waits and one that is granted, and messages."""
    reaching.prepare(app, cast)
    now = clock.now()
    granted = reaching.granted(app, cast, until=now + timedelta(days=9), now=now)
    asked = reaching.asked(app, cast, now=now)
    with app.app_context(), unit_of_work() as session:
        sender = threads.Sender(cast.li.user, "李静", ThreadSide.BRANCH, 99)
        parts = threads.Parts(f"LX-{asked:06d}", cast.chen.id, cast.li.id)
        text = "请问会场有投影吗？"
        thread = threads.send(session, parts, text=text, sender=sender, now=now).id
        contact = session.scalars(select(UserContact.id)).one()
    return {
        "granted_request": str(granted),
        "asked_request": str(asked),
        "thread": str(thread),
        "contact": str(contact),
    }


def _season(app: Flask, cast: Cast, order: str) -> dict[str, str]:
    """A plan of Wang, computed here or by the worker: with an order, and one that nobody meets."""
    now = clock.now()
    with app.app_context():
        with unit_of_work() as session:
            window = window_of(
                local_date(now, factories.ZONE) + timedelta(days=20),
                None,
                DEFAULT_TEMPLATE,
                factories.ZONE,
            )
            need = replace(ordering.need(cast), windows=(window,), wish="量子引力")
            lacking = orders.place(session, need=need, user_id=None, now=now, zone=factories.ZONE)
            plan = season.store(
                session,
                who=planning.wang(cast),
                first=local_date(now, factories.ZONE),
                last=local_date(now + 2 * AHEAD, factories.ZONE),
                numbers=[order, lacking.number],
                now=now,
                zone=factories.ZONE,
            )
            plan_id = plan.id
        compute_waiting(now, planning.SHORT)
        wait_for(lambda: _is_ready(plan_id), "the season plan")
    return {"season": str(plan_id)}


def _is_ready(plan_id: int) -> bool:
    db.session.rollback()
    return planning.plan_of(plan_id).state is SeasonPlanState.READY


def _proposals(cast: Cast, teacher: int) -> dict[str, str]:
    """Numbers of Zhao's lectures: one to be moved, one to be taken over by Zhou, one as agreed.

    With the token of a link by which Zhao can answer the first.
    """
    now = clock.now()
    day = now.astimezone(factories.ZONE).date() + timedelta(days=35)
    start = datetime.combine(day - timedelta(days=day.weekday()), time(9), tzinfo=factories.ZONE)
    numbers = []
    with unit_of_work() as session:
        factories.open_hours(session, teacher)
        for days in range(3):
            lecture = factories.request(
                session,
                cast,
                start + timedelta(days=days),
                now=now,
                instructor_id=teacher,
                topic_id=instructors.topic_ids(session, teacher)[0],
                organisation_id=cast.zhao.id,
                region_code=factories.OTHER_DISTRICT,
            )
            factories.move(session, lecture.number, Command.CONFIRM, Party.INSTRUCTOR, now=now)
            numbers.append(lecture.number)
        token = _proposed(session, cast, numbers, now)
        naming = Naming(cast.zhao.user, "zh_Hans_CN", now, 5)
        named = name_attendee(
            session, number=numbers[0], name="何宁", email="named@example.org", naming=naming
        )
        leaving = Leaving(named.id, named.named_at)
    return {
        "moved": numbers[0],
        "handed": numbers[1],
        "agreed": numbers[2],
        "proposal": token,
        "leaving": leave_links.sign(leaving, databases.SECRET_KEY),
        "unsubscribing": unsubscribe_links.sign(
            Unsubscribing(cast.li.user, MessageKind.REMINDER), databases.SECRET_KEY
        ),
    }


def _proposed(session: Session, cast: Cast, numbers: list[str], now: datetime) -> str:
    first, second, _third = (proposing.found(number) for number in numbers)
    times = [proposing.wanted(first, first.starts_at + timedelta(hours=hours)) for hours in (3, 5)]
    whom = {"instructor_id": cast.zhou.id, "topic_id": cast.zhou.topic}
    instead = proposing.wanted(second, second.starts_at, **whom)
    acting = proposing.acting(Party.INSTRUCTOR, now=now)
    made = [
        proposals.propose(
            session, number=number, kind=kind, wanted=wanted, acting=acting, zone=factories.ZONE
        )
        for number, kind, wanted in (
            (numbers[0], ProposalKind.MOVE, times),
            (numbers[1], ProposalKind.REPLACEMENT, [instead]),
        )
    ]
    link = answer_links.ProposalAnswer(
        made[0].id, Approver.BRANCH, cast.zhao.user, made[0].reply_due_at
    )
    return answer_links.sign_proposal(link, databases.SECRET_KEY)


def _imports(coordinator: Client) -> dict[str, str]:
    """The keys of a report and of a preview; one person is added."""
    keys = []
    for _again in range(2):
        data = sheet(rows(1, "澄湖市"))
        status, path, page = upload(coordinator, data, region=factories.OTHER_CITY)
        assert status == 303, page
        keys.append(path.rpartition("/")[2])
        if len(keys) == 1:
            assert coordinator.post(path).status_code == 303
    return {"report": keys[0], "draft": keys[1]}


def _exports(app: Flask) -> dict[str, str]:
    """The key of a file that is ready; the page of one that is not reloads itself."""
    key = ready_files.add(app, factories.SUN, factories.OTHER_CITY, now=clock.now())
    return {"made": key}


def _members(app: Flask, cast: Cast) -> dict[str, str]:
    """Somebody with an account, a request to join, and the tokens of secret links."""
    with app.app_context(), unit_of_work() as session:
        factories.make_instructor(session, "待邀人", contacts=((Channel.PHONE, "12000000056"),))
        instructors.add_contacts(
            session,
            entry=factories.editable(session, cast.chen.id),
            contacts=((Channel.PHONE, "12000000057"), (Channel.EMAIL, "mingchen@example.org")),
            now=clock.now(),
        )
        added = members.add(session, cast, now=clock.now())
    return {
        "person": str(added.user),
        "join_request": str(added.request),
        "invitation": added.invitation_token,
        "joined": added.joined_token,
        "reset": added.reset_token,
    }


def _lecture(cast: Cast, *moves: tuple[Command, Party], ago: timedelta = timedelta()) -> str:
    """Create a lecture at the first free slot from the real date, apply `moves`; its number.

    `ago` is how long ago all this happened.
    """
    now = clock.now() - ago
    with unit_of_work() as session:
        number = factories.request(session, cast, _slots(cast, now)[0][0], now=now).number
        for command, party in moves:
            factories.move(session, number, command, party, now=now)
    return number


def _asked(cast: Cast) -> tuple[str, str]:
    """The number of a delivered lecture about which the branch has answered, with a list.

    And the token of the code by which listeners come on the list.
    """
    now = clock.now()
    number = _lecture(cast, (Command.CONFIRM, Party.INSTRUCTOR), ago=timedelta(days=60))
    with unit_of_work() as session:
        factories.move(session, number, Command.DELIVER, Party.BRANCH, now=now - timedelta(days=40))
        asked = FollowUp(
            lecture_id=by_number(session, number).id,
            stage=FollowUpStage.FIRST,
            days=30,
            asked_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=29),
            answered_at=now,
            text="每层楼放置了急救箱，并组织了一次演练。",
        )
        asked.outcomes = list(session.scalars(select(Outcome).order_by(Outcome.id).limit(2)))
        session.add(asked)
        keeping = attendance.Keeping(cast.li.user, now)
        attendance.add(session, number=number, pasted="何宁\n林森\n白鹭", keeping=keeping)
        link = open_link(
            session,
            asked.lecture_id,
            LinkPurpose.ATTENDANCE,
            closes_at=now + timedelta(days=1),
            now=now,
        )
    return number, token_of(link)


def _just_over(cast: Cast) -> tuple[str, str]:
    """The number of a lecture that is over since two days, and the token for its listeners."""
    now = clock.now()
    number = _lecture(cast, (Command.CONFIRM, Party.INSTRUCTOR), ago=timedelta(days=90))
    with unit_of_work() as session:
        lecture = factories.move(session, number, Command.DELIVER, Party.BRANCH, now=now)
        lecture.starts_at = now - timedelta(days=2, hours=2)
        lecture.ends_at = now - timedelta(days=2)
        link = open_link(
            session,
            lecture.id,
            LinkPurpose.EVALUATION,
            closes_at=now + timedelta(days=5),
            now=now,
        )
    return number, token_of(link)


def _begun(cast: Cast) -> str:
    """The number of a confirmed lecture that has begun five minutes ago."""
    now = clock.now()
    number = _lecture(cast, (Command.CONFIRM, Party.INSTRUCTOR), ago=timedelta(days=120))
    with unit_of_work() as session:
        lecture = by_number(session, number)
        lecture.starts_at = now - timedelta(minutes=5)
        lecture.ends_at = now + timedelta(minutes=55)
    return number


def _slots(cast: Cast, now: datetime) -> list[Interval]:
    """Chen's free slots of a month, as at `now`."""
    today = now.astimezone(factories.ZONE).date()
    return schedule_queries.bookable_slots(
        db.session(),
        [cast.chen.id],
        slot_request=SlotRequest(120, Place(factories.COUNTY)),
        first=today,
        last=today + AHEAD,
        now=now,
        zone=factories.ZONE,
    )[cast.chen.id]


@pytest.fixture(scope="session")
def visitors(chromium: Browser, site: Site) -> Visitors:
    """Opens browser windows, signed in or anonymous."""
    return Visitors(chromium, site.base_url)


@pytest.fixture(scope="session")
def axe() -> Axe:
    """The judge of accessibility."""
    return Axe()


class Pictures:
    """Takes screenshots into the folder PICTURES if it is set, as each takes time."""

    def __init__(self, folder: Path) -> None:
        self._wanted = bool(os.environ.get("PICTURES"))
        self._folder = Path(os.environ["PICTURES"]) if self._wanted else folder

    def take(self, page: Page, name: str) -> None:
        """Save a screenshot of the whole page."""
        if self._wanted:
            page.screenshot(path=self._folder / f"{name}.png", full_page=True)


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Pictures:
    """Screenshots, saved in a temporary folder of pytest."""
    return Pictures(tmp_path_factory.mktemp("pictures"))
