"""Administrators keep the list of outcomes; answers keep what they named."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from booking.audit import Action, AuditEntry
from booking.db import db
from booking.follow_ups.outcomes.models import LONGEST_OUTCOME, Outcome
from tests.browser import Client
from tests.factories import CHEN, LI, ROOT, WANG, Cast
from tests.follow_ups.asking import asked, outcome_ids

NEW = {"name": "编写了操作手册", "name_en": "A manual was written"}
PAGE = "/effects/outcomes"


def names(app: Flask) -> list[str]:
    """The outcomes that can be chosen."""
    with app.app_context():
        query = select(Outcome.name).where(Outcome.retired_at.is_(None))
        return list(db.session().scalars(query.order_by(Outcome.position)))


def test_an_installation_begins_with_outcomes(app: Flask, people: Cast) -> None:
    assert len(names(app)) == 6


def test_add_change_retire_restore(app: Flask, people: Cast) -> None:
    root = Client(app).language("en").sign_in(ROOT)
    assert root.post(PAGE, NEW).status_code == 303
    added = outcome_ids(app)[-1]
    assert names(app)[-1] == "编写了操作手册"

    root.post(f"{PAGE}/{added}", NEW | {"name": "编写了应急手册"})
    assert names(app)[-1] == "编写了应急手册"
    root.post(f"{PAGE}/{added}/retire")
    root.post(f"{PAGE}/{added}/retire")
    assert len(names(app)) == 6
    root.post(f"{PAGE}/{added}/restore")
    assert len(names(app)) == 7
    with app.app_context():
        query = select(AuditEntry.detail).where(AuditEntry.action == Action.OUTCOMES_CHANGED)
        changes = [one["change"] for one in db.session().scalars(query.order_by(AuditEntry.id))]
    assert changes == ["added", "changed", "retired", "restored"]
    assert "Outcomes to choose from changed" in root.get("/audit").text


@pytest.mark.parametrize(
    "values",
    [
        NEW | {"name": ""},
        NEW | {"name_en": "  "},
        NEW | {"name": "名" * (LONGEST_OUTCOME + 1)},
        NEW | {"name": "修订了制度或流程"},
    ],
)
def test_what_cannot_be_an_outcome_is_refused(
    app: Flask, people: Cast, values: dict[str, str]
) -> None:
    answer = Client(app).sign_in(ROOT).post(PAGE, values)

    assert (answer.status_code, len(names(app))) == (422, 6)


@pytest.mark.parametrize("email", [LI, CHEN, WANG])
def test_only_administrators(app: Flask, people: Cast, email: str) -> None:
    client, first = Client(app).sign_in(email), outcome_ids(app)[0]
    answers = [client.get(PAGE), client.post(PAGE, NEW), client.post(f"{PAGE}/{first}", NEW)]
    answers += [client.post(f"{PAGE}/{first}/{act}") for act in ("retire", "restore")]

    assert [one.status_code for one in answers] == [403] * 5
    assert len(names(app)) == 6


def test_a_retired_outcome_stays_in_answers_and_can_be_kept(app: Flask, people: Cast) -> None:
    number, first = asked(app, people), outcome_ids(app)[0]
    li, root = Client(app).sign_in(LI), Client(app).sign_in(ROOT)
    path = f"/lectures/{number}/effect/first"
    li.post(path, {"outcomes": first})

    root.post(f"{PAGE}/{first}/retire")

    assert "修订了制度或流程" in li.get(f"/lectures/{number}").text
    assert li.post(path, {"outcomes": first, "text": "补充。"}).status_code == 303
    li.post(path, {"outcomes": outcome_ids(app)[0]})
    assert li.post(path, {"outcomes": first}).status_code == 422
