"""Changes of entries: at once or after review, their history, and putting them back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from booking.db import db, unit_of_work
from booking.entries.engine.errors import AlreadyThere, AnsweredAlready, NothingBefore, TouchedSince
from booking.entries.engine.parts import ChangeOutcome, EntryPart, Introduction, Listing, Name, Post
from booking.entries.models import RequestState
from booking.entries.reviews import service as reviews
from booking.errors import Forbidden, Invalid, NotFound
from booking.instructors.engine.vocabulary import TopicState
from booking.instructors.models import Instructor, Topic
from tests import factories
from tests.entries import keeping
from tests.factories import Cast


def post_of(app: Flask, instructor_id: int) -> tuple[str, str]:
    with app.app_context():
        row = db.session.get_one(Instructor, instructor_id)
        return row.title, row.workplace


def test_a_change_is_made_at_once_and_leaves_a_row(app: Flask, people: Cast) -> None:
    value = Post("主任医师", "栖云市医院（虚构）")
    made = keeping.change(app, people.chen.id, people.chen.user, EntryPart.POST, value)

    assert made is ChangeOutcome.SAVED
    assert post_of(app, people.chen.id) == ("主任医师", "栖云市医院（虚构）")
    (row,) = keeping.rows(app, people.chen.id)
    assert (row.part, row.actor_name, row.on_behalf) == (EntryPart.POST, "陈明", False)
    assert row.before == {"title": "", "workplace": "汀兰大学（虚构）"}
    assert row.after == {"title": "主任医师", "workplace": "栖云市医院（虚构）"}
    assert keeping.searched(app, "主任医师") == [str(people.chen.id)]


def test_the_same_value_is_no_change(app: Flask, people: Cast) -> None:
    value = Name("陈明")
    made = keeping.change(app, people.chen.id, people.chen.user, EntryPart.NAME, value)
    assert (made, keeping.rows(app, people.chen.id)) == (ChangeOutcome.UNCHANGED, [])


def test_history_can_neither_be_changed_nor_deleted(app: Flask, people: Cast) -> None:
    keeping.change(app, people.chen.id, people.wang, EntryPart.LISTED, Listing(False))
    for statement in (
        "UPDATE entry_change SET actor_name = 'x'",
        "UPDATE entry_change SET after = '{}'",
        "DELETE FROM entry_change",
    ):
        with (
            app.app_context(),
            pytest.raises(DBAPIError, match="entry_change_append_only"),
            unit_of_work() as session,
        ):
            session.execute(text(statement))
    with app.app_context(), unit_of_work() as session:
        session.execute(text("UPDATE entry_change SET user_id = NULL"))
    (row,) = keeping.rows(app, people.chen.id)
    assert (row.user_id, row.actor_name, row.on_behalf) == (None, "王强", True)


def test_what_needs_review_waits_and_the_page_keeps_the_old_values(
    app: Flask, people: Cast
) -> None:
    keeping.reviewing(app)
    chen = people.chen
    value = Post("主任医师", "汀兰大学（虚构）")
    assert keeping.change(app, chen.id, chen.user, EntryPart.POST, value) is ChangeOutcome.WAITING
    assert post_of(app, chen.id) == ("", "汀兰大学（虚构）")
    assert keeping.rows(app, chen.id) == []
    (request,) = keeping.requests(app, chen.id)

    with app.app_context(), unit_of_work() as session:
        reviews.approve(
            session,
            request_id=request.id,
            asked_at=request.asked_at,
            actor=keeping.actor(session, people.wang),
            now=factories.NOW,
        )

    assert post_of(app, chen.id) == ("主任医师", "汀兰大学（虚构）")
    assert [(row.part, row.actor_name) for row in keeping.rows(app, chen.id)] == [
        (EntryPart.POST, "王强")
    ]
    assert [row.state for row in keeping.requests(app, chen.id)] == [RequestState.APPROVED]


def test_only_what_is_sensitive_waits(app: Flask, people: Cast) -> None:
    keeping.reviewing(app)
    chen = people.chen
    made = keeping.change(
        app, chen.id, chen.user, EntryPart.INTRODUCTION, Introduction("二十年教龄。")
    )
    days = keeping.change_topic(app, chen.id, chen.user, chen.topic, first=date(2027, 1, 1))
    retired = keeping.change_topic(app, chen.id, chen.user, chen.topic, state=TopicState.RETIRED)
    again = keeping.change_topic(app, chen.id, chen.user, chen.topic, state=TopicState.REVIEWED)
    assert [made, days, retired, again] == [ChangeOutcome.SAVED] * 3 + [ChangeOutcome.WAITING]


def test_a_coordinator_does_not_wait(app: Flask, people: Cast) -> None:
    keeping.reviewing(app)
    made = keeping.change(app, people.chen.id, people.wang, EntryPart.NAME, Name("陈明明"))
    assert made is ChangeOutcome.SAVED


def test_review_elsewhere_concerns_nobody_here(app: Flask, people: Cast) -> None:
    keeping.reviewing(app, factories.OTHER_CITY)
    made = keeping.change(app, people.chen.id, people.chen.user, EntryPart.NAME, Name("陈明明"))
    assert made is ChangeOutcome.SAVED


def test_a_new_topic_is_a_draft_until_it_is_approved(app: Flask, people: Cast) -> None:
    keeping.reviewing(app)
    chen = people.chen
    topic_id, outcome = keeping.add_topic(app, chen.id, chen.user, title="溺水自救")
    assert outcome is ChangeOutcome.WAITING
    assert keeping.searched(app, "溺水自救") == []
    (request,) = keeping.requests(app, chen.id)
    with app.app_context(), unit_of_work() as session:
        reviews.approve(
            session,
            request_id=request.id,
            asked_at=request.asked_at,
            actor=keeping.actor(session, people.wang),
            now=factories.NOW,
        )
    with app.app_context():
        assert db.session.get_one(Topic, topic_id).state is TopicState.REVIEWED
    assert keeping.searched(app, "溺水自救") == [str(chen.id)]


def test_approval_keeps_what_changed_meanwhile(app: Flask, people: Cast) -> None:
    keeping.reviewing(app)
    chen = people.chen
    value = Post("主任医师", "汀兰大学（虚构）")
    keeping.change(app, chen.id, chen.user, EntryPart.POST, value)
    keeping.change(app, chen.id, people.wang, EntryPart.POST, Post("", "汀兰医科大学（虚构）"))
    (request,) = keeping.requests(app, chen.id)
    with app.app_context(), unit_of_work() as session:
        who = keeping.actor(session, people.wang)
        reviews.approve(
            session, request_id=request.id, asked_at=request.asked_at, actor=who, now=factories.NOW
        )
    assert post_of(app, chen.id) == ("主任医师", "汀兰医科大学（虚构）")


def test_only_what_was_seen_is_approved(app: Flask, people: Cast) -> None:
    keeping.reviewing(app)
    chen = people.chen
    keeping.change(app, chen.id, chen.user, EntryPart.NAME, Name("陈明明"))
    (seen,) = keeping.requests(app, chen.id)
    later = factories.NOW + timedelta(minutes=1)
    keeping.change(app, chen.id, chen.user, EntryPart.NAME, Name("陈某"), now=later)
    with app.app_context(), pytest.raises(AnsweredAlready), unit_of_work() as session:
        reviews.approve(
            session,
            request_id=seen.id,
            asked_at=seen.asked_at,
            actor=keeping.actor(session, people.wang),
            now=factories.NOW,
        )
    assert len(keeping.requests(app, chen.id)) == 1


@pytest.mark.parametrize("who", ["sun", "chen"])
def test_nobody_else_decides(app: Flask, people: Cast, who: str) -> None:
    keeping.reviewing(app)
    chen = people.chen
    keeping.change(app, chen.id, chen.user, EntryPart.NAME, Name("陈明明"))
    (seen,) = keeping.requests(app, chen.id)
    user_id = {"sun": people.sun, "chen": chen.user}[who]
    with app.app_context(), pytest.raises(NotFound), unit_of_work() as session:
        reviews.approve(
            session,
            request_id=seen.id,
            asked_at=seen.asked_at,
            actor=keeping.actor(session, user_id),
            now=factories.NOW,
        )


def test_what_is_returned_is_asked_for_again(app: Flask, people: Cast) -> None:
    keeping.reviewing(app)
    chen = people.chen
    keeping.change(app, chen.id, chen.user, EntryPart.NAME, Name("陈明明"))
    (seen,) = keeping.requests(app, chen.id)
    with app.app_context(), unit_of_work() as session:
        reviews.send_back(
            session,
            request_id=seen.id,
            asked_at=seen.asked_at,
            remarks="请写全名。",
            actor=keeping.actor(session, people.wang),
            now=factories.NOW,
        )
    (returned,) = keeping.requests(app, chen.id)
    assert (returned.state, returned.remarks) == (RequestState.RETURNED, "请写全名。")
    keeping.change(app, chen.id, chen.user, EntryPart.NAME, Name("陈明明明"))
    (again,) = keeping.requests(app, chen.id)
    assert (again.state, again.remarks, again.after["name"]) == (
        RequestState.WAITING,
        "",
        "陈明明明",
    )
    keeping.change(app, chen.id, chen.user, EntryPart.NAME, Name("陈明"))
    (gone,) = keeping.requests(app, chen.id)
    assert gone.state is RequestState.WITHDRAWN


def test_a_change_is_put_back_as_a_new_change(app: Flask, people: Cast) -> None:
    chen = people.chen
    keeping.change_topic(app, chen.id, chen.user, chen.topic, title="急救新编", minutes=90)
    (row,) = keeping.rows(app, chen.id)
    keeping.change_topic(app, chen.id, chen.user, chen.topic, summary="另有一说。")

    assert keeping.put_back(app, chen.id, people.wang, row.id) is ChangeOutcome.SAVED

    with app.app_context():
        topic = db.session.get_one(Topic, chen.topic)
        assert (topic.title, topic.minutes, topic.summary) == (
            "家庭急救常识（120分钟）",
            120,
            "另有一说。",
        )
    last = keeping.rows(app, chen.id)[-1]
    assert (last.undoes_id, last.on_behalf, last.actor_name) == (row.id, True, "王强")
    assert keeping.searched(app, "急救新编") == []


def test_what_was_touched_since_is_not_put_back(app: Flask, people: Cast) -> None:
    chen = people.chen
    keeping.change(app, chen.id, chen.user, EntryPart.NAME, Name("陈明明"))
    keeping.change(app, chen.id, chen.user, EntryPart.NAME, Name("陈某"))
    first = keeping.rows(app, chen.id)[0]
    with pytest.raises(TouchedSince):
        keeping.put_back(app, chen.id, people.wang, first.id)
    assert len(keeping.rows(app, chen.id)) == 2


def test_an_added_topic_is_put_back_by_retiring_it(app: Flask, people: Cast) -> None:
    chen = people.chen
    topic_id, _outcome = keeping.add_topic(app, chen.id, chen.user)
    (row,) = keeping.rows(app, chen.id)
    keeping.put_back(app, chen.id, people.wang, row.id)
    with app.app_context():
        assert db.session.get_one(Topic, topic_id).state is TopicState.RETIRED


def test_changes_of_others_are_not_put_back(app: Flask, people: Cast) -> None:
    keeping.change(app, people.zhou.id, people.sun, EntryPart.NAME, Name("周岚岚"))
    (row,) = keeping.rows(app, people.zhou.id)
    with pytest.raises(NotFound):
        keeping.put_back(app, people.chen.id, people.wang, row.id)
    with pytest.raises(Forbidden):
        keeping.put_back(app, people.zhou.id, people.wang, row.id)


def test_what_only_coordinators_change(app: Flask, people: Cast) -> None:
    chen = people.chen
    with pytest.raises(Forbidden):
        keeping.change(app, chen.id, chen.user, EntryPart.LISTED, Listing(False))
    keeping.change(app, chen.id, people.wang, EntryPart.LISTED, Listing(False))
    (row,) = keeping.rows(app, chen.id)
    with pytest.raises(Forbidden):
        keeping.put_back(app, chen.id, chen.user, row.id)
    assert NothingBefore.status == 409


def test_two_entries_never_have_one_name_and_workplace(app: Flask, people: Cast) -> None:
    with pytest.raises(AlreadyThere):
        keeping.change(app, people.chen.id, people.wang, EntryPart.NAME, Name("周岚"))


def test_two_topics_never_have_one_title(app: Flask, people: Cast) -> None:
    with pytest.raises(Invalid, match="Invalid"):
        keeping.add_topic(app, people.chen.id, people.chen.user, title="家庭急救常识（60分钟）")


def test_topics_of_others_are_not_there(app: Flask, people: Cast) -> None:
    with pytest.raises(NotFound):
        keeping.change(
            app,
            people.chen.id,
            people.chen.user,
            EntryPart.TOPIC,
            keeping.FACTS,
            topic_id=people.zhou.topic,
        )
