"""The certificate: a PDF of one page with an embedded font; who may print it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from booking.audit import Action
from booking.documents import fonts
from booking.nominations.certificates import document
from tests.audit_log import entries
from tests.browser import Client
from tests.factories import CHEN, LI, NOW, SUN, WANG, ZHOU, Cast
from tests.nominations.test_renewals import term
from tests.papers import fonts_of, pages_of, squeezed

pytestmark = pytest.mark.skipif(
    not any((folder / fonts.SERIF).is_file() for folder in fonts.FONT_FOLDERS),
    reason="the font is not installed: fonts-noto-cjk",
)


SAID = {
    "zh_Hans_CN": "聘书兹聘请陈明同志（汀兰大学（虚构））为师资库讲师，"
    "聘期自2026年9月20日至2027年9月19日。约课2026年9月20日证书编号：旧字第1号",
    "en": "Certificate of appointment 陈明 Chen Ming (汀兰大学（虚构）) is hereby appointed as an "
    "instructor of the shared register for the term from 20 September 2026 to 19 September 2027. "
    "Yueke 20 September 2026 Number of the certificate: 旧字第1号",
}


def path_of(app: Flask, people: Cast) -> str:
    term_id = term(app, people.chen.id, 300)
    return f"/instructors/{people.chen.id}/terms/{term_id}/certificate.pdf"


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_one_page_with_what_it_says(app: Flask, people: Cast, language: str) -> None:
    chen = Client(app).language(language).sign_in(CHEN)
    path = path_of(app, people)

    answer = chen.get(path)

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    pdf = answer.get_data()
    assert pdf.startswith(b"%PDF-")
    assert len(pages_of(pdf)) == 1
    assert len(fonts := fonts_of(pdf)) == 1
    assert fonts.pop().startswith("NotoSerifCJKsc-Regular")
    # Only what occurs is embedded.
    assert len(pdf) < 60_000
    (said,) = pages_of(pdf)
    assert said == squeezed(SAID[language])
    assert [one.subject_id for one in entries(app, Action.CERTIFICATE_PRINTED)] == [people.chen.id]


@pytest.mark.parametrize(
    ("email", "status"), [(WANG, 200), (SUN, 404), (ZHOU, 404), (LI, 403), (None, 302)]
)
def test_who_may_print_it(app: Flask, people: Cast, email: str | None, status: int) -> None:
    path = path_of(app, people)
    browser = Client(app)
    if email is not None:
        browser.sign_in(email)
    assert browser.get(path).status_code == status


def test_a_term_of_somebody_else_is_not_there(app: Flask, people: Cast) -> None:
    own, foreign = term(app, people.chen.id, 300), term(app, people.zhou.id, 300)
    wang = Client(app).sign_in(WANG)
    base = f"/instructors/{people.chen.id}/terms"
    assert wang.get(f"{base}/{own}/certificate.pdf").status_code == 200
    assert wang.get(f"{base}/{foreign}/certificate.pdf").status_code == 404
    assert wang.get(f"{base}/99999/certificate.pdf").status_code == 404


def test_without_the_font_the_page_says_what_to_do(
    app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path_of(app, people)
    monkeypatch.setattr(fonts, "FONT_FOLDERS", (Path("/nowhere"),))
    answer = Client(app).language("en").sign_in(CHEN).get(path)
    assert answer.status_code == 503
    assert "fonts-noto-cjk" in answer.text


@pytest.mark.parametrize("length", [2, 60])
def test_long_texts_stay_on_the_page(app: Flask, length: int) -> None:
    facts = document.CertificateFacts(
        name="𠮷" * length,
        reading="",
        workplace="单位" * 100,
        first=NOW.date(),
        last=NOW.date(),
        number="PS-2026-0001",
        installation="约课",
    )
    with app.test_request_context():
        pdf = document.certificate(facts, now=NOW)
    (said,) = pages_of(pdf)
    assert "𠮷" * length in said
