"""A test mail to the mail server in force, and its refusal as a sentence that names the cause."""

from __future__ import annotations

from datetime import datetime
from email.policy import SMTP

from flask_babel import gettext as _

from booking import i18n
from booking.calendars.engine.mime import invitation
from booking.errors import Invalid, Text
from booking.notifications.mail_queue import message_id
from booking.notifications.transmission import transports
from booking.notifications.transmission.transports import Fault, HandOverFailed
from booking.sentences import N_
from booking.settings import mail_server
from booking.settings.engine.mail_declarations import STARTTLS_PORT, TLS_PORT


def send(recipient: str, *, now: datetime) -> None:
    """Send a test mail at once; raises `Invalid` that names the setting to look at."""
    url = mail_server.smtp_url()
    if url is None:
        raise Invalid(N_("Name the mail server first."), field="mail_server")
    message = _message(recipient, now)
    try:
        transports.try_once(url, mail_server.sender(), recipient, message)
    except HandOverFailed as error:
        field, sentence = _refusal(error)
        raise Invalid(sentence, field=field) from error


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


def _refusal(error: HandOverFailed) -> tuple[str, Text]:
    """The setting that a fault concerns, and a sentence with the cause and the way out."""
    match error.fault:
        case Fault.NAME:
            return "mail_server", N_(
                "No server has this name. Compare it with your provider's help."
            )
        case Fault.CLOSED:
            return "mail_port", N_(
                "The server accepts no connection at this port. Try %(tls)s or %(starttls)s.",
                tls=TLS_PORT,
                starttls=STARTTLS_PORT,
            )
        case Fault.ENCRYPTION:
            return "mail_security", N_(
                "No encrypted connection was made: the encryption does not fit the port, or the "
                "server's certificate is not valid for this name."
            )
        case Fault.SIGN_IN:
            return "mail_user", N_(
                "The server refused user name and password. Many providers want an authorisation "
                "code instead of the password. It answered: %(answer)s",
                answer=error.answer,
            )
        case Fault.NOT_OFFERED:
            return "mail_security", N_(
                "The server does not offer this encryption, or no sign-in without it. "
                "Choose another encryption."
            )
        case Fault.RECIPIENT:
            return "recipient", N_(
                "The server refused the recipient. It answered: %(answer)s", answer=error.answer
            )
        case Fault.MAIL:
            return "mail_from", N_(
                "The server refused the mail; often the sender must be the address of the user. "
                "It answered: %(answer)s",
                answer=error.answer,
            )
        case Fault.SILENT:
            return "mail_port", N_(
                "The server did not answer within %(seconds)s seconds, or hung up. "
                "Compare port and encryption with your provider's help.",
                seconds=round(transports.TRIAL.mail),
            )
    return "mail_server", N_("The server cannot be reached. Compare its name and port.")
