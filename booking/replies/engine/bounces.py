"""Reads a report of delivery (RFC 3464, in the multipart/report of RFC 6522). Pure."""

from __future__ import annotations

import re
from email.message import Message

from booking.replies.engine.contents import Bounce, RecipientReport
from booking.replies.engine.headers import address, references, value

_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^<>\s]{3,250}>)", re.I | re.M)
_RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"})
_HEAD_BYTES = 64 * 1024

MOST_GROUPS = 20
"""Groups of fields that are read: the first is about the whole mail, each other a recipient."""


def read_bounce(mail: Message) -> Bounce | None:
    """The report; None if the mail is none, or reports that something arrived."""
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return None
    parts = [one for one in mail.walk() if one is not mail]
    fields = next(
        (one for one in parts if one.get_content_type() == "message/delivery-status"), None
    )
    recipients = () if fields is None else _of_recipients(fields)
    if not recipients:
        return None
    return Bounce(_returned_id(parts) or next(iter(references(mail)), ""), recipients)


def _of_recipients(fields: Message) -> tuple[RecipientReport, ...]:
    """What did not arrive, by recipient: our mails have one, which a server may forward to more."""
    groups = fields.get_payload()
    found = []
    for group in groups[:MOST_GROUPS] if isinstance(groups, list) else []:
        if not isinstance(group, Message):
            continue
        action = value(group, "Action").partition(";")[0].partition("(")[0].strip().lower()
        if action in {"failed", "delayed"}:
            status = _STATUS.search(value(group, "Status"))
            told = status.group() if status else "5.0.0"
            permanent = action == "failed" and not told.startswith("4")
            found.append(RecipientReport(_addresses(group), told, permanent))
    return tuple(found)


def _addresses(group: Message) -> tuple[str, ...]:
    """The addresses that a group names, without their types (`rfc822`, `utf-8` of RFC 6533)."""
    fields = (value(group, name) for name in ("Final-Recipient", "Original-Recipient"))
    found = (address(text.rpartition(";")[2]) for text in fields)
    return tuple(dict.fromkeys(one for one in found if one))


def _returned_id(parts: list[Message]) -> str:
    """The Message-ID in what is returned of the mail, of which often only the headers are."""
    for part in parts:
        if part.get_content_type() in _RETURNED:
            found = _MESSAGE_ID.search(_bytes(part)[:_HEAD_BYTES])
            if found:
                return found.group(1).decode("ascii", "replace")
    return ""


def _bytes(part: Message) -> bytes:
    payload = part.get_payload()
    if isinstance(payload, list):
        return b"\n".join(one.as_bytes() for one in payload[:1] if isinstance(one, Message))
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""
