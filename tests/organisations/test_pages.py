"""The pages of organisations: who sees what, and what each change does."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from booking.accounts.models import Organisation
from booking.audit import Action, AuditEntry
from booking.db import db, unit_of_work
from tests import factories
from tests.browser import Client
from tests.factories import COUNTY, DISTRICT, LI, OTHER_DISTRICT, ROOT, SUN, WANG, Cast


def signed_in(client: Client, email: str) -> Client:
    client.sign_in(email)
    return client


def entries(app: Flask, action: Action) -> list[tuple[int | None, str, dict[str, object]]]:
    with app.app_context():
        query = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
        return [
            (one.subject_id, one.subject_label, one.detail) for one in db.session().scalars(query)
        ]


def found(app: Flask, organisation_id: int) -> Organisation | None:
    with app.app_context():
        return db.session().get(Organisation, organisation_id)


def test_pages_open(app: Flask, client: Client, people: Cast) -> None:
    client.sign_in(ROOT)
    with app.app_context(), unit_of_work() as session:
        factories.make_branch(session, "栖云市第二支部")
        from booking.instructors import service as instructors

        top = instructors.add_field(session, code="a", name="医学")
        instructors.add_field(session, code="b", name="急救", parent_id=top.id)
    for path in (
        "/organisations",
        "/organisations?name=支部&region=990100&show=open",
        "/organisations/new",
        f"/organisations/{people.li.id}",
        f"/organisations/{people.li.id}/merge",
        f"/organisations/{people.li.id}/merge?into={people.zhao.id}",
        "/organisations/import",
        "/regions",
        "/regions/new",
        "/regions/import",
        f"/regions/{COUNTY}",
        f"/regions/{COUNTY}/merge?into={DISTRICT}",
        "/fields",
        "/fields/new",
        "/fields/1",
        "/fields/2/merge?into=1",
        "/manage",
    ):
        page = client.get(path)
        assert page.status_code == 200, (path, page.text[:3000])
    assert client.get("/organisations/export.xlsx").status_code == 200
    assert client.get("/organisations/export.csv").status_code == 200
