"""Certificates of service: figures, numbers, who issues them, and the page that checks them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from booking.audit import Action
from booking.db import db, unit_of_work
from booking.dossiers.service_certificates import service
from booking.dossiers.service_certificates.errors import NothingToCertify
from booking.dossiers.service_certificates.models import ServiceCertificate
from booking.dossiers.service_certificates.queries import years
from booking.instructors.models import Instructor
from tests.audit_log import entries
from tests.browser import Client
from tests.conftest import Time
from tests.dossiers.filing import held, not_held
from tests.factories import CHEN, LI, SUN, WANG, ZHOU, ZONE, Cast, at
from tests.papers import text_of


@pytest.fixture
def base(app: Flask, people: Cast, time: Time) -> str:
    """Two lectures that took place, and one that did not."""
    held(app, people, 3, 9)
    held(app, people, 3, 14)
    not_held(app, people, 4)
    time.now = at(5, 9)
    return f"/instructors/{people.chen.id}/service"


def certificates(app: Flask) -> list[ServiceCertificate]:
    with app.app_context():
        query = select(ServiceCertificate).order_by(ServiceCertificate.id)
        return list(db.session().scalars(query))


def issue(app: Flask, people: Cast, year: int = 2026) -> str:
    with app.app_context(), unit_of_work() as session:
        chen = session.get_one(Instructor, people.chen.id)
        return service.issue(session, chen, year, user_id=None, now=at(5, 9), zone=ZONE).number


def test_figures_of_a_year(app: Flask, people: Cast, base: str) -> None:
    with app.app_context():
        found = years(db.session(), people.chen.id, ZONE)
    assert [(one.year, one.lectures, one.credit_hours) for one in found] == [(2026, 2, Decimal(5))]


def test_issued_once_while_the_figures_hold(app: Flask, people: Cast, base: str) -> None:
    assert [issue(app, people), issue(app, people)] == ["SK-2026-0001", "SK-2026-0001"]
    held(app, people, 7, 9)
    assert issue(app, people) == "SK-2026-0002"
    first, second = certificates(app)
    assert (first.replaced_at, first.lectures) == (at(5, 9), 2)
    assert (second.replaced_at, second.lectures) == (None, 3)
    assert [one.detail["number"] for one in entries(app, Action.SERVICE_CERTIFIED)] == [
        "SK-2026-0001",
        "SK-2026-0002",
    ]


def test_nothing_to_certify(app: Flask, people: Cast, base: str) -> None:
    with pytest.raises(NothingToCertify):
        issue(app, people, 2025)
    answer = Client(app).sign_in(CHEN).post(f"{base}/2025")
    assert answer.status_code == 409
    assert "请先填写回执" in answer.text


@pytest.mark.parametrize(
    ("who", "status"), [(CHEN, 200), (WANG, 200), (SUN, 404), (ZHOU, 404), (LI, 403)]
)
def test_who_may_issue_and_print(
    app: Flask, people: Cast, base: str, who: str, status: int
) -> None:
    issue(app, people)
    (one,) = certificates(app)
    browser = Client(app).sign_in(who)
    posted = browser.post(f"{base}/2026").status_code
    got = [browser.get(path).status_code for path in (base, f"{base}/{one.id}.pdf")]
    assert (posted, got) == (303 if status == 200 else status, [status, status])


def test_a_certificate_of_somebody_else_is_not_there(app: Flask, people: Cast, base: str) -> None:
    issue(app, people)
    (one,) = certificates(app)
    zhou = Client(app).sign_in(ZHOU)
    assert zhou.get(f"/instructors/{people.zhou.id}/service/{one.id}.pdf").status_code == 404


def test_the_paper_and_its_check(app: Flask, people: Cast, base: str) -> None:
    chen = Client(app).sign_in(CHEN)
    chen.post(f"{base}/2026")
    (one,) = certificates(app)
    said = text_of(chen.get(f"{base}/{one.id}.pdf").data)
    sentence = "兹证明陈明同志于2026年授课2场，共计5学时（统计截至2026年11月28日）。"
    assert said.startswith(f"授课证明{sentence}")
    assert "证书编号：SK-2026-0001" in said
    code = re.search(r"核验码：([A-Z2-9]{5}-[A-Z2-9]{5})", said)
    assert code is not None
    anybody = Client(app)
    for typed in (code[1], code[1].lower(), code[1].replace("-", " ")):
        page = anybody.get("/certificates", query_string={"code": typed})
        assert page.status_code == 200
        assert "该证明真实有效。" in page.text
        assert sentence in page.text
        # What the paper does not say.
        assert "汀兰大学" not in page.text


@pytest.mark.parametrize("typed", ["AAAAA-AAAAA", "x" * 500, "' OR 1=1 --", "%", "0"])
def test_a_wrong_code_shows_nothing(app: Flask, people: Cast, base: str, typed: str) -> None:
    issue(app, people)
    page = Client(app).get("/certificates", query_string={"code": typed})
    assert page.status_code == 404
    assert "陈明" not in page.text
    assert "请与纸面逐字核对" in page.text


def test_a_replaced_one_says_so(app: Flask, people: Cast, base: str) -> None:
    issue(app, people)
    held(app, people, 7, 9)
    issue(app, people)
    first, _second = certificates(app)
    page = Client(app).get("/certificates", query_string={"code": first.code}).text
    assert "现已被数据更新的证明替代" in page
    assert "授课2场" in page


def test_an_empty_form_is_no_mistake(app: Flask) -> None:
    assert Client(app).get("/certificates").status_code == 200
