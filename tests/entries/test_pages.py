"""The pages of entries, as the person, coordinators and strangers use them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from booking.accounts.models import Region
from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.entries.engine.parts import EntryPart, Name
from booking.entries.models import EntryChange, RequestState
from booking.instructors.engine.vocabulary import TopicState
from booking.instructors.models import Field, Instructor, Topic
from booking.instructors.service import add_field
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.entries import keeping
from tests.factories import CHEN, CITY, DISTRICT, SUN, WANG, ZHOU, Cast


def signed_in(app: Flask, email: str) -> Client:
    return Client(app).language("en").sign_in(email)


def entry(app: Flask, instructor_id: int) -> Instructor:
    with app.app_context():
        return db.session.get_one(Instructor, instructor_id)


TOPIC = {
    "title": "溺水自救",
    "summary": "先呼救。",
    "minutes": "45",
    "audiences": ["students"],
    "formats": ["on_site", "simulation"],
    "first": "2026-12-01",
    "last": "2027-12-01",
    "offer": "1",
}


def test_the_person_changes_each_part(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        field_id = add_field(session, code="aid", name="急救").id
    chen, there = signed_in(app, CHEN), f"/entries/{people.chen.id}"
    sent = [
        chen.post(f"{there}/name", {"name": " 陈  明明 ", "reading": "chén míng míng"}),
        chen.post(f"{there}/post", {"title": "教授", "workplace": "汀兰医科大学（虚构）"}),
        chen.post(f"{there}/introduction", {"text": "讲课二十年。"}),
        chen.post(f"{there}/fields", {"field": "aid"}),
        chen.post(f"{there}/regions", {"codes": [DISTRICT], "region": CITY}),
    ]
    assert [(one.status_code, one.location) for one in sent] == [(303, there)] * 5
    with app.app_context():
        row = db.session.get_one(Instructor, people.chen.id)
        assert (row.name, row.name_pinyin) == ("陈 明明", "chén míng míng")
        assert (row.title, row.introduction) == ("教授", "讲课二十年。")
        assert [one.id for one in row.fields] == [field_id]
        assert [one.code for one in row.serves] == [CITY, DISTRICT]
    assert keeping.searched(app, "医科大学") == [str(people.chen.id)]
    public = Client(app).get(f"/instructors/{people.chen.id}").text
    assert "讲课二十年。" in public


def test_boxes_are_unticked(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        for code in ("aid", "law"):
            add_field(session, code=code, name=code)
    chen, there = signed_in(app, CHEN), f"/entries/{people.chen.id}"
    chen.post(f"{there}/fields", {"field": "aid"})
    with app.app_context():
        ids = dict(db.session.execute(select(Field.code, Field.id)).all())
    chen.post(f"{there}/fields", {"fields": [str(ids["aid"])], "field": "law"})
    chen.post(f"{there}/fields", {"fields": [str(ids["law"])]})
    with app.app_context():
        row = db.session.get_one(Instructor, people.chen.id)
        assert [one.code for one in row.fields] == ["law"]


def test_a_topic_is_added_edited_and_retired(app: Flask, people: Cast) -> None:
    chen, there = signed_in(app, CHEN), f"/entries/{people.chen.id}"
    assert chen.post(f"{there}/topics/new", TOPIC).status_code == 303
    with app.app_context():
        row = db.session.scalars(select(Topic).where(Topic.title == "溺水自救")).one()
        topic_id = row.id
        assert (row.minutes, row.state, len(row.formats)) == (45, TopicState.REVIEWED, 2)
    edited = chen.post(f"{there}/topics/{topic_id}", {**TOPIC, "minutes": "60"})
    retired = chen.post(f"{there}/topics/{topic_id}/retire")
    assert [edited.status_code, retired.status_code] == [303, 303]
    with app.app_context():
        row = db.session.get_one(Topic, topic_id)
        assert (row.minutes, row.state) == (60, TopicState.RETIRED)
    assert keeping.searched(app, "溺水") == []
    assert chen.post(f"{there}/topics/{topic_id}/offer").status_code == 303
    assert keeping.searched(app, "溺水") == [str(people.chen.id)]


def test_drafts_are_seen_by_who_keeps_the_entry_only(app: Flask, people: Cast) -> None:
    chen, there = signed_in(app, CHEN), f"/entries/{people.chen.id}"
    draft = {name: value for name, value in TOPIC.items() if name != "offer"} | {"draft": "1"}
    assert chen.post(f"{there}/topics/new", draft).status_code == 303
    assert "溺水自救" in chen.get(there).text
    assert "溺水自救" not in Client(app).get(f"/instructors/{people.chen.id}").text
    assert keeping.searched(app, "溺水") == []


@pytest.mark.parametrize(
    ("section", "typed", "kept"),
    [
        ("name", {"name": "", "reading": "chen"}, 'value="chen"'),
        ("name", {"name": "陈明", "reading": "陈 明"}, 'value="陈 明"'),
        ("introduction", {"text": "长" * 2001}, "长" * 2001),
        ("fields", {"field": "nothing"}, "Choose from the list."),
        ("regions", {"region": "123456"}, "Choose from the list."),
        ("topics/new", {**TOPIC, "minutes": "3"}, "溺水自救"),
        ("topics/new", {**TOPIC, "title": "家庭急救常识（60分钟）"}, "先呼救。"),
        ("topics/new", {**TOPIC, "first": "2027-12-02"}, "先呼救。"),
    ],
)
def test_what_was_typed_stays(
    app: Flask, people: Cast, section: str, typed: dict[str, str], kept: str
) -> None:
    answer = signed_in(app, CHEN).post(f"/entries/{people.chen.id}/{section}", typed)
    assert (answer.status_code, kept in answer.text) == (422, True)
    assert 'class="error-summary"' in answer.text
    assert keeping.rows(app, people.chen.id) == []


def test_a_clash_of_names_is_told_on_the_form(app: Flask, people: Cast) -> None:
    answer = signed_in(app, CHEN).post(f"/entries/{people.chen.id}/name", {"name": "周岚"})
    assert (answer.status_code, "merge them" in answer.text) == (409, True)


def test_review_from_the_change_to_the_public_page(app: Flask, people: Cast) -> None:
    keeping.reviewing(app)
    chen, wang, there = signed_in(app, CHEN), signed_in(app, WANG), f"/entries/{people.chen.id}"
    public = f"/instructors/{people.chen.id}"
    chen.post(f"{there}/topics/{people.chen.topic}", {**TOPIC, "title": "急救新编"})
    assert "急救新编" not in Client(app).get(public).text
    assert "Waits for review" in chen.get(there).text
    assert "<strong>1</strong>" in wang.get("/board").text

    page = wang.get("/entries/changes").text
    assert "急救新编" in page
    (request,) = keeping.requests(app, people.chen.id)
    seen = request.asked_at.isoformat()
    refused = wang.post(f"/entries/changes/{request.id}/return", {"asked_at": seen, "remarks": " "})
    assert refused.status_code == 422
    returned = wang.post(
        f"/entries/changes/{request.id}/return", {"asked_at": seen, "remarks": "请写明对象。"}
    )
    assert returned.status_code == 303
    assert "请写明对象。" in chen.get(f"{there}/topics/{people.chen.topic}").text

    chen.post(f"{there}/topics/{people.chen.topic}", {**TOPIC, "title": "急救新编（学生）"})
    (again,) = keeping.requests(app, people.chen.id)
    approved = wang.post(
        f"/entries/changes/{again.id}/approve", {"asked_at": again.asked_at.isoformat()}
    )
    assert approved.status_code == 303
    assert "急救新编（学生）" in Client(app).get(public).text
    twice = wang.post(f"/entries/changes/{again.id}/approve", {"asked_at": seen})
    assert twice.status_code == 409


@pytest.mark.parametrize("seen", ["", "yesterday", "2026-11-23T02:00:00"])
def test_nothing_is_decided_without_having_seen_it(app: Flask, people: Cast, seen: str) -> None:
    keeping.reviewing(app)
    chen, wang = signed_in(app, CHEN), signed_in(app, WANG)
    chen.post(f"/entries/{people.chen.id}/name", {"name": "陈明明"})
    (request,) = keeping.requests(app, people.chen.id)
    typed = {"asked_at": seen, "remarks": "不妥"}
    for act in ("approve", "return"):
        assert wang.post(f"/entries/changes/{request.id}/{act}", typed).status_code == 422
    (waiting,) = keeping.requests(app, people.chen.id)
    assert waiting.state is RequestState.WAITING


def test_a_field_that_is_gone_is_not_put_back(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        add_field(session, code="aid", name="急救")
    chen, there = signed_in(app, CHEN), f"/entries/{people.chen.id}"
    chen.post(f"{there}/fields", {"field": "aid"})
    chen.post(f"{there}/fields", {})
    with app.app_context(), unit_of_work() as session:
        session.execute(delete(Field).where(Field.code == "aid"))
    last = keeping.rows(app, people.chen.id)[-1]
    refused = chen.post(f"{there}/history/{last.id}/put-back")
    assert (refused.status_code, "is not kept" in refused.text) == (409, True)


def test_a_change_is_withdrawn_by_the_person(app: Flask, people: Cast) -> None:
    keeping.reviewing(app)
    chen = signed_in(app, CHEN)
    chen.post(f"/entries/{people.chen.id}/name", {"name": "陈明明"})
    (request,) = keeping.requests(app, people.chen.id)
    assert chen.post(f"/entries/changes/{request.id}/withdraw").status_code == 303
    (gone,) = keeping.requests(app, people.chen.id)
    assert gone.state is RequestState.WITHDRAWN


def test_a_change_is_put_back_on_the_page(app: Flask, people: Cast) -> None:
    wang, there = signed_in(app, WANG), f"/entries/{people.chen.id}"
    wang.post(f"{there}/post", {"title": "教授", "workplace": "汀兰大学（虚构）"})
    (row,) = keeping.rows(app, people.chen.id)
    assert wang.post(f"{there}/history/{row.id}/put-back").status_code == 303
    assert entry(app, people.chen.id).title == ""
    refused = wang.post(f"{there}/history/{row.id}/put-back")
    assert (refused.status_code, "changed again later" in refused.text) == (409, True)


def test_mass_assignment_changes_nothing_else(app: Flask, people: Cast) -> None:
    chen, there = signed_in(app, CHEN), f"/entries/{people.chen.id}"
    more = {
        "region_code": "990200",
        "region": "990200",
        "listed": "no",
        "id": "2",
        "instructor_id": str(people.zhou.id),
        "state": "retired",
        "confirmed_at": "2000-01-01",
    }
    for path in ("name", "post", "introduction"):
        chen.post(f"{there}/{path}", {"name": "陈明", "workplace": "汀兰大学（虚构）"} | more)
    chen.post(f"{there}/topics/new", TOPIC | more)
    after = entry(app, people.chen.id)
    assert (after.region_code, after.listed, after.confirmed_at) == (DISTRICT, True, None)
    with app.app_context():
        owner = db.session.scalar(select(Topic.instructor_id).where(Topic.title == "溺水自救"))
        assert owner == people.chen.id
    assert chen.post(f"{there}/home", {"region": "990200"}).status_code == 404
    assert chen.post(f"{there}/listed", {"listed": "no"}).status_code == 403
    assert chen.post("/entries/selected/hide", {"entry": [str(people.chen.id)]}).status_code == 403


@pytest.mark.parametrize("email", [SUN, ZHOU])
def test_foreign_entries_are_not_there(app: Flask, people: Cast, email: str) -> None:
    keeping.reviewing(app)
    keeping.change(app, people.chen.id, people.chen.user, EntryPart.NAME, Name("陈明明"))
    (request,) = keeping.requests(app, people.chen.id)
    client, there = signed_in(app, email), f"/entries/{people.chen.id}"
    topic = f"{there}/topics/{people.chen.topic}"
    seen = {"asked_at": request.asked_at.isoformat(), "remarks": "不行"}
    gets = (there, f"{there}/history", f"{there}/name", topic, f"{there}/portrait")
    posts = (
        f"{there}/name",
        topic,
        f"{topic}/retire",
        f"{there}/confirm",
        f"{there}/portrait/remove",
        f"/entries/changes/{request.id}/withdraw",
    )
    assert {client.get(path).status_code for path in gets} == {404}
    assert {client.post(path, TOPIC | {"name": "x"}).status_code for path in posts} == {404}
    kept = (
        f"{there}/listed",
        f"/entries/changes/{request.id}/approve",
        f"/entries/changes/{request.id}/return",
        f"{there}/merge/{people.zhou.id}",
        f"/entries/{people.zhou.id}/merge/{people.chen.id}",
    )
    expected = {404} if email == SUN else {403}
    assert {client.post(path, seen).status_code for path in kept} == expected
    # A topic of another person, by the address of the own entry.
    if email == ZHOU:
        own = f"/entries/{people.zhou.id}/topics/{people.chen.topic}"
        assert client.post(own, TOPIC).status_code == 404
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(EntryChange)) == 0


def test_several_are_hidden_or_none(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        other = factories.make_instructor(session, "黄莺")
    wang = signed_in(app, WANG)
    both = {"entry": [str(people.chen.id), str(other)], "show": "no_hours"}
    hidden = wang.post("/entries/selected/hide", both)
    assert (hidden.status_code, hidden.location) == (303, "/entries?show=no_hours")
    assert [entry(app, one).listed for one in (people.chen.id, other)] == [False, False]
    foreign = {"entry": [str(people.chen.id), str(people.zhou.id)]}
    assert wang.post("/entries/selected/show", foreign).status_code == 404
    assert entry(app, people.chen.id).listed is False
    assert wang.post("/entries/selected/show", {}).status_code == 422


def names_of(page: str) -> list[str]:
    """The ids of the listed entries, in order."""
    return re.findall(r'name="entry" value="(\d+)"', page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["chen", "huang"]),
        ("q=cm", ["chen"]),
        ("q=黄莺", ["huang"]),
        ("q=工会", ["huang"]),
        ("show=no_hours", ["huang"]),
        ("show=no_account", ["huang"]),
        ("show=no_topics", ["huang"]),
        ("show=hidden", []),
        ("show=changes", []),
        ("show=stale", []),
        ("region=990121", []),
        ("region=990102", ["chen", "huang"]),
        ("field=none", []),
        ("page=2", []),
        ("show=nonsense&page=x", ["chen", "huang"]),
    ],
)
def test_the_list_is_searched_and_filtered(
    app: Flask, people: Cast, query: str, found: list[str]
) -> None:
    with app.app_context(), unit_of_work() as session:
        huang = factories.make_instructor(session, "黄莺", workplace="市总工会（虚构）", minutes=())
    ids = {"chen": str(people.chen.id), "huang": str(huang)}
    page = signed_in(app, WANG).get(f"/entries?{query}").text
    assert names_of(page) == [ids[name] for name in found]


def test_a_year_later_it_is_stale_until_somebody_confirms(
    app: Flask, people: Cast, time: Time
) -> None:
    time.now = factories.NOW + timedelta(days=366)
    chen, wang = signed_in(app, CHEN), signed_in(app, WANG)
    assert "Nobody has looked through your entry for a year." in chen.get("/inbox").text
    assert names_of(wang.get("/entries?show=stale").text) == [str(people.chen.id)]
    assert chen.post(f"/entries/{people.chen.id}/confirm").status_code == 303
    assert "for a year" not in chen.get("/inbox").text
    assert names_of(wang.get("/entries?show=stale").text) == []
    assert entry(app, people.chen.id).confirmed_at == time.now
    (row,) = keeping.rows(app, people.chen.id)
    assert (row.part, row.on_behalf) == (EntryPart.CONFIRMED, False)


def test_an_entry_is_added_by_hand(app: Flask, people: Cast) -> None:
    wang = signed_in(app, WANG)
    typed = {"name": "吕青", "reading": "", "workplace": "市工会（虚构）", "region": DISTRICT}
    added = wang.post("/entries/new", typed)
    assert added.status_code == 303
    assert keeping.searched(app, "lvq") == keeping.searched(app, "luqing") != []
    same = wang.post("/entries/new", typed | {"workplace": "市文联（虚构）"})
    assert (same.status_code, "市工会" in same.text) == (409, True)
    sure = wang.post("/entries/new", typed | {"workplace": "市文联（虚构）", "sure": "1"})
    assert sure.status_code == 303
    twice = wang.post("/entries/new", typed | {"sure": "1"})
    assert twice.status_code == 409
    foreign = wang.post("/entries/new", typed | {"name": "某某", "region": "990202"})
    assert foreign.status_code == 422


def test_where_entries_are_reviewed_is_switched_within_scope(app: Flask, people: Cast) -> None:
    wang = signed_in(app, WANG)
    assert wang.post("/entries/reviews", {"region": CITY, "reviews": "on"}).status_code == 303
    with app.app_context():
        assert db.session.get_one(Region, CITY).entry_reviews is True
    assert wang.post("/entries/reviews", {"region": "990200", "reviews": "on"}).status_code == 404
    assert wang.post("/entries/reviews", {"region": CITY, "reviews": "off"}).status_code == 303
    with app.app_context():
        assert db.session.get_one(Region, CITY).entry_reviews is False
        recorded = db.session.scalars(
            select(AuditEntry.detail)
            .where(AuditEntry.action == Action.REVIEW_CHANGED)
            .order_by(AuditEntry.id)
        ).all()
    assert recorded == [{"entry_reviews": [False, True]}, {"entry_reviews": [True, False]}]


def test_two_selected_are_compared_and_merged(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        other = factories.make_instructor(session, "陈明", workplace="汀兰大学医学院（虚构）")
    wang = signed_in(app, WANG)
    both = {"entry": [str(other), str(people.chen.id)]}
    chosen = wang.post("/entries/selected/merge", both)
    there = f"/entries/{people.chen.id}/merge/{other}"
    assert chosen.location == there
    assert there in wang.get("/entries/duplicates").text
    assert wang.get(there).status_code == 200
    assert wang.post(there).location == f"/entries/{people.chen.id}"
    assert wang.get(f"/entries/{other}").status_code == 301
