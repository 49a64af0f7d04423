"""The list of fields: changes without losing topics or instructors, and undo of the last one."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from booking.accounts.models import Membership
from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from booking.instructors import search_index
from booking.instructors import service as instructors
from booking.instructors.fields import tasks
from booking.instructors.fields.models import FieldChange
from booking.instructors.models import Field, Instructor, InstructorField, Synonym, Topic
from booking.instructors.synonyms.service import add as add_synonym
from booking.notifications.transmission.delivery import deliver
from booking.orders.models import Order
from tests import factories
from tests.browser import Client
from tests.factories import CHEN, NOW, ROOT, WANG, Cast
from tests.orders import ordering


@pytest.fixture
def ids(app: Flask, people: Cast) -> dict[str, int]:
    """医学 with 急救 and 护理 below it, 法律; Chen works in 急救 and 护理, Zhou in 护理."""
    with app.app_context(), unit_of_work() as session:
        made: dict[str, int] = {}
        for code, name, english, parent in (
            ("medicine", "医学", "Medicine", None),
            ("rescue", "急救", "First aid", "medicine"),
            ("care", "护理", "Care", "medicine"),
            ("law", "法律", "Law", None),
        ):
            made[code] = instructors.add_field(
                session, code=code, name=name, name_en=english, parent_id=made.get(parent or "")
            ).id
        for person, codes in ((people.chen, ("rescue", "care")), (people.zhou, ("care",))):
            entry = factories.editable(session, person.id)
            instructors.add_fields(session, entry=entry, field_ids=[made[one] for one in codes])
            search_index.refresh(session, [entry.instructor])
        topic = session.get_one(Topic, people.chen.topic)
        topic.field_id = made["rescue"]
        session.flush()
        return made


@pytest.fixture
def root(client: Client, people: Cast) -> Client:
    return client.sign_in(ROOT).language("en")


def state(app: Flask) -> tuple[object, ...]:
    """Fields, and what names them."""
    with app.app_context():
        session = db.session()
        fields = select(Field.id, Field.name, Field.name_en, Field.parent_id, Field.merged_into_id)
        works = select(InstructorField.instructor_id, InstructorField.field_id)
        return (
            session.execute(fields.order_by(Field.id)).all(),
            sorted(map(tuple, session.execute(works))),
            session.execute(select(Topic.id, Topic.field_id).order_by(Topic.id)).all(),
            session.execute(select(Order.id, Order.field_id).order_by(Order.id)).all(),
            session.execute(
                select(Instructor.id, Instructor.search_text, Instructor.search_codes).order_by(
                    Instructor.id
                )
            ).all(),
        )


def undo(app: Flask, client: Client) -> int:
    with app.app_context():
        last = db.session().scalar(select(FieldChange.id).order_by(FieldChange.id.desc()))
    return client.post(f"/fields/undo/{last}").status_code


def works(app: Flask, instructor_id: int) -> list[int]:
    with app.app_context():
        query = select(InstructorField.field_id).where(
            InstructorField.instructor_id == instructor_id
        )
        return sorted(db.session().scalars(query))


def test_a_merger_loses_nothing_and_can_be_taken_back(
    app: Flask, root: Client, people: Cast, ids: dict[str, int]
) -> None:
    ordering.placed(app, people, field_id=ids["rescue"], wish="")
    before = state(app)
    preview = root.get(f"/fields/{ids['rescue']}/merge?into={ids['care']}").text
    assert "What moves to" in preview

    done = root.post(f"/fields/{ids['rescue']}/merge", {"into": ids["care"]})

    assert done.status_code == 303
    assert works(app, people.chen.id) == [ids["care"]]
    with app.app_context():
        session = db.session()
        assert session.get_one(Topic, people.chen.topic).field_id == ids["care"]
        assert list(session.scalars(select(Order.field_id))) == [ids["care"]]
        assert instructors.field_ids_by_name(session)["急救"] == ids["care"]
        assert instructors.field_ids_by_code(session)["rescue"] == ids["care"]
        text = session.get_one(Instructor, people.chen.id).search_text
        assert "first aid" not in text
    # An old link finds what took it in.
    for code in ("rescue", "care"):
        page = root.get(f"/instructors?field={code}").text
        assert "周岚" in page
        assert "陈明" in page
    assert undo(app, root) == 303
    assert state(app) == before


def test_a_top_field_takes_those_below_along(app: Flask, root: Client, ids: dict[str, int]) -> None:
    before = state(app)
    assert root.post(f"/fields/{ids['medicine']}/merge", {"into": ids["law"]}).status_code == 303
    with app.app_context():
        parents = select(Field.parent_id).where(Field.id.in_((ids["rescue"], ids["care"])))
        assert set(db.session().scalars(parents)) == {ids["law"]}
    assert undo(app, root) == 303
    assert state(app) == before


def test_rename_and_move_are_in_the_search_at_once(
    app: Flask, root: Client, people: Cast, ids: dict[str, int]
) -> None:
    before = state(app)
    values = {"name": "现场急救", "name_en": "Rescue", "parent": str(ids["law"])}
    assert root.post(f"/fields/{ids['rescue']}", values).status_code == 303
    assert "陈明" in root.get("/instructors?q=现场急救").text
    assert "陈明" in root.get("/instructors?field=law").text
    assert undo(app, root) == 303
    assert state(app) == before


def test_an_added_field_can_be_taken_back_until_it_is_used(
    app: Flask, root: Client, people: Cast, ids: dict[str, int]
) -> None:
    values = {"name": "应急管理", "name_en": "Care", "parent": str(ids["medicine"])}
    assert root.post("/fields/new", values).status_code == 303
    with app.app_context():
        added = db.session().scalars(select(Field).where(Field.name == "应急管理")).one()
        assert (added.code, added.parent_id) == ("care-2", ids["medicine"])
    with app.app_context(), unit_of_work() as session:
        topic = session.get_one(Topic, people.chen.topic)
        topic.field_id = added.id
    assert undo(app, root) == 409
    with app.app_context(), unit_of_work() as session:
        session.get_one(Topic, people.chen.topic).field_id = None
    assert undo(app, root) == 303
    with app.app_context():
        assert db.session().get(Field, added.id) is None


def test_what_changed_since_stays(
    app: Flask, root: Client, people: Cast, ids: dict[str, int]
) -> None:
    """A topic that got another field after the merger keeps that one."""
    root.post(f"/fields/{ids['rescue']}/merge", {"into": ids["care"]})
    with app.app_context(), unit_of_work() as session:
        session.get_one(Topic, people.chen.topic).field_id = ids["law"]
    assert undo(app, root) == 303
    with app.app_context():
        assert db.session().get_one(Topic, people.chen.topic).field_id == ids["law"]


def test_only_the_last_change_is_taken_back(app: Flask, root: Client, ids: dict[str, int]) -> None:
    for name in ("甲", "乙"):
        root.post("/fields/new", {"name": name, "name_en": "", "parent": ""})
    with app.app_context():
        first = db.session().scalar(select(FieldChange.id).order_by(FieldChange.id))
    assert root.post(f"/fields/undo/{first}").status_code == 409
    assert undo(app, root) == 303
    assert root.post(f"/fields/undo/{first}").status_code == 303


@pytest.mark.parametrize(
    ("field", "values", "told"),
    [
        ("rescue", {"name": "护理", "parent": ""}, "a field of this name already"),
        ("rescue", {"name": "", "parent": ""}, "Give the field a name."),
        ("rescue", {"name": "甲" * 61, "parent": ""}, "60"),
        ("medicine", {"name": "医学", "parent": "law"}, "it must be on the first level"),
    ],
)
def test_refused_changes(
    root: Client, ids: dict[str, int], field: str, values: dict[str, str], told: str
) -> None:
    sent = values | {"parent": str(ids.get(values["parent"], "")), "name_en": ""}
    answer = root.post(f"/fields/{ids[field]}", sent)
    assert answer.status_code == 422
    assert told in answer.text


def test_refused_mergers(root: Client, ids: dict[str, int]) -> None:
    three_levels = root.post(f"/fields/{ids['medicine']}/merge", {"into": ids["rescue"]})
    assert three_levels.status_code == 422
    itself = root.post(f"/fields/{ids['law']}/merge", {"into": ids["law"]})
    assert itself.status_code == 422
    assert root.post(f"/fields/{ids['law']}/merge").status_code == 422


def test_the_former_name_can_be_taken_over(app: Flask, root: Client, ids: dict[str, int]) -> None:
    root.post(f"/fields/{ids['rescue']}/merge", {"into": ids["care"]})
    values = {"name": "急救", "name_en": "First aid", "parent": str(ids["medicine"])}
    assert root.post(f"/fields/{ids['care']}", values).status_code == 303
    with app.app_context():
        names = instructors.field_ids_by_name(db.session())
        assert (names["急救"], names["护理"]) == (ids["care"], ids["care"])


def test_many_entries_are_left_to_the_worker(
    app: Flask,
    root: Client,
    people: Cast,
    ids: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search_index, "AT_ONCE", 1)
    values = {"name": "照护", "name_en": "", "parent": ""}
    assert root.post(f"/fields/{ids['care']}", values).status_code == 303

    def found() -> list[str]:
        with app.app_context():
            query = select(Instructor.name).where(Instructor.search_text.contains("照护"))
            return sorted(db.session().scalars(query))

    assert found() == []
    with app.app_context():
        deliver(NOW)
    assert found() == ["周岚", "陈明"]


def test_what_came_late_is_settled(
    app: Flask, root: Client, people: Cast, ids: dict[str, int]
) -> None:
    root.post(f"/fields/{ids['law']}/merge", {"into": ids["care"]})
    with app.app_context(), unit_of_work() as session:
        session.add(InstructorField(instructor_id=people.zhou.id, field_id=ids["law"]))
    with app.app_context():
        tasks.settle(NOW)
    assert works(app, people.zhou.id) == [ids["care"]]


def test_who_may_change_the_fields(
    app: Flask, client: Client, people: Cast, ids: dict[str, int]
) -> None:
    """All regions use them: only coordinators of the topmost region, and administrators."""
    client.sign_in(WANG)
    assert client.get("/fields").status_code == 200
    assert client.get("/fields/new").status_code == 404
    assert client.get(f"/fields/{ids['law']}").status_code == 404
    merge = client.post(f"/fields/{ids['law']}/merge", {"into": ids["care"]})
    assert merge.status_code == 404
    with app.app_context(), unit_of_work() as session:
        wang = Membership.user_id == people.wang
        session.execute(update(Membership).where(wang).values(region_code="990000"))
    assert client.get("/fields/new").status_code == 200
    assert Client(app).sign_in(CHEN).get("/fields").status_code == 403


def test_the_audit_log_tells_each_change(app: Flask, root: Client, ids: dict[str, int]) -> None:
    root.post("/fields/new", {"name": "甲", "name_en": "", "parent": ""})
    root.post(f"/fields/{ids['law']}", {"name": "法治", "name_en": "Law", "parent": ""})
    root.post(f"/fields/{ids['law']}/merge", {"into": ids["care"]})
    undo(app, root)
    with app.app_context():
        query = select(AuditEntry.detail).where(AuditEntry.action == Action.FIELDS_CHANGED)
        assert db.session().scalars(query.order_by(AuditEntry.id)).all() == [
            {"change": "added", "name": "甲"},
            {"change": "renamed", "name": ["法律", "法治"]},
            {"change": "merged", "name": "法治", "into": "护理", "moved": []},
            {"change": "undone", "name": "法治"},
        ]


def synonyms(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.execute(select(Synonym.word, Synonym.means).order_by(Synonym.id))
        return [(word, means) for word, means in rows]


def found(app: Flask, word: str) -> bool:
    return "陈明" in app.test_client().get("/instructors", query_string={"q": word}).text


def test_synonyms_follow_a_field_that_is_renamed_or_merged(
    app: Flask, root: Client, ids: dict[str, int]
) -> None:
    """No title says 急救: what finds Chen is the field, by whatever it is called now."""
    with app.app_context(), unit_of_work() as session:
        for topic in session.scalars(select(Topic)):
            topic.title, topic.summary = f"心肺复苏{topic.id}", ""
        for instructor in session.scalars(select(Instructor)):
            search_index.refresh(session, [instructor])
        add_synonym(session, "院前", "急救")
    assert (found(app, "院前"), found(app, "急救")) == (True, True)
    before = synonyms(app)

    renamed = {"name": "应急处置", "name_en": "First aid", "parent": str(ids["medicine"])}
    assert root.post(f"/fields/{ids['rescue']}", renamed).status_code == 303
    assert (found(app, "院前"), found(app, "急救"), found(app, "应急处置")) == (True, True, True)
    assert root.post(f"/fields/{ids['rescue']}/merge", {"into": ids["law"]}).status_code == 303
    assert [found(app, word) for word in ("院前", "急救", "应急处置", "法律")] == [True] * 4

    assert (undo(app, root), undo(app, root)) == (303, 303)
    assert synonyms(app) == before
