"""A test mail to the mail server in force, and its refusal as a sentence that names the cause."""

from __future__ import annotations

import smtplib
import socket
import ssl
from datetime import datetime
from email.policy import SMTP

from flask_babel import gettext as _

from booking import i18n
from booking.calendars.engine.mime import invitation
from booking.errors import Invalid, Text
from booking.notifications.mail_queue import message_id
from booking.notifications.transports import TRIAL, SmtpTransport, Unusable
from booking.sentences import N_
from booking.settings import mail_server
from booking.text import one_line

LONGEST_ANSWER = 200
"""Characters shown of what the server answered."""


def send(recipient: str, *, now: datetime) -> None:
    """Send a test mail at once; raises `Invalid` that names the setting to look at."""
    url = mail_server.smtp_url()
    if url is None:
        raise Invalid(N_("Name the mail server first."), field="mail_server")
    transport = SmtpTransport(url, TRIAL)
    try:
        transport.open()
        transport.hand_over(0, mail_server.sender(), recipient, _message(recipient, now))
    except (Unusable, OSError, smtplib.SMTPException, ValueError) as error:
        cause = error.__cause__ if isinstance(error, Unusable) and error.__cause__ else error
        field, sentence = refusal(cause)
        raise Invalid(sentence, field=field) from error
    finally:
        transport.close()


def _message(recipient: str, now: datetime) -> bytes:
    name = i18n.site_name()
    text = _(
        "This is a test mail of %(name)s. If you can read it, the mail server is set up rightly.",
        name=name,
    )
    mail = invitation(
        sender=mail_server.sender(),
        sender_name=name,
        to=recipient,
        to_name="",
        subject=i18n.with_site_name(_("test mail")),
        text=f"{text}\n",
        html=f"<p>{text}</p>",
        calendar=None,
        method=None,
        message_id=message_id(0, f"{recipient} trial {now.isoformat()}"),
        date=now,
    )
    return mail.as_bytes(policy=SMTP)


def refusal(error: BaseException) -> tuple[str, Text]:
    """The setting that an error concerns, and a sentence with the cause and the way out."""
    if isinstance(error, socket.gaierror):
        return "mail_server", N_("No server has this name. Compare it with your provider's help.")
    if isinstance(error, ConnectionRefusedError):
        return "mail_port", N_("The server accepts no connection at this port. Try 465 or 587.")
    if isinstance(error, ssl.SSLError):
        return "mail_security", N_(
            "No encrypted connection was made: the encryption does not fit the port, or the "
            "server's certificate is not valid for this name."
        )
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "mail_user", N_(
            "The server refused user name and password. Many providers want an authorisation "
            "code instead of the password. It answered: %(answer)s",
            answer=_answer(error.smtp_code, error.smtp_error),
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "mail_security", N_(
            "The server does not offer this encryption, or no sign-in without it. "
            "Choose another encryption."
        )
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [(code, answer)] = error.recipients.values()
        return "recipient", N_(
            "The server refused the recipient. It answered: %(answer)s",
            answer=_answer(code, answer),
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return "mail_from", N_(
            "The server refused the mail; often the sender must be the address of the user. "
            "It answered: %(answer)s",
            answer=_answer(error.smtp_code, error.smtp_error),
        )
    if isinstance(error, TimeoutError | smtplib.SMTPServerDisconnected):
        return "mail_port", N_(
            "The server did not answer within %(seconds)s seconds, or hung up. "
            "Compare port and encryption with your provider's help.",
            seconds=round(TRIAL.mail),
        )
    return "mail_server", N_("The server cannot be reached. Compare its name and port.")


def _answer(code: int, answer: bytes | str) -> str:
    """What the server said, as one line."""
    text = answer.decode("utf-8", errors="replace") if isinstance(answer, bytes) else answer
    return f"{code} {one_line(text)}"[:LONGEST_ANSWER]
