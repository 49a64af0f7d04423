"""Reads a report of delivery (RFC 3464, in the multipart/report of RFC 6522). Pure."""

from __future__ import annotations

import re
from email.message import Message

from booking.replies.engine.contents import Bounce
from booking.replies.engine.headers import references, value

_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^<>\s]{3,250}>)", re.I | re.M)
_RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"})
_HEAD_BYTES = 64 * 1024


def read_bounce(mail: Message) -> Bounce | None:
    """The report; None if the mail is none, or reports that something arrived."""
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return None
    parts = [one for one in mail.walk() if one is not mail]
    fields = next(
        (one for one in parts if one.get_content_type() == "message/delivery-status"), None
    )
    if fields is None:
        return None
    action, status = _of_recipient(fields)
    if action not in {"failed", "delayed"}:
        return None
    return Bounce(
        message_id=_returned_id(parts) or next(iter(references(mail)), ""),
        status=status,
        permanent=action == "failed" and not status.startswith("4"),
    )


def _of_recipient(fields: Message) -> tuple[str, str]:
    """Action and Status of the first recipient: our mails have one."""
    groups = fields.get_payload()
    for group in groups if isinstance(groups, list) else []:
        if isinstance(group, Message) and "Action" in group:
            found = _STATUS.search(value(group, "Status"))
            action = value(group, "Action").partition(";")[0].strip().lower()
            return action, found.group() if found else "5.0.0"
    return "", ""


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
