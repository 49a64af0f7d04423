"""The dossier of a lecture: what it says, to whom, as a page and as a PDF."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.db import unit_of_work
from booking.dossiers.records import parts
from booking.lectures.engine.states import Command, Party
from tests import factories
from tests.browser import Client
from tests.conftest import Time
from tests.dossiers.filing import HOSTILE, held
from tests.factories import CHEN, LI, SUN, WANG, ZHAO, ZHOU, Cast, at
from tests.papers import squeezed, text_of


@pytest.fixture
def number(app: Flask, people: Cast, time: Time) -> str:
    found = held(app, people, note=HOSTILE)
    time.now = at(3, 21)
    return found


def headings(app: Flask, who: str, number: str) -> list[str]:
    page = Client(app).sign_in(who).get(f"/lectures/{number}/dossier").text
    return [part.partition("</h2>")[0] for part in page.split("<h2>")[1:]]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (LI, ["授课安排", "需求", "约定", "授课回执"]),
        (WANG, ["授课安排", "需求", "约定", "授课回执"]),
        (CHEN, ["授课安排", "约定", "授课回执"]),
    ],
)
def test_each_side_reads_its_parts(app: Flask, number: str, who: str, expected: list[str]) -> None:
    assert headings(app, who, number) == expected


@pytest.mark.parametrize(
    ("who", "status"), [(LI, 200), (CHEN, 200), (WANG, 200), (SUN, 404), (ZHAO, 404), (ZHOU, 404)]
)
@pytest.mark.parametrize("ending", ["", ".pdf"])
def test_who_may_read_it(app: Flask, number: str, who: str, status: int, ending: str) -> None:
    answer = Client(app).sign_in(who).get(f"/lectures/{number}/dossier{ending}")
    assert answer.status_code == status


def test_nobody_without_signing_in(app: Flask, number: str) -> None:
    assert Client(app).get(f"/lectures/{number}/dossier").status_code == 302


def test_the_paper_says_what_the_page_says(app: Flask, number: str) -> None:
    answer = Client(app).sign_in(LI).get(f"/lectures/{number}/dossier.pdf")
    assert answer.mimetype == "application/pdf"
    assert "filename*=UTF-8''%E6%8E%88" in answer.headers["Content-Disposition"]
    said = text_of(answer.data)
    for wanted in (
        f"授课台账{number}：家庭急救常识（120分钟）",
        "讲师陈明单位及职务汀兰大学（虚构）单位岫云县第一支部",
        "实际时间2026年11月26日（周四）上午9:00—11:00实到人数42学时2.5",
        squeezed(f"备注{HOSTILE}"),
        "第1页，共1页",
    ):
        assert wanted in said, (wanted, said)


def test_in_english(app: Flask, number: str) -> None:
    answer = Client(app).language("en").sign_in(CHEN).get(f"/lectures/{number}/dossier.pdf")
    said = text_of(answer.data)
    assert "Instructor陈明ChenMing" in said
    assert "TookplaceThu26Nov2026,09:00–11:00" in said


def test_a_request_has_no_dossier(app: Flask, people: Cast) -> None:
    number = factories.requested(app, people)
    li = Client(app).sign_in(LI)
    assert li.get(f"/lectures/{number}/dossier").status_code == 404
    assert f"/lectures/{number}/dossier" not in li.get(f"/lectures/{number}").text


def test_the_page_of_a_lecture_leads_to_it(app: Flask, number: str) -> None:
    assert (
        f'href="/lectures/{number}/dossier"'
        in Client(app).sign_in(LI).get(f"/lectures/{number}").text
    )


def test_a_cancellation_is_a_change(app: Flask, people: Cast) -> None:
    number = factories.confirmed(app, people)
    with app.app_context(), unit_of_work() as session:
        factories.move(session, number, Command.CANCEL, Party.BRANCH, reason="场地漏水")
    assert headings(app, LI, number) == ["授课安排", "需求", "约定", "变更"]
    assert "场地漏水" in Client(app).sign_in(CHEN).get(f"/lectures/{number}/dossier").text


def test_features_add_parts_in_their_order(app: Flask, number: str) -> None:
    before = app.extensions["dossier_parts"]
    added = (lambda *_: parts.Part("评价", (("人数", "7"),)), lambda *_: None)
    try:
        parts.connect(app, (*before, *added))
        assert headings(app, LI, number)[-1] == "评价"
    finally:
        parts.connect(app, before)
