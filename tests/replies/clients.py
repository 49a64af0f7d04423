"""A scripted calendar client: answers as four programs send them, by their documented shapes."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.header import Header

SERVER = "mx.example.com"
"""The server that receives our mail, and says what it found out about the sender."""


@dataclass(frozen=True)
class Answer:
    """What a person answers by a calendar."""

    uid: str
    sequence: int = 0
    stamped_at: datetime = datetime(2026, 11, 23, 2, 1, tzinfo=UTC)
    attendee: str = "chen@example.org"
    sender: str | None = None
    """From; None: the attendee."""
    partstat: str = "ACCEPTED"
    method: str = "REPLY"
    starts_at: datetime = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
    ends_at: datetime = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
    comment: str = ""
    results: str | None = "spf=pass smtp.mailfrom=example.org; dkim=pass header.d=example.org"
    """Authentication-Results behind the server's name; None: there are none."""
    in_reply_to: str = ""
    mark: str = "1"
    """Makes the Message-ID."""

    def but(self, **other: object) -> Answer:
        return replace(self, **other)  # type: ignore[arg-type]


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _china(instant: datetime) -> str:
    return (instant.astimezone(UTC) + timedelta(hours=8)).strftime("%Y%m%dT%H%M%S")


def _event(one: Answer, times: list[str], attendee: str, *more: str) -> list[str]:
    comment = [f"COMMENT:{one.comment}"] if one.comment else []
    return [
        "BEGIN:VEVENT",
        f"UID:{one.uid}",
        f"DTSTAMP:{_utc(one.stamped_at)}",
        f"SEQUENCE:{one.sequence}",
        "ORGANIZER;CN=Yueke:mailto:yueke@example.org",
        f"{attendee}:mailto:{one.attendee}",
        *times,
        *comment,
        *more,
        "END:VEVENT",
    ]


def _calendar(one: Answer, product: str, *lines: str) -> bytes:
    inside = [f"PRODID:{product}", "VERSION:2.0", f"METHOD:{one.method}", *lines]
    return "\r\n".join(["BEGIN:VCALENDAR", *inside, "END:VCALENDAR", ""]).encode()


_IN_UTC = "DTSTART:{} DTEND:{}"


def _times(one: Answer, zone: str | None) -> list[str]:
    if zone is None:
        return [f"DTSTART:{_utc(one.starts_at)}", f"DTEND:{_utc(one.ends_at)}"]
    return [
        f"DTSTART;TZID={zone}:{_china(one.starts_at)}",
        f"DTEND;TZID={zone}:{_china(one.ends_at)}",
    ]


def _headers(one: Answer, subject: str, *more: str) -> list[str]:
    results = [] if one.results is None else [f"Authentication-Results: {SERVER}; {one.results}"]
    replied = [f"In-Reply-To: {one.in_reply_to}"] if one.in_reply_to else []
    return [
        *results,
        f"From: =?utf-8?b?{base64.b64encode('陈明'.encode()).decode()}?= "
        f"<{one.sender or one.attendee}>",
        "To: yueke@example.org",
        f"Subject: {subject}",
        f"Message-ID: <{one.mark}@client.example.org>",
        "Date: Mon, 23 Nov 2026 11:00:00 +0800",
        *replied,
        "MIME-Version: 1.0",
        *more,
    ]


def _mail(headers: list[str], *body: str) -> bytes:
    return "\r\n".join([*headers, "", *body]).encode()


def _wrapped(data: bytes) -> str:
    return base64.encodebytes(data).decode().replace("\n", "\r\n")


def apple(one: Answer) -> bytes:
    """Calendar of macOS and iOS: mixed, the calendar as an attachment, Olson zone, no VTIMEZONE."""
    attendee = f"ATTENDEE;CN=陈明;CUTYPE=INDIVIDUAL;PARTSTAT={one.partstat}"
    data = _calendar(
        one,
        "-//Apple Inc.//macOS 15.1//EN",
        "CALSCALE:GREGORIAN",
        *_event(one, _times(one, "Asia/Shanghai"), attendee, "SUMMARY:家庭急救常识"),
    )
    headers = _headers(one, "Accepted", "Content-Type: multipart/mixed; boundary=Apple-Mail-1")
    return _mail(
        headers,
        "--Apple-Mail-1",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "陈明已接受邀请。",
        "--Apple-Mail-1",
        'Content-Type: text/calendar; name="iCal-1.ics"; charset=utf-8; method=REPLY',
        "Content-Disposition: attachment; filename=iCal-1.ics",
        "Content-Transfer-Encoding: base64",
        "",
        _wrapped(data),
        "--Apple-Mail-1--",
        "",
    )


def google(one: Answer) -> bytes:
    """Gmail and Google Calendar: METHOD in the MIME header, UTC, the calendar twice."""
    attendee = (
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={one.partstat};"
        f"CN={one.attendee};X-NUM-GUESTS=0"
    )
    data = _calendar(
        one,
        "-//Google Inc//Google Calendar 70.9054//EN",
        "CALSCALE:GREGORIAN",
        *_event(one, _times(one, None), attendee, "STATUS:CONFIRMED", "TRANSP:OPAQUE"),
    )
    subject = f"=?UTF-8?B?{base64.b64encode('已接受：家庭急救常识'.encode()).decode()}?="
    headers = _headers(one, subject, 'Content-Type: multipart/mixed; boundary="000000000000"')
    return _mail(
        headers,
        "--000000000000",
        'Content-Type: multipart/alternative; boundary="00000000000a"',
        "",
        "--00000000000a",
        "Content-Type: text/plain; charset=UTF-8",
        "",
        "chen@example.org has accepted this invitation.",
        "--00000000000a",
        f"Content-Type: text/calendar; charset=UTF-8; method={one.method}",
        "Content-Transfer-Encoding: 8bit",
        "",
        data.decode(),
        "--00000000000a--",
        "--000000000000",
        'Content-Type: application/ics; name="invite.ics"',
        'Content-Disposition: attachment; filename="invite.ics"',
        "Content-Transfer-Encoding: base64",
        "",
        _wrapped(data),
        "--000000000000--",
        "",
    )


OUTLOOK_ZONE = [
    "BEGIN:VTIMEZONE",
    "TZID:China Standard Time",
    "BEGIN:STANDARD",
    "DTSTART:16010101T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "END:STANDARD",
    "END:VTIMEZONE",
]


def outlook(one: Answer) -> bytes:
    """Outlook with Exchange: a Windows zone, GBK subject, PARTSTAT=TENTATIVE in a COUNTER."""
    partstat = "TENTATIVE" if one.method == "COUNTER" else one.partstat
    data = _calendar(
        one,
        "Microsoft Exchange Server 2010",
        *OUTLOOK_ZONE,
        *_event(
            one,
            _times(one, "China Standard Time"),
            f"ATTENDEE;PARTSTAT={partstat};CN=陈明",
            "SUMMARY;LANGUAGE=zh-CN:接受: 家庭急救常识",
            "CLASS:PUBLIC",
            "PRIORITY:5",
            "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",
        ),
    )
    subject = Header("接受: 家庭急救常识", "gb2312").encode()
    headers = _headers(one, subject, "Content-Type: multipart/alternative; boundary=_000_")
    return _mail(
        headers,
        "--_000_",
        'Content-Type: text/plain; charset="gb2312"',
        "Content-Transfer-Encoding: base64",
        "",
        _wrapped("可以参加。".encode("gb2312")),
        "--_000_",
        f'Content-Type: text/calendar; charset="utf-8"; method={one.method}',
        "Content-Transfer-Encoding: base64",
        "",
        _wrapped(data),
        "--_000_--",
        "",
    )


def thunderbird(one: Answer) -> bytes:
    """Thunderbird: mixed of alternatives, the calendar as text/calendar, repeated as a file."""
    attendee = f"ATTENDEE;CN=陈明;PARTSTAT={one.partstat};ROLE=REQ-PARTICIPANT"
    data = _calendar(
        one,
        "-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN",
        *_event(one, _times(one, None), attendee, "X-MOZ-RECEIVED-SEQUENCE:0"),
    )
    headers = _headers(
        one, "Event Reply", "User-Agent: Thunderbird", "Content-Type: multipart/mixed; boundary=tb"
    )
    return _mail(
        headers,
        "--tb",
        "Content-Type: multipart/alternative; boundary=tba",
        "",
        "--tba",
        "Content-Type: text/plain; charset=UTF-8",
        "",
        "陈明 has accepted your event invitation.",
        "--tba",
        f"Content-Type: text/calendar; method={one.method}; charset=UTF-8",
        "Content-Transfer-Encoding: base64",
        "",
        _wrapped(data),
        "--tba--",
        "--tb--",
        "",
    )


PROGRAMS = {"apple": apple, "google": google, "outlook": outlook, "thunderbird": thunderbird}


def written(
    text: str,
    *,
    in_reply_to: str,
    sender: str = "chen@example.org",
    mark: str = "text",
    headers: tuple[str, ...] = (),
    kind: str = "text/plain; charset=utf-8",
) -> bytes:
    """What a person writes as an answer to a mail."""
    lines = [
        f"From: <{sender}>",
        "To: yueke@example.org",
        "Subject: Re: x",
        f"Message-ID: <{mark}@client.example.org>",
        f"In-Reply-To: {in_reply_to}",
        f"References: <other@example.org> {in_reply_to}",
        *headers,
        "MIME-Version: 1.0",
        f"Content-Type: {kind}",
        "Content-Transfer-Encoding: 8bit",
    ]
    return _mail(lines, text)


FINAL_CHEN = "Final-Recipient: rfc822; chen@example.org"


def returned(
    message_id: str,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    mark: str = "dsn",
    recipient: Sequence[str] = (FINAL_CHEN,),
) -> bytes:
    """A report of delivery (RFC 3464) with the headers of what is returned.

    `recipient` are the fields that name to whom the mail went.
    """
    return _mail(
        [
            "Return-Path: <>",
            "From: MAILER-DAEMON@example.org",
            "To: yueke@example.org",
            "Subject: Undelivered Mail Returned to Sender",
            f"Message-ID: <{mark}@example.org>",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="dsn"',
        ],
        "--dsn",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "I'm sorry to have to inform you that your message could not be delivered.",
        "--dsn",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.example.org",
        "",
        *recipient,
        f"Action: {action}",
        f"Status: {status}",
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown",
        "",
        "--dsn",
        "Content-Type: text/rfc822-headers",
        "",
        "From: yueke@example.org",
        f"Message-ID: {message_id}",
        "Subject: x",
        "",
        "--dsn--",
        "",
    )
