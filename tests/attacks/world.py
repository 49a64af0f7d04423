"""A province in which one region holds private data that outsiders may neither read nor change.

Chen (instructor), Li (branch) and Wang (coordinator) belong to 栖云市. All private texts there
contain `MARKER`. Zhou, Zhao and Sun have the same roles in 澄湖市; the stranger has no role.
"""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from booking.accounts import service as accounts
from booking.accounts.engine.roles import SYSTEM, Role
from booking.attendance import service as attendance
from booking.attendance.models import AttendanceEntry
from booking.availability import service as availability
from booking.availability.defaults.models import DefaultHours
from booking.contacts.consents import service as consents
from booking.contacts.consents.engine.questions import Question
from booking.contacts.engine.owners import Owner
from booking.contacts.requests import service as requests
from booking.contacts.requests.changes import Answering
from booking.contacts.requests.engine.lifecycle import ContactParty
from booking.contacts.threads import service as threads
from booking.contacts.threads.engine.events import ThreadSide
from booking.db import unit_of_work
from booking.entries.mergers import distinctions
from booking.entries.portraits import service as portraits
from booking.entries.reviews import service as entry_reviews
from booking.follow_ups import tasks as follow_ups
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Channel
from booking.knowledge_tests import service as knowledge_tests
from booking.lectures.attendees.service import Naming, name_attendee
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.models import Lecture
from booking.nominations.departures import service as departures
from booking.nominations.engine.lifecycle import NominationState
from booking.nominations.renewals import service as renewals
from booking.notifications.robots import service as robots
from booking.notifications.robots.engine.subjects import RobotSubject
from booking.orders import guests
from booking.orders.tasks import pass_time
from booking.replies.models import ReturnedAddress
from booking.visibility.engine.readers import Purpose
from tests import factories
from tests.availability.external_files import calendar, event
from tests.browser import Client
from tests.contacts import consenting, reaching
from tests.exports import ready_files
from tests.factories import CHEN, CITY, LI, SUN, WANG, ZHAO, ZHOU, Cast, at
from tests.follow_ups import asking
from tests.knowledge_tests import made
from tests.members import things as members
from tests.nominations import nominating
from tests.orders import ordering, planning
from tests.organisations import uploads
from tests.proposals import proposing
from tests.register.uploads import rows, sheet, upload

MARKER = "机密甲"
CONTACT = "private-contact@example.org"
STRANGER = "stranger@example.org"
INSIDERS = (CHEN, LI, WANG)
OUTSIDERS = (None, STRANGER, ZHAO, ZHOU, SUN)
"""Addresses of the attackers; None is an anonymous client."""

WEEK = {f"day{day}": "9-12" for day in range(7)}
TIMETABLE = WEEK | {
    "title": f"{MARKER}课表",
    "first": "2027-07-01",
    "last": "2027-08-31",
    "every_weeks": "2",
    "week_of": "2027-07-05",
    "replaces": "no",
}
HALF_DAYS = {"morning": "08:00-11:30", "afternoon": "14:00-17:00", "evening": "19:00-20:30"}


def browser(app: Flask, email: str | None) -> Client:
    """A client in English, signed in unless `email` is None."""
    client = Client(app).language("en")
    return client if email is None else client.sign_in(email)


def build(app: Flask, cast: Cast) -> dict[str, list[str]]:
    """Create one of every kind of object in 栖云市.

    Returns, by insider, the paths that no page links to: redirect targets of forms.
    """
    with app.app_context(), unit_of_work() as session:
        accounts.create_user(
            session,
            email=STRANGER,
            name="路人",
            password_hash=factories.password_hash(),
            now=factories.NOW,
        )
        contacts = ((Channel.PHONE, "12000000088"), (Channel.EMAIL, CONTACT))
        factories.make_instructor(session, "黄莺", contacts=contacts)
        factories.make_instructor(session, "黄莺", workplace="汀兰大学艺术学院（虚构）")
        one, other = (
            factories.make_instructor(session, "白鹭", workplace=place)
            for place in ("栖云市一中（虚构）", "栖云市二中（虚构）")
        )
        distinctions.note(session, one_id=one, other_id=other, actor=SYSTEM, now=factories.NOW)
    _lectures(app, cast)
    _orders(app, cast)
    _instructor(app, cast)
    drafts = [*_coordinator(app, cast), *_units(app, cast)]
    _members(app, cast)
    _entry(app, cast)
    _nominations(app, cast)
    _contacts(app, cast)
    for email, path in ((CHEN, f"instructor-{cast.chen.id}"), (LI, f"branch-{cast.li.id}")):
        assert browser(app, email).post("/feeds/new", {"calendar": path}).status_code < 400
    forms = [
        f"/people/invite?organisation_id={cast.li.id}",
        f"/people/{cast.li.user}/give?instructor_id={cast.chen.id}",
    ]
    return {WANG: [*drafts, *forms], CHEN: [], LI: []}


def _units(app: Flask, cast: Cast) -> list[str]:
    """A closed and an unused branch; returns the paths of an import preview and of a merger."""
    with app.app_context(), unit_of_work() as session:
        closed = factories.make_branch(session, f"{MARKER}支部")
        closed.closed_at, closed.closed_reason = factories.NOW, f"{MARKER}撤销"
        unused = factories.make_branch(session, f"{MARKER}第二支部")
        factories.make_branch(session, f"{MARKER}第四支部")
        merger = f"/organisations/{unused.id}/merge?into={closed.id}"
    wang = browser(app, WANG)
    return [uploads.organisations(wang, f"{MARKER}第三支部", region=factories.COUNTY), merger]


def _lectures(app: Flask, cast: Cast) -> None:
    private: dict[str, Any] = {"place": f"{MARKER}楼", "note": f"{MARKER}备注"}
    for hour in (9, 12, 15):
        number = factories.requested(app, cast, at(3, hour), **private)
        with app.app_context(), unit_of_work() as session:
            naming = Naming(cast.li.user, "zh_Hans_CN", factories.NOW, 9)
            for email in (CONTACT, f"second-{CONTACT}"):
                name_attendee(
                    session, number=number, name=f"{MARKER}听众", email=email, naming=naming
                )
    for hour in (9, 12, 15):
        factories.confirmed(app, cast, at(4, hour), **private)
    factories.requested(app, cast, at(23, 9), **private)  # on a day that Chen closes
    declined = factories.requested(app, cast, at(7, 9), **private)
    with app.app_context(), unit_of_work() as session:
        factories.move(session, declined, Command.DECLINE, Party.INSTRUCTOR, reason=f"{MARKER}缘由")
    ago = factories.NOW - timedelta(days=12)
    with app.app_context(), unit_of_work() as session:
        over = factories.request(session, cast, at(-7, 9), now=ago, **private).number
        factories.move(session, over, Command.CONFIRM, Party.INSTRUCTOR, now=ago)
    with app.app_context(), unit_of_work() as session:
        ended = factories.NOW - timedelta(days=5)
        factories.move(session, over, Command.DELIVER, Party.SYSTEM, now=ended)
    _knowledge_test(app, cast)
    with app.app_context(), unit_of_work() as session:
        session.add(
            ReturnedAddress(
                user_id=cast.chen.user,
                address=CHEN,
                since=factories.NOW,
                last_at=factories.NOW,
                status="5.1.1",
            )
        )
    _effects(app, cast, private)
    _listed(app)
    just = factories.requested(app, cast, at(8, 9), **private)
    assert browser(app, CHEN).post(f"/lectures/{just}/confirm").status_code == 303
    proposing.propose(app, factories.confirmed(app, cast, at(10, 9), **private), [at(10, 14)])
    asked = factories.confirmed(app, cast, at(11, 9), **private)
    proposing.propose(app, asked, [at(11, 14)], Party.INSTRUCTOR, place=f"{MARKER}新楼")
    mistake = factories.requested(app, cast, at(9, 9), **private)
    assert browser(app, LI).post(f"/lectures/{mistake}/withdraw").status_code == 303
    with app.app_context(), unit_of_work() as session:
        # Only the coordinator answers this one: neither instructor nor branch has an account.
        alone = factories.make_instructor(session, "孤鸿")
        factories.open_hours(session, alone)
        factories.request(
            session,
            cast,
            at(3, 9),
            instructor_id=alone,
            topic_id=instructors.topic_ids(session, alone)[0],
            organisation_id=factories.make_branch(session).id,
            **private,
        )


def _knowledge_test(app: Flask, cast: Cast) -> None:
    """Questions of a topic, and a lecture with a test of them."""
    ids = made.fill(app, cast)
    with app.app_context(), unit_of_work() as session:
        query = select(Lecture.number).where(Lecture.state == State.CONFIRMED)
        number = session.scalars(query.order_by(Lecture.starts_at.desc(), Lecture.id)).first() or ""
        knowledge_tests.prepare(session, number, ids)


WEEKS = timedelta(days=14)
"""For so long the count of a list can be taken over into the record."""


def _listed(app: Flask) -> None:
    """Names on the attendance list of a lecture, one of them struck out."""
    with app.app_context(), unit_of_work() as session:
        heard = Lecture.state.in_((State.CONFIRMED, State.DELIVERED))
        query = select(Lecture.number).where(heard, Lecture.ends_at > factories.NOW - WEEKS)
        number = session.scalars(query.order_by(Lecture.starts_at, Lecture.id)).first() or ""
        names = "\n".join(f"{MARKER}听众{one}" for one in "甲乙丙丁")
        keeping = attendance.Keeping(None, factories.NOW)
        attendance.add(session, number=number, pasted=names, keeping=keeping)
        entry = session.scalars(select(AttendanceEntry).order_by(AttendanceEntry.id)).first()
        assert entry is not None
        attendance.strike(session, number=number, entry_id=entry.id, keeping=keeping)


def _effects(app: Flask, cast: Cast, private: dict[str, Any]) -> None:
    """Two questions what a lecture has changed, one answered with a document."""
    answered = asking.delivered(app, cast, **private)
    asking.delivered(app, cast, at(-31, 13), **private)
    with app.app_context():
        assert follow_ups.ask(factories.NOW) == 2
    answer: dict[str, Any] = {
        "outcomes": asking.outcome_ids(app)[0],
        "text": f"{MARKER}整改",
        "document": (io.BytesIO(asking.PDF), f"{MARKER}.pdf", "application/pdf"),
    }
    page = f"/lectures/{answered}/effect/first"
    sent = browser(app, LI).post(page, answer, content_type="multipart/form-data")
    assert sent.status_code == 303


def _orders(app: Flask, cast: Cast) -> None:
    """One open with a claim, one offered, one in season plans; with private words of the branch.

    Of the plans one is ready, with each kind of row, and one waits.
    """
    private: dict[str, Any] = {"place": f"{MARKER}楼", "remarks": f"{MARKER}备注"}
    private |= {"equipment": f"{MARKER}设备", "region_code": factories.DISTRICT}
    number = ordering.published(app, cast, windows=(ordering.window(14),), **private)
    ordering.claimed(app, number, ordering.ask(cast.chen, at(14, 9)))
    ordering.published(app, cast, windows=(ordering.window(17),), **private)
    ask = ordering.ask(cast.chen, at(15, 9))
    ordering.dispatched(app, cast, ask, windows=(ordering.window(15),), **private)
    joined = [
        ordering.placed(app, cast, windows=(ordering.window(16),), **private) for _one in "ab"
    ]
    with app.app_context(), unit_of_work() as session:
        guests.join(
            session, host=joined[0], numbers=joined[1:], user_id=cast.wang, now=factories.NOW
        )
    waits = {"instructor_id": cast.chen.id, "windows": (ordering.window(18),)}
    ordering.placed(app, cast, **waits, **private)
    with app.app_context():
        pass_time(factories.NOW)
    season = [ordering.placed(app, cast, windows=(ordering.window(3),), **private) for _one in "ab"]
    planning.made_by_hand(app, cast, season)
    planning.stored(app, cast, season)


def _members(app: Flask, cast: Cast) -> None:
    """People, invitations and requests, and a request for somebody whom no mail reaches."""
    with app.app_context(), unit_of_work() as session:
        members.add(session, cast, name=f"{MARKER}人", now=factories.NOW)
        members.add(session, cast, name=f"{MARKER}乙", number=1, now=factories.NOW)
        members.suspended(session, cast, name=f"{MARKER}丙", now=factories.NOW)
        factories.make_instructor(session, "待邀人")
        unreached = factories.make_instructor(session, "无邮人")
        # Only then: nobody takes over a lecture of others.
        factories.open_hours(session, unreached, weekdays=(1,), start=14, end=16)
        user = accounts.create_user(session, phone="12000000398", name="无邮人", now=factories.NOW)
        accounts.add_membership(
            session, user=user, role=Role.INSTRUCTOR, instructor_id=unreached, now=factories.NOW
        )
        factories.request(
            session,
            cast,
            at(8, 14),
            instructor_id=unreached,
            topic_id=instructors.topic_ids(session, unreached)[0],
            place=f"{MARKER}楼",
        )


def _nominations(app: Flask, cast: Cast) -> None:
    """Nominations of Li's unit in each state in which something can be done, and an ending term."""
    private: dict[str, Any] = {
        "name": f"{MARKER}讲师",
        "introduction": f"{MARKER}介绍",
        "email": CONTACT,
    }
    states = (
        NominationState.SUBMITTED,
        NominationState.SUBMITTED,
        NominationState.RETURNED,
        NominationState.RETURNED,
        NominationState.TRIAL,
        NominationState.TRIAL,
        NominationState.TRIED,
        NominationState.TRIED,
    )
    for number, state in enumerate(states):
        values = private | {"workplace": f"单位{number}（虚构）"}
        nominating.brought_to(app, cast, state, **values)
    with app.app_context(), unit_of_work() as session:
        left = factories.make_instructor(session, "离")
        departures.leave(
            session,
            instructor_id=left,
            reason=f"{MARKER}调动",
            actor=SYSTEM,
            today=factories.NOW.date(),
            now=factories.NOW,
        )
        for days in (5, 6, 7):
            last = factories.NOW.date() + timedelta(days=days)
            term = availability.add_term(
                session,
                instructor_id=factories.make_instructor(session, f"期师{days}"),
                first=last - timedelta(days=300),
                last=last,
                certificate=f"{MARKER}{days}",
            )
            if days == 7:
                reason = f"{MARKER}退休"
                renewals.let_end(
                    session, term_id=term.id, reason=reason, actor=SYSTEM, now=factories.NOW
                )


def _contacts(app: Flask, cast: Cast) -> None:
    """Contacts, requests that wait and that are granted, and messages of Li and Chen."""
    with app.app_context(), unit_of_work() as session:
        for number, value in enumerate(("12000000077", "12000000078", CONTACT)):
            channel = Channel.EMAIL if "@" in value else Channel.PHONE
            if number:
                reaching.keep(session, Owner(instructor_id=cast.chen.id), channel, value)
            reaching.keep(session, Owner(user_id=cast.li.user), channel, value)
        for owner in (Owner(instructor_id=cast.chen.id), Owner(user_id=cast.li.user)):
            reaching.consent(session, owner, Channel.PHONE)
            reaching.consent(session, owner, Channel.EMAIL)
        for number in range(9):
            own = number in (0, 8)
            asker = cast.li.id if own else factories.make_branch(session, f"{MARKER}询{number}").id
            asking = requests.Asking(cast.chen.id, asker, f"{MARKER}事由")
            one = requests.ask(
                session,
                asking,
                user_id=cast.li.user,
                name=f"{MARKER}李",
                now=factories.NOW,
                limit=99,
            )
            if number in (0, 2, 3):
                requests.grant(
                    session,
                    one,
                    channels=[Channel.EMAIL],
                    until=factories.NOW + timedelta(days=9),
                    acting=Answering(ContactParty.PERSON, cast.chen.user, "陈明", factories.NOW),
                )
        sender = threads.Sender(cast.li.user, f"{MARKER}李", ThreadSide.BRANCH, 99)
        parts = threads.Parts("LX-000001", cast.chen.id, cast.li.id)
        threads.send(session, parts, text=f"{MARKER}留言", sender=sender, now=factories.NOW)


def _instructor(app: Flask, cast: Cast) -> None:
    chen = browser(app, CHEN)
    editor = f"/instructors/{cast.chen.id}/availability"
    away = {"kind": "closed", "first": "2026-12-16", "last": "2026-12-17", "note": f"{MARKER}出差"}
    address = {"address": "https://calendar.example.org/a.ics", "all_day": "busy", "label": MARKER}
    # An entry without an end: its day is unknown, and there is a form to open it.
    unread = calendar(event("DTSTART:20270601T090000", "DTEND:")).encode()
    file = {
        "upload-file": (io.BytesIO(unread), f"{MARKER}.ics", "text/calendar"),
        "upload-all_day": "busy",
    }
    sent = (
        chen.post(f"{editor}/timetables/new", TIMETABLE),
        chen.post(f"{editor}/overrides", away),
        chen.post(f"{editor}/calendars/address", address),
        chen.post(f"{editor}/calendars/upload", file, content_type="multipart/form-data"),
    )
    assert [answer.status_code for answer in sent] == [303] * len(sent)


def _entry(app: Flask, cast: Cast) -> None:
    """Chen's entry: a change of the past, a picture, a draft, and changes that wait for review."""
    chen, entry = cast.chen, f"/entries/{cast.chen.id}"
    client = browser(app, CHEN)
    topic = {"title": f"{MARKER}专题", "summary": f"{MARKER}内容", "minutes": "60", "draft": "1"}
    sent = [
        client.post(f"{entry}/introduction", {"text": "讲课多年。"}),
        client.post(f"{entry}/topics/new", topic),
    ]
    with app.app_context(), unit_of_work() as session:
        entry_reviews.review_region(session, CITY, reviews=True)
        portraits.set_portrait(
            session,
            entry=factories.editable(session, chen.id),
            image=b"a picture",
            actor=SYSTEM,
            now=factories.NOW,
        )
    sent += [
        client.post(f"{entry}/post", {"title": f"{MARKER}职称", "workplace": "汀兰大学（虚构）"}),
        client.post(f"{entry}/name", {"name": f"{MARKER}名"}),
    ]
    with app.app_context(), unit_of_work() as session:
        entry_reviews.review_region(session, CITY, reviews=False)
        # One consent is given, others can be; the question of the first sign-in is answered.
        instructors.add_contacts(
            session,
            entry=factories.editable(session, chen.id),
            contacts=((Channel.PHONE, "12000000089"),),
            now=factories.NOW,
        )
        consents.give(
            session,
            actor=consenting.who(chen),
            owner=Owner(instructor_id=chen.id),
            question=Question(Purpose.LECTURES, Channel.PHONE),
            now=factories.NOW,
        )
        consents.note_answered(session, user_id=chen.user, now=factories.NOW)
    assert [answer.status_code for answer in sent] == [303] * len(sent)


def _coordinator(app: Flask, cast: Cast) -> list[str]:
    """Create Wang's objects; returns the paths of an import preview and of a report."""
    with app.app_context(), unit_of_work() as session:
        session.add(DefaultHours(instructor_id=cast.chen.id, week=[], filled_at=factories.NOW))
        robots.add(
            session,
            region_code=CITY,
            name="值班群",
            address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdef",
            subjects=list(RobotSubject),
            secret="",
            now=factories.NOW,
        )
    wang = browser(app, WANG)
    person = f"/instructors/{cast.chen.id}"
    ends = (factories.NOW + timedelta(days=400)).date().isoformat()
    term = {"first": "2026-01-01", "last": ends, "certificate": f"{MARKER}字第1号"}
    pause = {"first": "2027-01-11", "last": "2027-01-12", "reason": f"{MARKER}休养"}
    sent = (
        wang.post(f"{person}/terms", term),
        wang.post(f"{person}/suspensions", pause),
        wang.post("/half-days", HALF_DAYS | {"region": CITY}),
    )
    assert [answer.status_code for answer in sent] == [303] * len(sent)
    # Who is imported is public, unlike who is in a preview.
    imported = ("安平", "男", "栖云市第一中学（虚构）", *[""] * 7)
    status, earlier, page = upload(wang, sheet([imported]))
    assert status == 303, page
    report = wang.post(earlier).location
    like = ("安平", "男", "栖云市第一中学教务处（虚构）", *[""] * 7)
    status, draft, page = upload(wang, sheet([like, *((MARKER, *row[1:]) for row in rows(2))]))
    assert status == 303, page
    file = ready_files.add(app, WANG, CITY, now=factories.NOW, name=f"{MARKER}.xlsx")
    return [draft, report, f"/exports/{file}"]
