"""The pages of organisations: lists, changes, and whose they are."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from booking.accounts.models import Organisation
from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from tests import factories
from tests.browser import Client
from tests.counting import QueryCount
from tests.factories import CHEN, COUNTY, DISTRICT, LI, OTHER_DISTRICT, SUN, WANG, Cast

CLOSED = {"reason": "已撤销"}


@pytest.fixture
def wang(client: Client, people: Cast) -> Client:
    return client.sign_in(WANG).language("en")


def named(app: Flask, name: str) -> Organisation | None:
    with app.app_context():
        query = select(Organisation).where(Organisation.name == name)
        return db.session().scalars(query).one_or_none()


def actions(app: Flask) -> list[tuple[Action, dict[str, object]]]:
    with app.app_context():
        query = select(AuditEntry).where(AuditEntry.action.like("organisation%"))
        rows = db.session().scalars(query.order_by(AuditEntry.id))
        return [(one.action, one.detail) for one in rows]


def test_add_edit_close_open_and_remove(app: Flask, wang: Client, people: Cast) -> None:
    known = len(actions(app))
    added = wang.post("/organisations/new", {"name": " 第九支部 ", "region": DISTRICT})
    unit = named(app, "第九支部")
    assert unit is not None
    path = f"/organisations/{unit.id}"
    assert (added.status_code, added.location) == (303, path)
    assert wang.post(path, {"name": "第十支部", "region": COUNTY}).status_code == 303
    assert wang.post(f"{path}/close", {"reason": ""}).status_code == 422
    assert wang.post(f"{path}/close", CLOSED).status_code == 303
    assert "已撤销" in wang.get(path).text
    assert "第十支部" in wang.get("/organisations?show=closed").text
    assert "第十支部" not in wang.get("/organisations?show=open").text
    assert wang.post(f"{path}/reopen").status_code == 303
    assert wang.post(f"{path}/remove").status_code == 303
    assert named(app, "第十支部") is None
    assert actions(app)[known:] == [
        (Action.ORGANISATION_MADE, {}),
        (
            Action.ORGANISATION_CHANGED,
            {"name": ["第九支部", "第十支部"], "region": [DISTRICT, COUNTY]},
        ),
        (Action.ORGANISATION_CLOSED, {"reason": "已撤销"}),
        (Action.ORGANISATION_OPENED, {}),
        (Action.ORGANISATION_REMOVED, {}),
    ]


def test_what_is_used_is_not_removed(app: Flask, wang: Client, people: Cast) -> None:
    answer = wang.post(f"/organisations/{people.li.id}/remove")
    assert answer.status_code == 409
    assert "cannot be removed: close it, or merge" in answer.text
    assert named(app, "岫云县第一支部") is not None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": "", "region": COUNTY}, "Give the branch a name."),
        ({"name": "岫云县第一支部", "region": COUNTY}, "is known in this district already"),
        ({"name": "甲", "region": OTHER_DISTRICT}, "There is no such district."),
        ({"name": "甲", "region": "x"}, "There is no such district."),
        ({"name": "甲" * 121, "region": COUNTY}, "120"),
    ],
)
def test_refused_names_and_regions(
    app: Flask, wang: Client, values: dict[str, str], sentence: str
) -> None:
    answer = wang.post("/organisations/new", values)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{values["name"]}"' in answer.text


def test_a_branch_is_not_given_to_a_foreign_region(app: Flask, wang: Client, people: Cast) -> None:
    path = f"/organisations/{people.li.id}"
    answer = wang.post(path, {"name": "岫云县第一支部", "region": OTHER_DISTRICT})
    assert answer.status_code == 422
    found = named(app, "岫云县第一支部")
    assert found is not None
    assert found.region_code == COUNTY


def test_everything_of_another_region_is_not_there(app: Flask, wang: Client, people: Cast) -> None:
    foreign = people.zhao.id
    assert "观屿区第一支部" not in wang.get("/organisations?name=第一支部").text
    assert "观屿区第一支部" not in wang.get(f"/organisations?region={OTHER_DISTRICT}").text
    for path in ("", "/merge", f"/merge?into={people.li.id}"):
        assert wang.get(f"/organisations/{foreign}{path}").status_code == 404
    assert wang.get(f"/organisations/{people.li.id}/merge?into={foreign}").status_code == 404
    for path, values in (
        ("", {"name": "甲", "region": COUNTY}),
        ("/close", CLOSED),
        ("/reopen", {}),
        ("/remove", {}),
        ("/merge", {"into": people.li.id}),
    ):
        assert wang.post(f"/organisations/{foreign}{path}", values).status_code == 404, path
    own = f"/organisations/{people.li.id}/merge"
    assert wang.post(own, {"into": foreign}).status_code == 404


@pytest.mark.parametrize("email", [LI, CHEN])
def test_others_see_none_of_it(app: Flask, client: Client, people: Cast, email: str) -> None:
    client.sign_in(email)
    for path in ("/organisations", "/organisations/new", f"/organisations/{people.li.id}"):
        assert client.get(path).status_code == 403


def test_the_list_has_pages_and_always_as_many_queries(
    app: Flask, wang: Client, queries: QueryCount
) -> None:
    wang.get("/organisations")
    with queries() as few:
        wang.get("/organisations")
    with app.app_context(), unit_of_work() as session:
        for number in range(60):
            factories.make_branch(session, f"听澜区第{number:02}支部", region=DISTRICT)
    with queries() as many:
        first = wang.get("/organisations").text
    assert len(few) == len(many)
    second = wang.get("/organisations?page=2").text
    assert first.count("支部</span></strong>") + second.count("支部</span></strong>") == 61
    assert "Page 1 of 2" in first
    # Beyond the last page is the last page.
    assert "Page 2 of 2" in wang.get("/organisations?page=99").text


def test_closed_branches_are_not_offered(app: Flask, wang: Client, people: Cast) -> None:
    from booking.accounts.models import User
    from booking.lectures.request_form.branches import named as found_by_name

    def offered() -> list[int]:
        with app.app_context():
            who = db.session().get_one(User, people.wang).actor()
            return [unit.id for unit in found_by_name(db.session(), who, "岫云县")]

    assert offered() == [people.li.id]
    wang.post(f"/organisations/{people.li.id}/close", CLOSED)
    assert offered() == []


def test_contacts_are_told_without_addresses(wang: Client, people: Cast) -> None:
    text = wang.get(f"/organisations/{people.li.id}").text
    assert "李静" in text
    assert LI not in text


def test_sun_is_wangs_neighbour(app: Flask, client: Client, people: Cast) -> None:
    client.sign_in(SUN)
    assert client.get(f"/organisations/{people.li.id}").status_code == 404
    assert client.get(f"/organisations/{people.zhao.id}").status_code == 200
