"""Reads one mail. Pure; runs in a child process with limits (`child_program`)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

import nh3

from booking.replies.engine import headers
from booking.replies.engine.bounces import read_bounce
from booking.replies.engine.calendar_replies import read_reply
from booking.replies.engine.contents import (
    LONGEST_TEXT,
    CalendarReply,
    Incoming,
    Malformed,
)
from booking.replies.engine.quotations import typed

MOST_PARTS = 50
_CALENDARS = frozenset({"text/calendar", "application/ics"})
_FALLBACKS = ("utf-8", "gb18030")
"""GB 18030 reads what is labelled as GBK or GB 2312, and what is not labelled at all."""


def read_mail(raw: bytes) -> Incoming:
    """The mail as values; raises `Malformed`."""
    try:
        return _read(raw)
    except RecursionError as error:
        raise Malformed("nested too deeply") from error


def _read(raw: bytes) -> Incoming:
    mail = message_from_bytes(raw)
    parts = _parts(mail)
    if not mail.keys():
        raise Malformed("no headers")
    sender = headers.sender(mail)
    bounce = read_bounce(mail)
    return Incoming(
        digest=digest(raw, headers.value(mail, "Message-ID")),
        sender=sender,
        refers_to=headers.references(mail),
        automatic=headers.is_automatic(mail),
        authentication=headers.value(mail, "Authentication-Results"),
        reply=None if bounce else _reply(parts, sender),
        bounce=bounce,
        text="" if bounce else typed(_text(parts)),
        attachments=sum(_is_attachment(one) for one in parts),
    )


def digest(raw: bytes, message_id: str) -> str:
    """The fingerprint by which a mail is known again, whatever servers have added on its way."""
    head, found, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    mark = message_id.strip().encode("utf-8", "replace")
    return hashlib.sha256(mark + b"\0" + (body.rstrip(b"\n") if found else head)).hexdigest()


def _parts(mail: Message) -> list[Message]:
    """The parts that are no containers; raises `Malformed` for more than anybody sends.

    A mail that is attached is one file: what is in it was written to and by others.
    """
    found: list[Message] = []
    for number, part in enumerate(_opened(mail)):
        if number >= MOST_PARTS:
            raise Malformed("too many parts")
        if _is_mail(part) or not part.is_multipart():
            found.append(part)
    return found


def _opened(mail: Message) -> Iterator[Message]:
    """As `Message.walk`, but not into mails that are attached."""
    yield mail
    inside = mail.get_payload()
    if isinstance(inside, list) and not _is_mail(mail):
        for part in inside:
            yield from _opened(part)


def _is_mail(part: Message) -> bool:
    return part.get_content_maintype() == "message"


def _reply(parts: list[Message], sender: str) -> CalendarReply | None:
    """The first reply among the calendars; Outlook and Google send the same one twice."""
    for part in parts:
        if part.get_content_type() in _CALENDARS:
            found = read_reply(_decoded(part).lstrip("\ufeff"), sender)
            if found is not None:
                return found
    return None


def _text(parts: list[Message]) -> str:
    """The text of the body: the plain one, or that of the HTML."""
    bodies = [one for one in parts if not _is_attachment(one)]
    for kind in ("text/plain", "text/html"):
        for part in bodies:
            if part.get_content_type() == kind:
                text = _decoded(part)[: 5 * LONGEST_TEXT]
                return (text if kind == "text/plain" else _without_tags(text))[:LONGEST_TEXT]
    return ""


_BREAK = re.compile(r"</(?:p|div|tr|li|h[1-6])\s*>|<(?:br|hr)\b[^<>]{0,200}>", re.I)
_QUOTES = re.compile(r"<blockquote|<div\s[^<>]{0,200}?class=[\"']?gmail_quote", re.I)


def _without_tags(html: str) -> str:
    """The text of an HTML body, whose quotation becomes lines that begin with `>`."""
    # Gmail, Apple and Thunderbird put what they quote into an element. Some write tags in capitals.
    html = _BREAK.sub(r"\g<0>\n", _QUOTES.split(html, maxsplit=1)[0])
    text = nh3.clean(html, tags=set(), clean_content_tags={"style", "script", "title"})
    for entity, character in (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text.replace("\xa0", " ")


def _is_attachment(part: Message) -> bool:
    """Whether a part is a file, not the body and not a calendar that is read."""
    kind = part.get_content_type()
    if _is_mail(part):
        return True
    if kind in _CALENDARS:
        return False
    attached = part.get_content_disposition() == "attachment" or part.get_filename() is not None
    return attached or not kind.startswith("text/")


def _decoded(part: Message) -> str:
    """The text of a part, in the charset that it names if that is right."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    named = part.get_content_charset() or "utf-8"
    if named.lower() in {"gb2312", "gbk", "x-gbk"}:
        named = "gb18030"
    for charset in (named, *_FALLBACKS):
        try:
            return data.decode(charset)
        except (LookupError, UnicodeError):
            continue
    return data.decode("utf-8", "replace")
