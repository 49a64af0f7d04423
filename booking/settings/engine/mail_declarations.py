"""The settings of the mail server. Pure."""

from __future__ import annotations

import enum

from booking.sentences import N_
from booking.settings.engine.kinds import (
    LARGEST_PORT,
    Address,
    Choice,
    Host,
    Line,
    Number,
    Secret,
    Setting,
)

TLS_PORT, STARTTLS_PORT, PLAIN_PORT = 465, 587, 25
"""The usual ports of mail servers (RFC 8314, RFC 6409, RFC 5321)."""


class Security(enum.StrEnum):
    """How the connection to the mail server is encrypted."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


MAIL_SERVER = Setting(
    "mail_server",
    Host(),
    "",
    N_("Mail server"),
    N_("The name under “SMTP” in the help of your mail provider, such as smtp.example.org."),
    variable="SMTP_URL",
)


MAIL_SECURITY = Setting(
    "mail_security",
    Choice(
        (
            (
                Security.TLS.value,
                N_("TLS (usually port %(port)s)", port=TLS_PORT),
            ),
            (Security.STARTTLS.value, N_("STARTTLS (usually port %(port)s)", port=STARTTLS_PORT)),
            (
                Security.NONE.value,
                N_("None (port %(port)s, only within your own network)", port=PLAIN_PORT),
            ),
        )
    ),
    Security.TLS.value,
    N_("Encryption"),
    N_("Passwords should travel encrypted only."),
    variable="SMTP_URL",
)


MAIL_PORT = Setting(
    "mail_port",
    Number(1, LARGEST_PORT),
    TLS_PORT,
    N_("Port"),
    N_("%(tls)s for TLS, %(starttls)s for STARTTLS.", tls=TLS_PORT, starttls=STARTTLS_PORT),
    variable="SMTP_URL",
)


MAIL_USER = Setting(
    "mail_user",
    Line(200),
    "",
    N_("User name at the mail server"),
    N_("Often the whole address. Empty if the server asks for none."),
    variable="SMTP_URL",
)


MAIL_PASSWORD = Setting(
    "mail_password",
    Secret(),
    "",
    N_("Password at the mail server"),
    N_("Stored encrypted and never shown again. Many providers call it an authorisation code."),
    variable="SMTP_URL",
)


MAIL_FROM = Setting(
    "mail_from",
    Address(),
    "yueke@example.org",
    N_("Sender of mail"),
    N_("The address from which invitations come and to which people reply."),
    variable="MAIL_FROM",
)
