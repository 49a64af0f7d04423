"""Changes of entries in the demonstration: some wait for review, and one person has two entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.engine.roles import SYSTEM, Actor, Role, Standing
from booking.accounts.models import User
from booking.demo.engine.regions import CAPITAL
from booking.entries import service, values
from booking.entries.engine.parts import EntryPart, Introduction, Listing, Post, TopicFacts
from booking.entries.mergers import distinctions
from booking.entries.reviews import service as reviews
from booking.instructors import editable_entry
from booking.instructors.engine.vocabulary import Audience, Format, TopicState
from booking.instructors.models import Instructor
from booking.instructors.service import InstructorFacts

STALE_OF = 6
"""Every so many-th entry was not looked through for a year."""

DRAFT = TopicFacts(
    title="办公软件里的人工智能",
    summary="会议纪要、表格和演示文稿：哪些可以交给它，哪些不可以。",
    minutes=90,
    field_id=None,
    audiences=(Audience.NEW_STAFF,),
    formats=(Format.LECTURE,),
    first=None,
    last=None,
    state=TopicState.DRAFT,
)


def add(session: Session, instructor_ids: Sequence[int], busiest: int, *, now: datetime) -> None:
    """Confirmations, requested changes, a draft, a duplicate and a hidden entry."""
    for number, instructor_id in enumerate(instructor_ids):
        if number % STALE_OF and instructor_id != busiest:
            seen = now - timedelta(days=number * 7 % 300, hours=3)
            entry = _entry(session, instructor_id, SYSTEM)
            service.confirm(session, entry=entry, actor=_person(session, instructor_id), now=seen)
    reviews.review_region(session, CAPITAL, reviews=True)
    session.flush()
    _requests(session, busiest, now)
    others = [one for one in instructor_ids if one != busiest]
    first = session.get_one(Instructor, others[0])
    service.add_entry(
        session,
        facts=InstructorFacts(
            name=first.name,
            workplace=first.workplace.removesuffix("（虚构）") + "培训部（虚构）",
            region_code=first.region_code,
        ),
        actor=SYSTEM,
        now=now - timedelta(days=2),
    )
    _different_people(session, instructor_ids, now)
    hidden = _entry(session, others[-1], SYSTEM)
    service.change(
        session, entry=hidden, part=EntryPart.LISTED, value=Listing(False), actor=SYSTEM, now=now
    )


def _different_people(session: Session, instructor_ids: Sequence[int], now: datetime) -> None:
    """Two people of one name, if there are, whom a coordinator has noted as such."""
    query = select(Instructor.id, Instructor.name).where(Instructor.id.in_(instructor_ids))
    first_of: dict[str, int] = {}
    for instructor_id, name in session.execute(query.order_by(Instructor.id)):
        other_id = first_of.setdefault(name, instructor_id)
        if other_id != instructor_id:
            distinctions.note(
                session, one_id=other_id, other_id=instructor_id, actor=SYSTEM, now=now
            )
            return


def _requests(session: Session, busiest: int, now: datetime) -> None:
    """What the instructor of the demonstration has changed; title and topic wait in the capital."""
    who, ago = _person(session, busiest), now - timedelta(days=1)
    entry = _entry(session, busiest, who)
    topic = values.topic_of(session, busiest, _first_topic(session, busiest))
    facts = values.topic_facts(topic)
    renamed = replace(facts, title=f"{facts.title}（案例版）", minutes=facts.minutes + 30)
    text = "从事一线教学二十余年，讲课多用案例，少用术语。"
    service.change(
        session,
        entry=entry,
        part=EntryPart.INTRODUCTION,
        value=Introduction(text),
        actor=who,
        now=ago,
    )
    service.change(
        session,
        entry=entry,
        part=EntryPart.POST,
        value=Post("特聘教授", entry.instructor.workplace),
        actor=who,
        now=ago,
    )
    service.change(
        session,
        entry=entry,
        part=EntryPart.TOPIC,
        value=renamed,
        actor=who,
        now=ago,
        topic_id=topic.id,
    )
    service.add_topic(session, entry=entry, facts=DRAFT, actor=who, now=ago)


def _first_topic(session: Session, instructor_id: int) -> int:
    return session.get_one(Instructor, instructor_id).topics[0].id


def _entry(session: Session, instructor_id: int, who: Actor) -> editable_entry.EditableEntry:
    return editable_entry.editable(
        session, instructor_id=instructor_id, actor=who, permission="entry.edit"
    )


def _person(session: Session, instructor_id: int) -> Actor:
    """The instructor's own account, as an actor."""
    name = session.get_one(Instructor, instructor_id).name
    user = session.scalars(select(User.id).where(User.name == name).limit(1)).first()
    return Actor(user, (Standing(Role.INSTRUCTOR, instructor_id=instructor_id),), name)
