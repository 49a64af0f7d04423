"""The invitation e-mail, read back from its bytes."""

import email
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import parseaddr
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendars.engine.mime import invitation

CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nX-A:急救\r\nEND:VCALENDAR\r\n".encode()
NO_CONTROLS = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"])


def _message(**changes: Any) -> EmailMessage:
    values: dict[str, Any] = {
        "sender": "booking@example.org",
        "sender_name": "汀兰省师资库",
        "to": "instructor0001@example.org",
        "to_name": "张三",
        "subject": "邀请：急救常识",
        "text": "张三老师：\n请接单。\n",
        "html": "<p>张三老师：</p>\n",
        "calendar": CALENDAR,
        "method": "REQUEST",
        "message_id": "<lecture-1.2.invite@example.org>",
        "date": datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC),
    }
    return invitation(**(values | changes))


def _read(**changes: Any) -> Message:
    """Return the message as read from its bytes, its headers as they were written."""
    return email.message_from_bytes(_message(**changes).as_bytes())


def _children(message: Message) -> list[Message]:
    return cast("list[Message]", message.get_payload())


def _decoded(header: str) -> str:
    return str(make_header(decode_header(header)))


def _shape(
    message: Message,
) -> list[tuple[str, list[tuple[str, str]], str | None, str | None]]:
    """Return type, parameters but for the boundary, encoding and disposition of each part."""
    return [
        (
            part.get_content_type(),
            [item for item in (part.get_params() or [])[1:] if item[0] != "boundary"],
            part["Content-Transfer-Encoding"],
            part["Content-Disposition"],
        )
        for part in message.walk()
    ]


def test_invitation_has_the_shape_that_mail_programs_act_on() -> None:
    message = _read()
    calendar = [("charset", "utf-8"), ("method", "REQUEST")]

    assert _shape(message) == [
        ("multipart/mixed", [], None, None),
        ("multipart/alternative", [], None, None),
        ("text/plain", [("charset", "utf-8")], "base64", None),
        ("text/html", [("charset", "utf-8")], "base64", None),
        ("text/calendar", calendar, "base64", None),
        (
            "application/ics",
            [("name", "invite.ics")],
            "base64",
            'attachment; filename="invite.ics"',
        ),
    ]
    alternative, attachment = _children(message)
    assert attachment.get_content_type() == "application/ics"
    assert [part.get_content_type() for part in _children(alternative)] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]


def test_parts_carry_their_content_and_the_calendar_its_very_bytes() -> None:
    contents = [part.get_payload(decode=True) for part in _read().walk()]

    assert [content for content in contents if content is not None] == [
        "张三老师：\r\n请接单。\r\n".encode(),
        "<p>张三老师：</p>\r\n".encode(),
        CALENDAR,
        CALENDAR,
    ]


def test_message_without_calendar_is_text_and_html() -> None:
    assert [shape[0] for shape in _shape(_read(calendar=None, method=None))] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize("with_calendar", [True, False])
def test_headers_are_these_once_each(with_calendar: bool) -> None:
    message = _read() if with_calendar else _read(calendar=None, method=None)

    assert sorted(name for name in message if name != "Content-Type") == [
        "Auto-Submitted",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
    ]
    assert message["Message-ID"] == "<lecture-1.2.invite@example.org>"
    assert message["Date"] == "Mon, 23 Nov 2026 01:02:03 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part["MIME-Version"] for part in message.walk()][1:] == [None] * (
        len(list(message.walk())) - 1
    )


def test_chinese_names_and_subject_are_encoded_words() -> None:
    message = _read()

    assert message["To"] == "=?utf-8?b?5byg5LiJ?= <instructor0001@example.org>"
    assert _decoded(message["From"]) == "汀兰省师资库 <booking@example.org>"
    assert _decoded(message["Subject"]) == "邀请：急救常识"


def test_names_that_could_break_the_address_are_defused() -> None:
    message = _read(
        sender_name='"汀兰省, 师资库" <x@example.org>' + "（请直接回复本邮件）" * 5,
        to_name="张三\r\nBcc: x@example.org",
        subject="邀请\r\nBcc: x@example.org\r\n\r\n正文\u2028完",
    )

    assert sorted(set(message)) == sorted(set(_read()))
    assert parseaddr(message["From"].replace("\r\n", ""))[1] == "booking@example.org"
    assert _decoded(message["From"]) == (
        "汀兰省 师资库 x example.org " + "（请直接回复本邮件）" * 5 + " <booking@example.org>"
    )
    assert _decoded(message["To"]) == "张三 Bcc x example.org <instructor0001@example.org>"
    assert _decoded(message["Subject"]) == "邀请 Bcc: x@example.org 正文 完"


@given(name=st.text(), subject=st.text())
def test_no_text_adds_a_header_or_an_address(name: str, subject: str) -> None:
    message = _read(to_name=name, subject=subject)

    assert sorted(message) == sorted(_read())
    assert parseaddr(message["To"].replace("\r\n", ""))[1] == "instructor0001@example.org"


@given(st.text(NO_CONTROLS, min_size=1, max_size=200))
def test_any_subject_of_one_word_arrives(subject: str) -> None:
    head = _message(subject=subject).as_bytes().split(b"\r\n\r\n")[0]

    # RFC 2047, section 2, allows 76 characters on a line with encoded words.
    assert max(len(line) for line in head.split(b"\r\n")) <= 78
    assert _decoded(_read(subject=subject)["Subject"]) == subject


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"to": "a@b\r\nBcc: c@d"}, "not an e-mail address"),
        ({"to": ""}, "not an e-mail address"),
        ({"to": "nobody"}, "not an e-mail address"),
        ({"sender": "a@b, c@d"}, "not an e-mail address"),
        ({"message_id": "<a@b>\r\nBcc: c@d"}, "not a message id"),
        ({"message_id": "a@b"}, "not a message id"),
        ({"date": datetime(2026, 11, 23)}, "naive date"),
        ({"method": None}, "come together"),
        ({"calendar": None}, "come together"),
        ({"method": "CANCEL"}, "differs from the calendar's"),
        ({"method": "request"}, "differs from the calendar's"),
        (
            {"method": "PUBLISH", "calendar": CALENDAR.replace(b"REQUEST", b"PUBLISH")},
            "never mailed",
        ),
    ],
)
def test_what_cannot_be_mailed_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        _message(**changes)
