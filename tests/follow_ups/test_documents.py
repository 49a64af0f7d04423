"""The document of an answer: known by its content, bounded, private, saved and never shown."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from booking.db import db
from booking.errors import Invalid
from booking.follow_ups import views
from booking.follow_ups.documents.engine import kinds
from booking.follow_ups.documents.engine.kinds import (
    LONGEST_FILENAME,
    MOST_BYTES,
    MOST_MEMBERS,
    DocumentKind,
    kind_of,
    stored_name,
)
from booking.follow_ups.documents.engine.pictures import (
    LONGEST_SIDE,
    UnreadablePicture,
    plain_picture,
)
from booking.follow_ups.documents.models import FollowUpDocument
from tests.browser import Client
from tests.factories import CHEN, LI, ROOT, SUN, WANG, ZHAO, ZHOU, Cast
from tests.follow_ups.asking import PDF, asked, office, outcome_ids, picture

HTML = b"<script>alert(1)</script>"
EXE = b"MZ\x90\x00" + bytes(100)


@pytest.fixture
def number(app: Flask, people: Cast) -> str:
    """The number of a lecture about which Li's branch was asked."""
    return asked(app, people)


def send(
    app: Flask, number: str, content: bytes, name: str = "说明.pdf", kind: str = "application/pdf"
) -> TestResponse:
    """Li's answer with a document."""
    li = Client(app).language("en").sign_in(LI)
    values: dict[str, Any] = {
        "outcomes": outcome_ids(app)[0],
        "text": "已整改。",
        "document": (io.BytesIO(content), name, kind),
    }
    path = f"/lectures/{number}/effect/first"
    return li.post(path, values, content_type="multipart/form-data")


def stored(app: Flask) -> list[tuple[str, str, int]]:
    """Name, kind and size of what is stored."""
    with app.app_context():
        found = db.session().scalars(select(FollowUpDocument))
        return [(one.filename, one.kind.value, one.size) for one in found]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, DocumentKind.PDF),
        (office(), DocumentKind.WORD),
        (office("xl/workbook.xml"), DocumentKind.SPREADSHEET),
        (office("ppt/presentation.xml"), DocumentKind.PRESENTATION),
        (picture("PNG"), DocumentKind.JPEG),
        (picture("WEBP"), DocumentKind.JPEG),
    ],
)
def test_a_document_is_known_by_its_content(content: bytes, kind: DocumentKind) -> None:
    assert kind_of(content) is kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        HTML,
        EXE,
        b"GIF89a" + bytes(50),
        b"\x00" + PDF,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"PK\x03\x04" + bytes(100),
        office("word/document.xml", "word/vbaProject.bin"),
        office("word/document.xml", "xl/workbook.xml"),
        office("evil.exe"),
        office("word/document.xml", *(f"x{number}" for number in range(MOST_MEMBERS))),
        office()[:-10],
        b"%PDF-" + bytes(MOST_BYTES),
    ],
)
def test_what_is_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        kind_of(content)
    assert refused.value.field == "document"


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("整改说明.pdf", "整改说明.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\system.ini", "system.pdf"),
        ("C:\\报告.docx", "报告.pdf"),
        ("evil.pdf.exe", "evil.pdf.pdf"),
        ('a"; filename="b.html', "a filename=b.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie x=1.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("", "document.pdf"),
        ("...", "document.pdf"),
        ("/", "document.pdf"),
        ("名" * 10_000 + ".pdf", "名" * (LONGEST_FILENAME - 4) + ".pdf"),
    ],
)
def test_a_name_is_bare_short_and_has_the_ending_of_its_kind(sent: str, name: str) -> None:
    assert stored_name(sent, DocumentKind.PDF) == name


def test_a_picture_loses_place_and_camera() -> None:
    data = picture("JPEG", (5000, 100))
    assert b"SecretCamera" in data
    with Image.open(io.BytesIO(plain_picture(data))) as made:
        assert (made.size[0], made.format, dict(made.getexif())) == (LONGEST_SIDE, "JPEG", {})


@pytest.mark.parametrize("data", [b"\xff\xd8\xff", picture()[:500], HTML])
def test_a_spoilt_picture_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePicture):
        plain_picture(data)


def test_a_bomb_of_pixels_is_refused_before_it_is_decoded() -> None:
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    with pytest.raises(UnreadablePicture):
        plain_picture(file.getvalue())


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (HTML, "说明.pdf", "application/pdf"),
        (EXE, "photo.jpg", "image/jpeg"),
        (b"\xff\xd8\xff" + HTML, "photo.jpg", "image/jpeg"),
        (office("word/document.xml", "word/vbaProject.bin"), "a.docx", "application/pdf"),
        (b"", "empty.pdf", "application/pdf"),
    ],
)
def test_a_hostile_upload_is_refused_with_a_sentence(
    app: Flask, number: str, content: bytes, name: str, kind: str
) -> None:
    answer = send(app, number, content, name, kind)

    assert answer.status_code == 422
    assert 'id="document-error"' in answer.text
    assert "已整改。" in answer.text
    assert stored(app) == []


def test_no_more_than_the_bound_is_taken(
    app: Flask, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (kinds, views):
        monkeypatch.setattr(module, "MOST_BYTES", len(PDF))
    answers = [send(app, number, PDF + bytes(more)) for more in (0, 1)]

    assert [one.status_code for one in answers] == [303, 422]
    assert "This file is too large" in answers[1].text
    assert stored(app) == [("说明.pdf", "pdf", len(PDF))]


def test_a_type_that_lies_changes_nothing(app: Flask, number: str) -> None:
    """A PDF that calls itself a page is a PDF, and is saved as one."""
    assert send(app, number, PDF, "../../x.html", "text/html").status_code == 303

    answer = Client(app).sign_in(LI).get(f"/lectures/{number}/effect/first/document")

    assert stored(app) == [("x.pdf", "pdf", len(PDF))]
    assert answer.data == PDF
    headers = ("Content-Type", "X-Content-Type-Options", "Cache-Control", "Content-Disposition")
    assert [answer.headers[one] for one in headers] == [
        "application/pdf",
        "nosniff",
        "no-store",
        "attachment; filename=\"x.pdf\"; filename*=UTF-8''x.pdf",
    ]
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_picture_is_stored_without_its_metadata(app: Flask, number: str) -> None:
    assert send(app, number, picture("PNG"), "现场.png", "image/png").status_code == 303

    answer = Client(app).sign_in(LI).get(f"/lectures/{number}/effect/first/document")

    assert [one[:2] for one in stored(app)] == [("现场.jpg", "jpg")]
    assert (answer.data[:3], b"SecretCamera" in answer.data) == (b"\xff\xd8\xff", False)


def test_a_second_document_takes_the_place_of_the_first(app: Flask, number: str) -> None:
    send(app, number, PDF)
    send(app, number, office(), "a.docx")

    assert [one[:2] for one in stored(app)] == [("a.docx", "docx")]


def test_an_answer_without_a_document_keeps_the_one_before(app: Flask, number: str) -> None:
    send(app, number, PDF)
    Client(app).sign_in(LI).post(
        f"/lectures/{number}/effect/first", {"outcomes": outcome_ids(app)[1]}
    )

    assert [one[0] for one in stored(app)] == ["说明.pdf"]


def test_the_branch_removes_it_for_good(app: Flask, number: str) -> None:
    send(app, number, PDF)
    answer = Client(app).sign_in(LI).post(f"/lectures/{number}/effect/first/document/remove")

    assert answer.status_code == 303
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(FollowUpDocument)) == 0


@pytest.mark.parametrize(
    ("email", "status"),
    [
        (LI, 200),
        (WANG, 200),
        (ROOT, 200),
        (CHEN, 403),
        (ZHOU, 403),
        (SUN, 404),
        (ZHAO, 404),
        (None, 302),
    ],
)
def test_only_the_branch_and_its_coordinators_get_it(
    app: Flask, number: str, email: str | None, status: int
) -> None:
    send(app, number, PDF)
    client = Client(app)
    if email:
        client.sign_in(email)

    answer = client.get(f"/lectures/{number}/effect/first/document")

    assert (answer.status_code, answer.data == PDF) == (status, status == 200)
