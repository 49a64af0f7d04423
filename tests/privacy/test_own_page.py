"""My page and the files with one's own data."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from booking.accounts.models import User
from booking.audit import Action
from booking.contacts.models import Consent, Reveal, Through
from booking.db import Base, unit_of_work
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Contact
from booking.privacy.export.contents import NOT_EXPORTED, PARTS
from booking.settings import service as settings
from booking.settings.engine.declarations import PUBLIC_REGISTER, PublicRegister
from booking.visibility.engine.readers import Purpose
from tests import factories
from tests.audit_log import entries
from tests.browser import Client
from tests.conftest import Time
from tests.counting import QueryCount
from tests.factories import CHEN, LI, NOW, ROOT, WANG, ZHOU, Cast, at
from tests.privacy.leaving import ask, work

PHONE = "12000007351"


def contact(app: Flask, instructor_id: int) -> None:
    with app.app_context(), unit_of_work() as session:
        session.add(
            Contact(instructor_id=instructor_id, channel=Channel.PHONE, value=PHONE, created_at=NOW)
        )


def seen(app: Flask, instructor_id: int, times: int = 1) -> None:
    """Somebody looked at the number."""
    with app.app_context(), unit_of_work() as session:
        session.add_all(
            Reveal(
                instructor_id=instructor_id,
                channel=Channel.PHONE,
                hint="120****7351",
                reader_name="李静",
                reader_unit="岫云县第一支部",
                through=Through.LECTURE,
                reference=f"YK-2026-{number:06}",
                reason="约定上课地点",
                shown_at=NOW - timedelta(hours=number),
            )
            for number in range(1, times + 1)
        )


@pytest.mark.parametrize("email", [CHEN, LI, WANG, ROOT])
def test_everybody_has_the_page(app: Flask, people: Cast, email: str) -> None:
    client = Client(app).language("en").sign_in(email)
    page = client.get("/me").text
    assert "What is known about you" in page
    assert 'href="/me"' in client.get("/account").text


def test_the_own_number_is_masked_until_it_is_asked_for(app: Flask, people: Cast) -> None:
    contact(app, people.chen.id)
    client = Client(app).language("en").sign_in(CHEN)
    page = client.get("/me").text
    assert "120****7351" in page
    assert PHONE not in page
    assert PHONE in client.get("/me/data/contacts").text
    assert PHONE not in Client(app).sign_in(ZHOU).get("/me/data/contacts").text


def test_a_branch_sees_what_the_preview_says(app: Flask, people: Cast) -> None:
    contact(app, people.chen.id)
    client = Client(app).language("en").sign_in(CHEN)
    assert PHONE not in client.get("/me/as/branch").text
    assert "not shown" in client.get("/me/as/branch").text
    with app.app_context(), unit_of_work() as session:
        session.add(
            Consent(
                instructor_id=people.chen.id,
                purpose=Purpose.PUBLISH,
                channel=Channel.PHONE,
                text_version="1",
                given_at=NOW,
            )
        )
    assert PHONE in client.get("/me/as/public").text
    assert "On the public page" in client.get("/me").text
    assert client.get("/me/as/nobody").status_code == 404
    # Who has no entry has no preview of one.
    assert Client(app).sign_in(LI).get("/me/as/branch").status_code == 404


def test_the_page_follows_the_setting_of_the_public_register(app: Flask, people: Cast) -> None:
    contact(app, people.chen.id)
    client = Client(app).language("en").sign_in(CHEN)
    assert "Everybody sees this" in client.get("/me").text
    with app.app_context(), unit_of_work() as session:
        settings.change(session, PUBLIC_REGISTER, PublicRegister.MEMBERS.value, now=NOW)
    page, preview = client.get("/me").text, client.get("/me/as/public").text
    assert "Everybody sees this" not in page
    assert "Branches that are signed in see it." in page
    assert "栖云市一中" not in preview
    assert preview.count("not shown") == client.get("/me/as/public").text.count("<tr") > 5


def test_the_owner_sees_who_saw_it(app: Flask, people: Cast) -> None:
    seen(app, people.chen.id, times=41)
    client = Client(app).language("en").sign_in(CHEN)
    assert "Show all 41" in client.get("/me").text
    first, last = client.get("/me/seen").text, client.get("/me/seen?page=3").text
    assert first.count("约定上课地点") == 20
    assert last.count("约定上课地点") == 1
    assert "YK-2026-000041" in last
    assert client.get("/me/seen?page=4").status_code == 404
    assert client.get("/me/seen?page=x").status_code == 200
    assert "约定上课地点" not in Client(app).sign_in(ZHOU).get("/me/seen").text


def test_the_page_asks_as_much_however_much_there_is(
    app: Flask, people: Cast, queries: QueryCount
) -> None:
    client = Client(app).sign_in(CHEN)
    contact(app, people.chen.id)
    seen(app, people.chen.id)
    client.get("/me")
    with queries() as few:
        client.get("/me")
    seen(app, people.chen.id, times=5)
    factories.confirmed(app, people, at(3, 9))
    with queries() as many:
        client.get("/me")
    assert len(many) == len(few)


def exported(client: Client) -> dict[str, Any]:
    response = client.get("/me/export.json")
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    document: dict[str, Any] = json.loads(response.data)
    return document


def test_the_file_has_the_own_data(app: Flask, people: Cast) -> None:
    contact(app, people.chen.id)
    seen(app, people.chen.id)
    number = factories.confirmed(app, people, at(3, 9))
    document = exported(Client(app).sign_in(CHEN))
    assert (document["format"], document["version"]) == ("yueke-personal-data", 1)
    assert document["truncated"] == []
    assert set(document["data"]) == set(PARTS)
    data = document["data"]
    assert data["account"][0]["email"] == CHEN
    assert [one["value"] for one in data["contacts"]] == [PHONE]
    assert [one["number"] for one in data["lectures"]] == [number]
    assert [one["reader_name"] for one in data["seen_by"]] == ["李静"]
    logged = entries(app, Action.DATA_EXPORTED)
    assert [(one.subject_label, one.detail["what"]) for one in logged] == [("陈明", "json")]


def test_nobody_has_the_data_of_others(app: Flask, people: Cast) -> None:
    contact(app, people.chen.id)
    factories.confirmed(app, people, at(3, 9))
    for email in (ZHOU, WANG, ROOT):
        text = json.dumps(exported(Client(app).sign_in(email)), ensure_ascii=False)
        assert PHONE not in text
        assert CHEN not in text
        assert "陈明" not in text
    assert Client(app).get("/me/export.json").status_code == 302
    assert Client(app).sign_in(ZHOU).get("/me/data/other").status_code == 404


def test_the_spreadsheet_calculates_nothing(app: Flask, people: Cast) -> None:
    with app.app_context(), unit_of_work() as session:
        session.get_one(User, people.chen.user).name = "=1+1"
    response = Client(app).sign_in(CHEN).get("/me/export.xlsx")
    book = load_workbook(io.BytesIO(response.data))
    assert book.sheetnames[:2] == ["账号", "角色"]
    sheet = book["账号"]
    assert sheet["A1"].value == "姓名"
    cell = sheet["A2"]
    assert (cell.value, cell.quotePrefix, cell.data_type) == ("=1+1", True, "s")


def test_every_table_about_people_is_in_the_file_or_says_why_not() -> None:
    """If this fails, add a part in `export.contents`, or a reason in `NOT_EXPORTED`."""
    keys = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in ("user", "instructor")
    }
    owners = {
        f"{column.class_.__tablename__}.{column.property.columns[0].name}"
        for part in PARTS.values()
        for column in part.owners
    } - {"user.id", "instructor.id"}
    assert owners & set(NOT_EXPORTED) == set()
    assert owners | set(NOT_EXPORTED) == keys


def test_leaving_on_the_page(app: Flask, people: Cast, time: Time) -> None:
    number = factories.confirmed(app, people, at(3, 9))
    client = Client(app).language("en").sign_in(CHEN)
    assert number in client.get("/me/leave").text
    wrong = client.post("/me/leave", {"name": "陈明明"})
    assert wrong.status_code == 422
    assert "This is not your name" in wrong.text
    assert client.post("/me/leave", {"name": "陈明"}).status_code == 303
    assert "I stay" in client.get("/me/leave").text
    assert "You are leaving" in client.get("/me").text
    assert client.post("/me/leave", {"name": "陈明"}).status_code == 409
    assert client.post("/me/leave/take-back").status_code == 303
    assert "You are leaving" not in client.get("/me").text
    assert client.post("/me/leave/take-back").status_code == 409
    assert client.post("/me/leave", {"name": "陈明"}).status_code == 303
    assert work(app, time, timedelta(days=8)) == 1
    assert client.get("/me").status_code == 302


def test_a_coordinator_of_the_region_notes_it(app: Flask, people: Cast) -> None:
    path = f"/instructors/{people.chen.id}/leaving"
    client = Client(app).language("en").sign_in(WANG)
    assert path in client.get(f"/instructors/{people.chen.id}/departure").text
    assert client.post(path, {"reason": "来电"}).status_code == 422
    assert client.post(path, {"reason": "来电", "sure": "y"}).status_code == 303
    assert "来电" in client.get(path).text
    logged = entries(app, Action.LEAVING_ASKED)
    assert [(one.actor_label, one.region_code) for one in logged] == [("王强", factories.DISTRICT)]
    # The person sees it, and can take it back as well.
    chen = Client(app).language("en").sign_in(CHEN)
    assert "You are leaving" in chen.get("/me").text
    assert client.post(f"{path}/take-back").status_code == 303
    assert "You are leaving" not in chen.get("/me").text


@pytest.mark.parametrize("email", [CHEN, LI, "sun@example.org"])
def test_nobody_else_notes_it(app: Flask, people: Cast, email: str) -> None:
    path = f"/instructors/{people.chen.id}/leaving"
    client = Client(app).sign_in(email)
    assert client.get(path).status_code in (403, 404)
    assert client.post(path, {"reason": "x", "sure": "y"}).status_code in (403, 404)
    ask(app, people.chen.user)
    assert client.post(f"{path}/take-back").status_code in (403, 404)
    # The wish of the person is not taken back by the coordinator either.
    assert Client(app).sign_in(WANG).post(f"{path}/take-back").status_code == 409
    assert len(entries(app, Action.LEAVING_ASKED)) == 1
    assert entries(app, Action.LEAVING_TAKEN_BACK) == []


def test_the_last_administrator_is_told(app: Flask, people: Cast) -> None:
    client = Client(app).language("en").sign_in(ROOT)
    page = client.post("/me/leave", {"name": "管理员"})
    assert page.status_code == 409
    assert "This is the last administrator." in page.text
