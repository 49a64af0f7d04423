"""Headers of a mail as values, within limits. Pure.

The library's structured parsing of addresses is avoided: its time grows with the square of a
hostile header. Headers are cut first.
"""

from __future__ import annotations

import re
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

from booking.replies.engine.contents import LONGEST_HEADER, MOST_REFERENCES

_MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_FROM_PROGRAMS = ("X-Autoreply", "X-Autorespond", "X-Autoresponse", "List-Id", "List-Unsubscribe")


def value(mail: Message, name: str) -> str:
    """The first header of this name, cut; empty if there is none."""
    return str(mail.get(name) or "")[:LONGEST_HEADER]


def readable(text: str) -> str:
    """A header with encoded words decoded (RFC 2047); as it is where that fails."""
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, UnicodeError, ValueError):
        return text


def address(text: str) -> str:
    """The bare address of a mailto: URI or a mailbox, in lower case."""
    bare = text.strip().strip("<>")
    return (bare[7:] if bare.lower().startswith("mailto:") else bare).strip().lower()


def sender(mail: Message) -> str:
    """The only address of From, in lower case; empty if there is none or several.

    Two From headers, or two mailboxes in one, are how a sender is disguised.
    """
    fields = mail.get_all("From") or []
    if len(fields) != 1:
        return ""
    found = getaddresses([str(fields[0])[:LONGEST_HEADER]])
    if len(found) != 1 or found[0][1].count("@") != 1:
        return ""
    return found[0][1].lower()


def references(mail: Message) -> tuple[str, ...]:
    """The Message-IDs that a mail refers to: In-Reply-To, then References, newest first."""
    replied = _MESSAGE_ID.findall(value(mail, "In-Reply-To"))
    # The newest stand last (RFC 5322, 3.6.4): those are kept.
    earlier = _MESSAGE_ID.findall(str(mail.get("References") or "")[-LONGEST_HEADER:])
    return tuple(dict.fromkeys([*replied, *reversed(earlier)]))[:MOST_REFERENCES]


def is_automatic(mail: Message) -> bool:
    """Whether a program wrote the mail: such mail is never answered or relayed (RFC 3834)."""
    submitted = value(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in {"", "no"}
        or value(mail, "Precedence").strip().lower() in _BULK
        or value(mail, "Return-Path").strip() == "<>"
        or any(name in mail for name in _FROM_PROGRAMS)
    )
