"""A province that grows: the n-th of each kind of thing that pages list.

The people of the cast own them: Chen the lectures, hours and topics, Li and Chen further units and
feeds, Wang regions; everybody has further sign-ins.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.accounts import service as accounts
from booking.accounts.engine.roles import SYSTEM, Role
from booking.accounts.engine.user_agents import Browser, System
from booking.accounts.models import Organisation, Passkey, SignIn, User
from booking.administration.operations.models import Backup, BackupState, JobFailure, JobState
from booking.administration.texts import service as texts
from booking.administration.texts.engine.pages import TextPage
from booking.attendance.models import AttendanceEntry
from booking.availability import service as availability
from booking.availability.engine.day_parts import SlotTemplate
from booking.availability.engine.hours import OverrideKind
from booking.availability.engine.timetables import Timetable, Validity
from booking.availability.external import service as external
from booking.availability.external.engine.calendar import MOST_CALENDARS, BusyTimes
from booking.calendars.feeds.engine.kinds import Whose, of_branch, of_instructor
from booking.calendars.feeds.models import Feed
from booking.contacts.engine.owners import Owner
from booking.contacts.engine.reveals import Through
from booking.contacts.models import Reveal
from booking.contacts.requests import service as requests
from booking.contacts.threads import service as threads
from booking.contacts.threads.engine.events import ThreadSide
from booking.db import db, unit_of_work
from booking.dossiers.service_certificates.models import ServiceCertificate
from booking.entries import service as entries
from booking.entries.engine.parts import EntryPart, written
from booking.entries.portraits import service as portraits
from booking.entries.reviews import service as entry_reviews
from booking.evaluations.models import EvaluationConsent, EvaluationSet, ListenerEvaluation
from booking.follow_ups.documents.engine.kinds import DocumentKind
from booking.follow_ups.documents.models import FollowUpDocument
from booking.follow_ups.engine.due import FollowUpStage
from booking.follow_ups.models import FollowUp
from booking.follow_ups.outcomes.models import Outcome
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Audience, Channel, Format, TopicState
from booking.instructors.fields import service as fields
from booking.instructors.models import Field, Instructor
from booking.instructors.service import InstructorFacts, TopicFacts
from booking.instructors.synonyms import service as synonyms
from booking.knowledge_tests.engine.questions import QuestionKind
from booking.knowledge_tests.models import (
    AskedQuestion,
    BankQuestion,
    GivenAnswer,
    KnowledgeTest,
)
from booking.knowledge_tests.queries import PURPOSES
from booking.lectures.engine.agreement import ProposalKind
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.models import Lecture
from booking.lectures.proposals import service as proposals
from booking.lectures.records.models import LectureOutcome, LectureRecord
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.models import ListenerLink
from booking.nominations.engine.lifecycle import NominationState
from booking.nominations.models import Departure
from booking.notifications.models import Delivery
from booking.notifications.robots.engine.addresses import OFFICIAL, RobotProvider
from booking.notifications.robots.models import ROBOT, Robot
from booking.notifications.transmission.delivery import deliver, mail_folder
from booking.orders import service as orders
from booking.orders.claims import service as claims
from booking.orders.engine.lifecycle import OrderState
from booking.orders.models import Order
from booking.orders.waiting_list import queries as waiting
from booking.orders.waiting_list import service as waiting_list
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.contacts import reaching
from tests.databases import REGIONS
from tests.entries.keeping import FACTS
from tests.factories import NOW, ZONE, Cast
from tests.follow_ups.asking import PDF
from tests.members import things as members
from tests.nominations import nominating
from tests.orders import ordering, planning
from tests.proposals import proposing
from tests.recruiting import needing

HOURS = (9, 12, 15)
COMMANDS = (None, Command.CONFIRM, Command.DECLINE)
PLACES = (factories.COUNTY, factories.DISTRICT, factories.CITY)
NEW_YEAR = date(2027, 1, 1)
FAR = date(2027, 7, 1)


def grow(app: Flask, cast: Cast, numbers: range) -> None:
    """Add the things of these numbers, and as many mails."""
    with app.app_context():
        for number in numbers:
            with unit_of_work() as session:
                for kind in KINDS:
                    kind(session, cast, number)
        _season_plan(app, cast)
        if 0 in numbers:
            deliver(NOW)
        # The others are copies, as writing them takes longer than all the rest.
        first, *_more = sorted(mail_folder().glob("*.eml"))
        for number in numbers:
            shutil.copy(first, mail_folder() / f"{1000 + number:08d}.eml")


def _workday(number: int) -> date:
    """The n-th workday from the first that can be booked, without the first days of the year."""
    first = NOW.astimezone(ZONE).date() + timedelta(days=3)
    days = (first + timedelta(days=later) for later in range(80))
    return [day for day in days if day.weekday() < 5 and abs((day - NEW_YEAR).days) > 3][number]


def _lectures(session: Session, cast: Cast, number: int) -> None:
    """Lectures of Chen for Li and for a further branch, and of somebody else for Li.

    On the first day one waits, one is confirmed and one declined; then one of these, by turns.
    """
    li = session.get_one(Organisation, cast.li.id)
    li.open_limit = li.daily_limit = 1000
    branch = session.scalars(select(Organisation.id).order_by(Organisation.id.desc())).first()
    teacher = session.scalars(select(Instructor).order_by(Instructor.id.desc())).first()
    assert teacher is not None
    day, turn = _workday(number), number % 3
    for one in range(3) if number == 0 else [turn]:
        start = datetime(day.year, day.month, day.day, HOURS[one], tzinfo=ZONE)
        unit = branch if number % 2 else li.id
        place = {"region_code": PLACES[turn], "organisation_id": unit}
        _lecture(session, cast, start, COMMANDS[one], **place)
    topic = instructors.topic_ids(session, teacher.id)[0]
    start = datetime(day.year, day.month, day.day, 9, tzinfo=ZONE)
    _lecture(session, cast, start, COMMANDS[turn], instructor_id=teacher.id, topic_id=topic)


def _texts(session: Session, _cast: Cast, number: int) -> None:
    """Versions of a text page."""
    texts.write(session, TextPage.PRIVACY, "en", f"Version {number}.", now=NOW)


def _reviewed(session: Session, cast: Cast, number: int) -> None:
    """A request of Li that waits for review, or was returned, and a lecture that lacks a record."""
    teacher = session.scalars(select(Instructor).order_by(Instructor.id.desc())).first()
    assert teacher is not None
    li, day = session.get_one(Organisation, cast.li.id), _workday(number)
    topic: dict[str, Any] = {
        "instructor_id": teacher.id,
        "topic_id": instructors.topic_ids(session, teacher.id)[0],
    }
    li.reviews = True
    start = datetime(day.year, day.month, day.day, 15, tzinfo=ZONE)
    lecture = factories.request(session, cast, start, **topic)
    if number % 2:
        factories.move(session, lecture.number, Command.RETURN, Party.BRANCH_COORDINATOR)
    li.reviews = False
    session.flush()
    past = start - timedelta(days=140)
    if past.weekday() < 5:
        before = past - timedelta(days=20)
        over = factories.request(session, cast, past, now=before)
        factories.move(session, over.number, Command.CONFIRM, Party.INSTRUCTOR, now=before)


def _lecture(
    session: Session, cast: Cast, start: datetime, command: Command | None, **more: Any
) -> None:
    lecture = factories.request(session, cast, start, **more)
    if command:
        factories.move(session, lecture.number, command, Party.INSTRUCTOR)


def _orders(session: Session, cast: Cast, number: int) -> None:
    """An order of Li with windows, a claim of Chen and a guest; it lies a year's end ahead."""
    li = session.get_one(Organisation, cast.li.id)
    li.quarter_limit = 1000
    order = ordering.place(
        session,
        cast,
        region_code=factories.DISTRICT,
        windows=tuple(ordering.window(64 + 7 * later) for later in range(3)),
        accepts_another_time=True,
    )
    publishing: dict[str, Any] = {"number": order.number, "user_id": None, "now": NOW}
    orders.publish(session, open_to_claims=True, **publishing)
    start = order.windows[0].starts_at + timedelta(hours=1)
    claims.claim(
        session,
        number=order.number,
        ask=ordering.ask(cast.chen, start),
        user_id=None,
        now=NOW,
        zone=ZONE,
    )
    _held_time(session, cast)


def _held_time(session: Session, cast: Cast) -> None:
    """An order of Li that waits for Chen, with a time that is held."""
    windows = tuple(ordering.window(64 + later) for later in (1, 8, 15))
    ordering.place(
        session,
        cast,
        region_code=factories.DISTRICT,
        windows=windows,
        instructor_id=cast.chen.id,
    )
    for freed in waiting.due(session, now=NOW, zone=ZONE):
        waiting_list.serve(session, freed, now=NOW, zone=ZONE)


def _season_plan(app: Flask, cast: Cast) -> None:
    """A plan of Wang with all open orders."""
    with app.app_context():
        query = select(Order.number).where(Order.state == OrderState.OPEN).order_by(Order.id)
        numbers = db.session.scalars(query).all()
    planning.made_by_hand(app, cast, numbers, last=planning.TODAY + timedelta(days=120))


def _proposals(session: Session, cast: Cast, number: int) -> None:
    """Two confirmed lectures of Chen for Li, each side having proposed to move one of them."""
    day, topic = _workday(number), instructors.topic_ids(session, cast.chen.id)[1]
    for minute, party in ((17 * 60, Party.BRANCH), (18 * 60 + 30, Party.INSTRUCTOR)):
        start = datetime(day.year, day.month, day.day, *divmod(minute, 60), tzinfo=ZONE)
        lecture = factories.request(
            session, cast, start, topic_id=topic, format=Format.ONLINE, now=NOW
        )
        factories.move(session, lecture.number, Command.CONFIRM, Party.INSTRUCTOR)
        later = proposing.wanted(lecture, start + timedelta(minutes=30))
        proposals.propose(
            session,
            number=lecture.number,
            kind=ProposalKind.MOVE,
            wanted=[later],
            acting=proposing.acting(party),
            zone=ZONE,
        )


def _exception(session: Session, cast: Cast, number: int) -> None:
    """Closes the time of a promised lecture."""
    availability.add_override(
        session,
        instructor_id=cast.chen.id,
        kind=OverrideKind.CLOSED,
        first=_workday(number),
        last=_workday(number),
        start_minute=16 * 60,
        end_minute=17 * 60,
        note=f"会议{number}",
    )


def _timetable(session: Session, cast: Cast, number: int) -> None:
    day = FAR + timedelta(days=7 * number)
    timetable = Timetable(
        f"课表{number}", {number % 7: [(540, 600)]}, Validity(day, day), replaces=False
    )
    availability.save_timetable(session, instructor_id=cast.chen.id, timetable=timetable)


def _calendar(session: Session, cast: Cast, number: int) -> None:
    if number >= MOST_CALENDARS:
        return
    start = NOW + timedelta(days=60, hours=number)
    external.add_upload(
        session,
        instructor_id=cast.chen.id,
        busy=BusyTimes([(start, start + timedelta(minutes=30))], NOW + timedelta(days=400)),
        label=f"日历{number}",
        all_day_busy=True,
        now=NOW,
    )


def _terms(session: Session, cast: Cast, number: int) -> None:
    year = 2026 + 2 * number
    availability.add_term(
        session,
        instructor_id=cast.chen.id,
        first=date(year, 1, 1),
        last=date(year + 1, 12, 31),
        certificate=f"聘字第{number}号",
    )
    day = FAR + timedelta(days=number)
    availability.suspend(session, instructor_id=cast.chen.id, first=day, last=day, reason="休养")


def _nominations(session: Session, cast: Cast, number: int) -> None:
    """Nominations of Li's unit that wait; of each kind of the other lists one; an ending term."""
    for state in (None, NominationState.RETURNED, NominationState.REJECTED):
        one = nominating.submit(session, nominating.by_unit(cast), name=f"林{number}{state or ''}")
        if state is not None:
            nominating.bring(session, one, state, cast)
    if number == 0:
        own = nominating.submit(session, nominating.BY_NOBODY, name="自荐")
        nominating.bring(session, own, NominationState.RETURNED, cast)
    last = NOW.date() + timedelta(days=10 + number)
    newest = session.scalar(select(func.max(Instructor.id)))
    availability.add_term(
        session, instructor_id=newest or 0, first=last - timedelta(days=300), last=last
    )
    session.add(
        Departure(
            instructor_id=cast.chen.id,
            left_on=last,
            reason="调动",
            recorded_at=NOW,
            returned_at=NOW,
        )
    )


def _contacts(session: Session, cast: Cast, number: int) -> None:
    """A request for Chen's contact by a further branch and one that is over; a thread of Li."""
    if number == 0:
        reaching.keep(session, Owner(user_id=cast.li.user), Channel.PHONE, "12000005500")
        reaching.keep(session, Owner(instructor_id=cast.chen.id), Channel.PHONE, "12000005501")
    newest = session.scalar(select(func.max(Instructor.id))) or 0
    for instructor_id in (cast.chen.id, newest):
        unit = cast.li.id if instructor_id == newest else _unit(session, number)
        asking = requests.Asking(instructor_id, unit, f"核对{number}")
        requests.ask(session, asking, user_id=cast.li.user, name="李静", now=NOW, limit=9999)
    sender = threads.Sender(cast.chen.user, "陈明", ThreadSide.INSTRUCTOR, 9999)
    parts = threads.Parts(f"YK-{number}", cast.chen.id, cast.li.id)
    # Opening what was read already writes nothing.
    threads.send(session, parts, text="您好", sender=sender, now=NOW).branch_read_at = NOW
    session.add_all(
        Reveal(
            instructor_id=instructor_id,
            user_id=user_id,
            channel=Channel.PHONE,
            hint="120****5501",
            reader_id=cast.wang,
            reader_name="王强",
            reader_unit="",
            through=Through.CASE,
            reason=f"核对{number}",
            shown_at=NOW,
        )
        for instructor_id, user_id in ((cast.chen.id, None), (None, cast.li.user))
    )


def _unit(session: Session, number: int) -> int:
    return factories.make_branch(session, f"联系支部{number}").id


def _effects(session: Session, cast: Cast, number: int) -> None:
    """A delivered lecture of Chen about which Li's branch was asked; answered by turns."""
    day = _workday(number) - timedelta(days=140)
    start = datetime(day.year, day.month, day.day, 18, tzinfo=ZONE)
    before = start - timedelta(days=20)
    lecture = factories.request(session, cast, start, now=before)
    factories.move(session, lecture.number, Command.CONFIRM, Party.INSTRUCTOR, now=before)
    over = start + timedelta(hours=3)
    factories.move(session, lecture.number, Command.DELIVER, Party.BRANCH, now=over)
    first = session.scalar(select(func.min(Lecture.id)).where(Lecture.state == State.CONFIRMED))
    session.add(AttendanceEntry(lecture_id=first, name=f"听众{number}", added_at=NOW))
    for stage in FollowUpStage:
        asked = FollowUp(
            lecture_id=lecture.id,
            stage=stage,
            days=30,
            asked_at=NOW - timedelta(days=1),
            closes_at=NOW + timedelta(days=20),
        )
        if stage is FollowUpStage.FIRST:
            asked.answered_at, asked.text = NOW, f"已整改{number}"
            asked.outcomes = list(session.scalars(select(Outcome).order_by(Outcome.id).limit(2)))
        session.add(asked)
        session.flush()
        if stage is FollowUpStage.FIRST:
            session.add(
                FollowUpDocument(
                    follow_up_id=asked.id,
                    filename="整改.pdf",
                    kind=DocumentKind.PDF,
                    size=len(PDF),
                    stored_at=NOW,
                    content=PDF,
                )
            )
    session.add(Outcome(name=f"成效{number}", name_en=f"Outcome {number}", position=10 + number))


def _papers(session: Session, cast: Cast, number: int) -> None:
    """The record of the lecture that took place last, and a certificate of service of Chen."""
    newest = select(func.max(Lecture.id)).where(Lecture.state == State.DELIVERED)
    lecture = session.get_one(Lecture, session.scalar(newest))
    session.add_all(
        (
            LectureRecord(
                lecture_id=lecture.id,
                outcome=LectureOutcome.HELD,
                started_at=lecture.starts_at,
                ended_at=lecture.ends_at,
                listeners=40 + number,
                credit_hours=Decimal(2),
                party=Party.BRANCH,
                filed_at=NOW,
            ),
            ServiceCertificate(
                number=f"SK-2026-{number:04}",
                code=f"{number:010}",
                instructor_id=cast.chen.id,
                year=2026 - number,
                lectures=1 + number,
                credit_hours=Decimal(2),
                issued_at=NOW,
            ),
        )
    )


def _tests(session: Session, cast: Cast, number: int) -> None:
    """A question of Chen's topic, asked before the first confirmed lecture, and a device's answer.

    A branch asks ten at most: what a page needs to know of each does not depend on that.
    """
    lecture_id = _first_confirmed(session)
    if number == 0:
        session.add(KnowledgeTest(lecture_id=lecture_id))
        for purpose in PURPOSES:
            _link(session, lecture_id, purpose)
    test = session.scalars(
        select(KnowledgeTest).where(KnowledgeTest.lecture_id == lecture_id)
    ).one()
    question = BankQuestion(
        topic_id=cast.chen.topic,
        position=1 + number,
        kind=QuestionKind.SINGLE,
        text=f"第{number}题",
        choices=["甲", "乙"],
        right=1,
        explanation="",
        replaced=False,
    )
    gone = replace(question.facts, text=f"旧题{number}")
    session.add(question)
    session.add(
        BankQuestion(
            topic_id=cast.chen.topic,
            position=1000 + number,
            kind=gone.kind,
            text=gone.text,
            choices=list(gone.choices),
            right=gone.right,
            explanation="",
            replaced=True,
            retired_at=NOW,
        )
    )
    session.flush()
    test.asked.append(AskedQuestion(question_id=question.id, position=1 + number))
    test.before_count = test.after_count = test.both_count = 1 + number
    links = select(ListenerLink).where(ListenerLink.lecture_id == lecture_id)
    for link in session.scalars(links.where(ListenerLink.purpose.in_(PURPOSES))):
        key = f"{number:064x}"
        session.add(
            GivenAnswer(
                test_id=test.id,
                link_id=link.id,
                purpose=link.purpose,
                device_key=key,
                pair_key=key,
                given=[1],
                answered_at=NOW,
            )
        )


def _listeners(session: Session, cast: Cast, number: int) -> None:
    """What a listener says of a lecture of last Friday, and one more version of the questions."""
    if number == 0:
        start = factories.at(-3, 18)
        before = start - timedelta(days=20)
        lecture = factories.request(session, cast, start, now=before)
        factories.move(session, lecture.number, Command.CONFIRM, Party.INSTRUCTOR, now=before)
        over = lecture.ends_at + timedelta(hours=1)
        factories.move(session, lecture.number, Command.DELIVER, Party.BRANCH, now=over)
        _link(session, lecture.id, LinkPurpose.EVALUATION)
        session.add(EvaluationConsent(instructor_id=cast.chen.id, given_at=NOW))
    link = session.scalars(
        select(ListenerLink).where(ListenerLink.purpose == LinkPurpose.EVALUATION)
    ).one()
    first = session.scalars(select(EvaluationSet).order_by(EvaluationSet.id).limit(1)).one()
    session.add(EvaluationSet(questions=first.questions, began_at=NOW))
    scores = {"content": 4, "method": 4, "usefulness": 4}
    session.add(
        ListenerEvaluation(
            lecture_id=link.lecture_id,
            link_id=link.id,
            device_key=f"{number:064x}",
            set_id=first.id,
            **scores,
            again=True,
            text=f"很好{number}",
        )
    )


def _link(session: Session, lecture_id: int, purpose: LinkPurpose) -> None:
    session.add(
        ListenerLink(
            lecture_id=lecture_id,
            purpose=purpose,
            nonce=purpose.value,
            opened_at=NOW,
            closes_at=NOW + timedelta(days=9),
        )
    )
    session.flush()


def _first_confirmed(session: Session) -> int:
    """The confirmed lecture with the smallest number."""
    query = select(Lecture.id).where(Lecture.state == State.CONFIRMED).order_by(Lecture.number)
    return session.scalars(query.limit(1)).one()


def _operations(session: Session, cast: Cast, number: int) -> None:
    """Mail, events and jobs that failed, and backups whose files are gone."""
    session.add_all(
        (
            Delivery(
                id=100_000 - number,  # Nobody else has these.
                recipient=f"gone{number}@example.org",
                subject="讲课",
                created_at=NOW,
                attempts=7,
                last_error="SMTPRecipientsRefused",
                user_id=cast.li.user if number % 2 else None,
            ),
            Robot(
                region_code=factories.CITY,
                name=f"值班群{number}",
                provider=RobotProvider.WECOM,
                origin=OFFICIAL[RobotProvider.WECOM],
                token="x",
                subjects=["order"],
                created_at=NOW,
                recent=[],
            ),
            Delivery(
                channel=ROBOT,
                recipient=f"{ROBOT}:1",
                subject="约课：测试消息",
                created_at=NOW,
                next_try_at=NOW,
                message=b"x",
            ),
            OutboxEvent(
                kind=f"tests.unknown{number}",
                payload={},
                version=1,
                recorded_at=NOW,
                attempts=20,
                last_error="no handler",
            ),
            JobState(name=f"tests.job{number}", started_at=NOW, milliseconds=20, failures=1),
            JobFailure(name="notifications.deliver", at=NOW, milliseconds=20, error="ValueError"),
            Backup(state=BackupState.REMOVED, asked_at=NOW, finished_at=NOW, bytes=1),
        )
    )


def _topic(session: Session, cast: Cast, number: int) -> None:
    entry = factories.editable(session, cast.chen.id)
    instructors.add_topic(session, entry=entry, facts=_facts(session, f"防溺水{number}"))


def _entry(session: Session, cast: Cast, number: int) -> None:
    """Changes of Chen's entry: one more that waits, one more of the past; and a duplicate."""
    entry = factories.editable(session, cast.chen.id)
    facts = replace(FACTS, title=f"禁毒{number}", state=TopicState.DRAFT)
    topic, _outcome = entries.add_topic(session, entry=entry, facts=facts, actor=SYSTEM, now=NOW)
    entry_reviews.ask(
        session,
        entry=entry,
        part=EntryPart.TOPIC,
        before=written(facts),
        after=written(replace(facts, state=TopicState.REVIEWED)),
        actor=SYSTEM,
        now=NOW,
        topic_id=topic.id,
    )
    portraits.set_portrait(session, entry=entry, image=b"a picture", actor=SYSTEM, now=NOW)
    factories.make_instructor(session, "陈明", workplace=f"汀兰大学第{number}系（虚构）")


def _facts(session: Session, title: str) -> TopicFacts:
    return TopicFacts(
        title=title,
        minutes=90,
        field_id=session.scalar(select(func.max(Field.id))),
        audiences=tuple(Audience),
        formats=tuple(Format),
    )


def _instructor(session: Session, cast: Cast, number: int) -> None:
    """Somebody else who is found by the same words, and is one more self of Chen; a field."""
    subject = instructors.add_field(session, code=f"field{number}", name=f"领域{number}")
    facts = InstructorFacts(
        name=f"何{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'一二三'[number // 10]}",
        workplace="栖云市医院（虚构）",
        region_code=PLACES[number % 3],
        field_ids=(subject.id,),
        serves=(factories.CITY, factories.OTHER_CITY),
        topics=(_facts(session, f"急救{number}"), _facts(session, f"法治{number}")),
        contacts=((Channel.PHONE, f"120000100{number:02d}"),),
    )
    made = instructors.add_instructor(session, facts=facts, actor=SYSTEM, now=NOW)
    factories.open_hours(session, made.id)
    chen = session.get_one(User, cast.chen.user)
    accounts.add_membership(
        session, user=chen, role=Role.INSTRUCTOR, instructor_id=made.id, now=NOW
    )
    _feed(session, of_instructor(made.id), chen.id)


def _branch(session: Session, cast: Cast, number: int) -> None:
    unit = factories.make_branch(session, f"岫云县第{number + 2}支部")
    unit.open_limit = 5
    li = session.get_one(User, cast.li.user)
    accounts.add_membership(session, user=li, role=Role.BRANCH, organisation_id=unit.id, now=NOW)
    _feed(session, of_branch(unit.id), li.id)


def _feed(session: Session, whose: Whose, user_id: int) -> None:
    # Fewer than the service allows one person: the test makes one more.
    if session.query(Feed).filter_by(user_id=user_id).count() >= 15:
        return
    session.add(
        Feed(
            token_hash=uuid.uuid4().hex,
            kind=whose.kind,
            instructor_id=whose.instructor_id,
            organisation_id=whose.organisation_id,
            user_id=user_id,
            created_at=NOW,
        )
    )


def _region(session: Session, cast: Cast, number: int) -> None:
    """Half-days of a region, and one more region of Wang."""
    if number >= len(REGIONS):
        return
    code = REGIONS[number][0]
    availability.set_slot_template(session, region_code=code, template=SlotTemplate(), now=NOW)
    if code.startswith(factories.CITY[:4]) and code != factories.CITY:
        wang = session.get_one(User, cast.wang)
        accounts.add_membership(
            session, user=wang, role=Role.COORDINATOR, region_code=code, now=NOW
        )


def _county(session: Session, cast: Cast, number: int) -> None:
    """One more region, and a field."""
    code = f"9903{number:02}"
    accounts.add_region(session, code=code, name=f"远县{number}", name_en=None, parent_code=None)
    name = f"新领域{number}"
    fields.add(session, name=name, name_en="", parent_id=None, user_id=cast.root, now=NOW)


def _synonym(session: Session, cast: Cast, number: int) -> None:
    synonyms.add(session, f"别名{number}", "急救")


def _account(session: Session, cast: Cast, number: int) -> None:
    """One more sign-in and one more passkey of everybody."""
    for user_id in (cast.chen.user, cast.li.user, cast.wang, cast.root):
        user = session.get_one(User, user_id)
        key = f"{user_id}-{number}".encode()
        session.add(
            SignIn(
                key_hash=hashlib.sha256(key).hexdigest(),
                user_id=user_id,
                uniquifier=user.fs_uniquifier,
                browser=Browser.WECHAT,
                system=System.ANDROID,
                created_at=NOW,
                last_used_at=NOW,
            )
        )
        session.add(
            Passkey(
                user_id=user_id,
                name=f"手机{number}",
                credential_id=key,
                public_key=key,
                sign_count=0,
                backup_state=False,
                device_type="single_device",
                usage="first",
                lastuse_datetime=NOW,
            )
        )


def _member(session: Session, cast: Cast, number: int) -> None:
    """Somebody known by a number, an invitation, a request to join, an instructor to invite."""
    members.add(session, cast, name=f"新人{number}", number=number, now=NOW)
    factories.make_instructor(
        session,
        f"待邀{'一二三四五六七八九十'[number % 10]}{'一二三'[number // 10]}",
        contacts=((Channel.EMAIL, f"invite{number}@example.org"),),
    )


KINDS: tuple[Callable[[Session, Cast, int], None], ...] = (
    _entry,
    _instructor,
    _branch,
    _lectures,
    _orders,
    _proposals,
    _reviewed,
    _exception,
    _timetable,
    _calendar,
    _terms,
    _topic,
    _region,
    _county,
    _synonym,
    _texts,
    _account,
    _member,
    _nominations,
    _contacts,
    _effects,
    _papers,
    _tests,
    _listeners,
    needing.add,
    _operations,
)
