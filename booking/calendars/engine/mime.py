"""The e-mail with an invitation, in the structure that mail programs recognise (RFC 6047).

::

    multipart/mixed
    ├─ multipart/alternative
    │  ├─ text/plain; charset=utf-8
    │  ├─ text/html; charset=utf-8
    │  └─ text/calendar; charset=utf-8; method=REQUEST
    └─ application/ics; name=invite.ics                     (attachment)

The calendar is the last alternative, not an attachment: Gmail and Outlook then show their
buttons. The attachment repeats it for programs that can only open files.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from booking.text import one_line

# When folding long names the standard library can lose the quotes that these need.
_NOT_IN_A_NAME = re.compile(r'["\\,;:<>@()\[\]]')
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")


def invitation(
    *,
    sender: str,
    sender_name: str,
    to: str,
    to_name: str,
    subject: str,
    text: str,
    html: str,
    calendar: bytes | None,
    method: str | None,
    message_id: str,
    date: datetime,
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """Return a message to one recipient; without a calendar it has only text and html.

    ``sender`` equals the ORGANIZER of the calendar and receives replies. ``method`` is that
    of the calendar, upper case. ``message_id`` (``<left@right>``) is stable across retries, so
    that a repeated delivery is recognised. ``date`` is aware. Line breaks and control
    characters in names and subject become spaces, so that no header can be injected. ``headers``
    are further ones, of ASCII.

    Raises ValueError for an invalid address or message id, a naive date, and a ``method``
    that differs from the calendar's ``METHOD``.
    """
    _check_method(calendar, method)
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("not a message id")
    if date.utcoffset() is None:
        raise ValueError("naive date")
    message = EmailMessage(policy=SMTP)
    message["From"] = _mailbox(sender_name, sender)
    message["To"] = _mailbox(to_name, to)
    message["Subject"] = one_line(subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    # RFC 3834: suppresses automatic replies such as vacation notices.
    message["Auto-Submitted"] = "auto-generated"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text, charset="utf-8", cte="base64")
    message.add_alternative(html, subtype="html", charset="utf-8", cte="base64")
    if calendar is not None and method is not None:
        _add_calendar(message, calendar, method)
    _keep_one_mime_version(message)
    return message


def _check_method(calendar: bytes | None, method: str | None) -> None:
    if (calendar is None) != (method is None):
        raise ValueError("a calendar and its method come together")
    if calendar is None or method is None:
        return
    if re.findall(rb"^METHOD:(.*)\r$", calendar, re.MULTILINE) != [method.encode()]:
        raise ValueError("the method differs from the calendar's")
    if method not in {"REQUEST", "CANCEL"}:
        raise ValueError("this method is never mailed")


def _add_calendar(message: EmailMessage, calendar: bytes, method: str) -> None:
    """Add the calendar twice, as bytes: the line ends of a ``str`` would be rewritten."""
    message.add_alternative(
        calendar,
        maintype="text",
        subtype="calendar",
        cte="base64",
        params={"charset": "utf-8", "method": method},
    )
    message.add_attachment(
        calendar,
        maintype="application",
        subtype="ics",
        cte="base64",
        filename="invite.ics",
        params={"name": "invite.ics"},
    )


def _keep_one_mime_version(message: EmailMessage) -> None:
    """Set MIME-Version on the whole message only, not on its parts (RFC 2045, section 4)."""
    for part in message.walk():
        if part is not message:
            del part["MIME-Version"]
    if "MIME-Version" not in message:
        message["MIME-Version"] = "1.0"


def _mailbox(name: str, address: str) -> Address:
    """Return a mailbox; a Chinese name is encoded (RFC 2047) when it is serialised."""
    if one_line(address) != address:
        raise ValueError("not an e-mail address")
    try:
        mailbox = Address(one_line(_NOT_IN_A_NAME.sub(" ", name)), addr_spec=address)
    except Exception as error:  # The standard library raises several unrelated types.
        raise ValueError("not an e-mail address") from error
    if not mailbox.username or not mailbox.domain:
        raise ValueError("not an e-mail address")
    return mailbox
