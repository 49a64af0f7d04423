"""Two entries of one person become one: nothing is lost, and nothing refers to the old one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.accounts import service as accounts
from booking.accounts.engine.roles import Role
from booking.accounts.models import Membership, User
from booking.availability import service as availability
from booking.availability.models import Term, WeeklyBlock
from booking.calendars.feeds import service as calendars
from booking.calendars.feeds.engine.kinds import of_instructor
from booking.calendars.feeds.models import Feed
from booking.calendars.models import FeedRevision, RenderedEvent
from booking.db import Base, db, unit_of_work
from booking.entries.engine.parts import EntryPart, Name
from booking.entries.mergers import service
from booking.entries.models import EntryChange
from booking.errors import NotFound
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.merger import CannotMerge
from booking.instructors.models import Contact, Instructor, MergedEntry, Topic
from booking.lectures.engine.states import Side
from booking.lectures.models import Hold, Lecture
from booking.orders.models import OrderClaim
from booking.outbox.models import OutboxEvent
from tests import factories
from tests.browser import Client
from tests.entries import keeping
from tests.factories import Cast, at
from tests.orders import ordering

GONE_WITH_IT = frozenset(
    {
        "weekly_block",
        "timetable",
        "date_override",
        "booking_rule",
        "schedule_change",
        "default_hours",
    }
)
"""Tables of hours, which go with the old entry where the other one has hours."""


def twin(app: Flask, **more: Any) -> int:
    """A second entry of Chen, with hours, two topics and a contact."""
    with app.app_context(), unit_of_work() as session:
        values: dict[str, Any] = {
            "workplace": "汀兰大学医学院（虚构）",
            "minutes": (120, 45),
            "contacts": ((Channel.PHONE, "12000000088"),),
        }
        made = factories.make_instructor(session, "陈明", **values | more)
        factories.open_hours(session, made, start=9, end=18)
        return made


def merge(app: Flask, people: Cast, dropped_id: int, *, takes_hours: bool = True) -> None:
    """Wang merges the other entry into Chen's."""
    with app.app_context(), unit_of_work() as session:
        service.merge(
            session,
            kept_id=people.chen.id,
            dropped_id=dropped_id,
            takes_hours=takes_hours,
            actor=keeping.actor(session, people.wang),
            now=factories.NOW,
        )


def book(app: Flask, people: Cast, instructor_id: int, days: int, hour: int) -> str:
    """A confirmed lecture of an instructor, about the first topic."""
    with app.app_context():
        topic_id = db.session.scalar(
            select(func.min(Topic.id)).where(Topic.instructor_id == instructor_id)
        )
    more = {"instructor_id": instructor_id, "topic_id": topic_id}
    return factories.confirmed(app, people, at(days, hour), **more)


def counted(app: Flask) -> dict[str, int]:
    """How many rows there are of what must not be lost."""
    with app.app_context():
        return {
            table.__tablename__: db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Lecture, Hold, Feed, RenderedEvent, Term, Contact, Membership)
        }


def references(app: Flask, table_name: str, old_id: int) -> dict[str, int]:
    """How many rows of each column refer to a row that is gone, by any foreign key."""
    found = {}
    with app.app_context():
        for table in Base.metadata.tables.values():
            for column in table.columns:
                targets = {key.target_fullname for key in column.foreign_keys}
                if f"{table_name}.id" not in targets:
                    continue
                query = select(func.count()).select_from(table).where(column == old_id)
                found[f"{table.name}.{column.name}"] = db.session.scalar(query) or 0
    return found


def test_lectures_history_feeds_and_contacts_come_together(app: Flask, people: Cast) -> None:
    other = twin(app)
    first = book(app, people, people.chen.id, 3, 9)
    second = book(app, people, other, 4, 9)
    with app.app_context(), unit_of_work() as session:
        user = factories.make_user(
            session, "twin@example.org", "陈明", Role.INSTRUCTOR, instructor_id=other
        )
        token = calendars.open_feed(
            session, of_instructor(other), user_id=user.id, now=factories.NOW
        )
        availability.add_term(
            session, instructor_id=other, first=date(2026, 1, 1), last=date(2027, 12, 31)
        )
    keeping.change(app, other, people.wang, EntryPart.NAME, Name("陈明明"))
    before = counted(app)

    merge(app, people, other)

    assert counted(app) == before
    with app.app_context():
        owners = db.session.execute(select(Lecture.number, Lecture.instructor_id)).all()
        assert {tuple(row) for row in owners} == {(first, people.chen.id), (second, people.chen.id)}
        titles = db.session.scalars(
            select(Topic.title).where(Topic.instructor_id == people.chen.id).order_by(Topic.id)
        ).all()
        assert titles == [
            "家庭急救常识（120分钟）",
            "家庭急救常识（60分钟）",
            "家庭急救常识（45分钟）",
        ]
        joined = db.session.scalar(select(Lecture.topic_id).where(Lecture.number == second))
        assert joined == people.chen.topic
        parts = db.session.scalars(select(EntryChange.part).order_by(EntryChange.id)).all()
        assert parts == [EntryPart.NAME, EntryPart.MERGED]
        assert db.session.get(Instructor, other) is None
        assert db.session.get_one(MergedEntry, other).instructor_id == people.chen.id
        waiting = db.session.scalars(select(OutboxEvent.payload)).all()
        assert {event["instructor_id"] for event in waiting} == {people.chen.id}
    assert sum(references(app, "instructor", other).values()) == 0
    feed = app.test_client().get(f"/feed/{token}.ics").text
    assert feed.count("BEGIN:VEVENT") == 2


def test_every_reference_is_known(app: Flask) -> None:
    """A new table that refers to instructors or topics says what becomes of it in a merge."""
    referring = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.target_fullname in ("instructor.id", "topic.id")
    }
    hours = {f"{name}.instructor_id" for name in GONE_WITH_IT}
    assert referring == hours | {
        "bank_question.topic_id",
        "branch_order.instructor_id",
        "branch_order.topic_id",
        "consent.instructor_id",
        "contact.instructor_id",
        "contact_request.instructor_id",
        "departure.instructor_id",
        "distinct_entries.first_id",
        "distinct_entries.second_id",
        "entry_change.instructor_id",
        "entry_change.topic_id",
        "evaluation_consent.instructor_id",  # Goes: it was given for the lectures of one entry.
        "feed.instructor_id",
        "hold.instructor_id",
        "import_batch_entry.instructor_id",
        "instructor_field.instructor_id",
        "invitation.instructor_id",
        "leaving_entry.instructor_id",  # Refused: `privacy.exits.merger`.
        "lecture.instructor_id",
        "lecture.topic_id",
        "membership.instructor_id",
        "merged_entry.instructor_id",
        "message_thread.instructor_id",
        "nomination.instructor_id",
        "order_claim.instructor_id",
        "order_claim.topic_id",
        "order_offer.instructor_id",
        "order_offer.topic_id",
        "outside_calendar.instructor_id",
        "portrait.instructor_id",
        "proposal_option.instructor_id",
        "proposal_option.topic_id",
        "recruiting_step.instructor_id",
        "requested_change.instructor_id",
        "requested_change.topic_id",
        "reveal.instructor_id",
        "season_plan_row.instructor_id",
        "season_plan_row.topic_id",
        "served_region.instructor_id",
        "service_certificate.instructor_id",
        "suspension.instructor_id",
        "term.instructor_id",
        "topic.instructor_id",
    }


def test_lectures_at_one_time_are_refused_with_their_numbers(app: Flask, people: Cast) -> None:
    other = twin(app)
    first = book(app, people, people.chen.id, 3, 9)
    second = book(app, people, other, 3, 10)
    with pytest.raises(CannotMerge) as refused:
        merge(app, people, other)
    assert f"{first} – {second}" in str(refused.value.sentence)
    with app.app_context():
        assert db.session.get(Instructor, other) is not None


@pytest.mark.parametrize("takes_hours", [True, False])
def test_hours_are_taken_over_only_where_there_are_none(
    app: Flask, people: Cast, takes_hours: bool
) -> None:
    with app.app_context(), unit_of_work() as session:
        availability.set_week(session, instructor_id=people.chen.id, week={})
    merge(app, people, twin(app), takes_hours=takes_hours)
    with app.app_context():
        starts = db.session.scalars(
            select(WeeklyBlock.start_minute).where(WeeklyBlock.instructor_id == people.chen.id)
        ).all()
    assert starts == ([540] * 5 if takes_hours else [])


def test_own_hours_stay(app: Flask, people: Cast) -> None:
    merge(app, people, twin(app))
    with app.app_context():
        starts = set(db.session.scalars(select(WeeklyBlock.start_minute)))
    assert starts == {480}


@pytest.mark.parametrize(
    ("numbers", "joined"), [(("", ""), True), (("一", ""), True), (("一", "二"), False)]
)
def test_terms_that_overlap_are_joined_or_refused(
    app: Flask, people: Cast, numbers: tuple[str, str], joined: bool
) -> None:
    other = twin(app)
    spans = ((date(2026, 1, 1), date(2026, 12, 31)), (date(2026, 7, 1), date(2027, 6, 30)))
    with app.app_context(), unit_of_work() as session:
        for owner, (first, last), number in zip(
            (people.chen.id, other), spans, numbers, strict=True
        ):
            availability.add_term(
                session, instructor_id=owner, first=first, last=last, certificate=number
            )
    if not joined:
        with pytest.raises(CannotMerge):
            merge(app, people, other)
        return
    merge(app, people, other)
    with app.app_context():
        (term,) = db.session.scalars(select(Term)).all()
        assert (term.first, term.last) == (date(2026, 1, 1), date(2027, 6, 30))
        assert (term.instructor_id, term.certificate) == (people.chen.id, numbers[0])


def test_old_addresses_lead_to_the_entry_that_stays(app: Flask, people: Cast) -> None:
    other = twin(app)
    merge(app, people, other)
    client, wang = Client(app), Client(app).sign_in(factories.WANG)
    public = client.get(f"/instructors/{other}?day=2026-12-01")
    assert (public.status_code, public.location) == (
        301,
        f"/instructors/{people.chen.id}?day=2026-12-01",
    )
    entry = wang.get(f"/entries/{other}")
    assert (entry.status_code, entry.location) == (301, f"/entries/{people.chen.id}")
    hours = wang.get(f"/instructors/{other}/availability")
    assert hours.location == f"/instructors/{people.chen.id}/availability"
    assert client.get("/instructors/999999").status_code == 404


def test_an_entry_merged_twice_leads_to_the_last(app: Flask, people: Cast) -> None:
    first, second = twin(app), twin(app, workplace="汀兰大学附属医院（虚构）")
    with app.app_context(), unit_of_work() as session:
        who = keeping.actor(session, people.wang)
        service.merge(
            session,
            kept_id=second,
            dropped_id=first,
            takes_hours=False,
            actor=who,
            now=factories.NOW,
        )
    merge(app, people, second)
    assert Client(app).get(f"/instructors/{first}").location == f"/instructors/{people.chen.id}"


def test_the_id_is_never_given_again(app: Flask, people: Cast) -> None:
    other = twin(app)
    merge(app, people, other)
    assert twin(app, workplace="别处（虚构）") > other


def test_the_revision_of_the_feed_grows_beyond_both(app: Flask, people: Cast) -> None:
    other = twin(app)
    book(app, people, other, 3, 9)
    book(app, people, other, 4, 9)
    book(app, people, people.chen.id, 7, 9)
    mine = select(FeedRevision.owner_id, FeedRevision.revision).where(
        FeedRevision.side == Side.INSTRUCTOR
    )
    with app.app_context():
        before: dict[int, int] = dict(db.session.execute(mine).all())
    merge(app, people, other)
    with app.app_context():
        after: dict[int, int] = dict(db.session.execute(mine).all())
    assert after == {people.chen.id: max(before.values()) + 1}


@pytest.mark.parametrize("who", ["sun", "chen"])
def test_who_does_not_keep_both_finds_nothing(app: Flask, people: Cast, who: str) -> None:
    other = twin(app)
    user_id = {"sun": people.sun, "chen": people.chen.user}[who]
    with app.app_context(), pytest.raises(NotFound), unit_of_work() as session:
        service.merge(
            session,
            kept_id=people.chen.id,
            dropped_id=other,
            takes_hours=True,
            actor=keeping.actor(session, user_id),
            now=factories.NOW,
        )


def test_what_both_have_is_kept_once(app: Flask, people: Cast) -> None:
    """An account, a contact, a claim of one order: of each the one of the entry that stays."""
    other = twin(app)
    number = ordering.published(app, people, windows=(ordering.window(14),))
    ordering.claimed(app, number, ordering.ask(people.chen, at(14, 9)))
    with app.app_context(), unit_of_work() as session:
        user = session.get_one(User, people.chen.user)
        accounts.add_membership(
            session, user=user, role=Role.INSTRUCTOR, instructor_id=other, now=factories.NOW
        )
        topic_id = session.scalar(select(func.min(Topic.id)).where(Topic.instructor_id == other))
        claim = session.scalars(select(OrderClaim)).one()
        columns = {
            column.name: getattr(claim, column.name)
            for column in OrderClaim.__table__.columns
            if column.name != "id"
        }
        twice = columns | {"instructor_id": other, "topic_id": topic_id}
        session.add(OrderClaim(**twice))
        instructors.add_contacts(
            session,
            entry=factories.editable(session, people.chen.id),
            contacts=((Channel.PHONE, "12000000088"),),
            now=factories.NOW,
        )

    merge(app, people, other)

    with app.app_context():
        owners = [
            db.session.scalars(select(column)).all()
            for column in (OrderClaim.instructor_id, Contact.instructor_id)
        ]
        assert owners == [[people.chen.id], [people.chen.id]]
        mine = select(Membership.instructor_id).where(Membership.user_id == people.chen.user)
        assert db.session.scalars(mine).all() == [people.chen.id]
    assert sum(references(app, "instructor", other).values()) == 0
