"""The settings of the mailbox to which answers come, and of what proves a sender. Pure."""

from __future__ import annotations

import enum

from booking.sentences import N_
from booking.settings.engine.kinds import (
    LARGEST_PORT,
    Choice,
    Host,
    Line,
    Number,
    Secret,
    Setting,
)

IMAPS_PORT, IMAP_PORT = 993, 143
"""The usual ports of IMAP (RFC 8314, RFC 9051)."""


class MailboxSecurity(enum.StrEnum):
    """How the connection to the mailbox is encrypted."""

    NONE = "imap"
    STARTTLS = "imap+starttls"
    TLS = "imaps"


class SenderProof(enum.StrEnum):
    """Which calendar replies are acted on."""

    CONFIRMED = "confirmed"
    """Those whose sender the provider has confirmed."""
    NAMED = "named"
    """All that name the right sender."""


MAILBOX_SERVER = Setting(
    "mailbox_server",
    Host(),
    "",
    N_("Server of the mailbox"),
    N_("The name under “IMAP” in the help of your mail provider. Empty: no mailbox is read."),
)
MAILBOX_SECURITY = Setting(
    "mailbox_security",
    Choice(
        (
            (MailboxSecurity.TLS.value, N_("TLS (usually port %(port)s)", port=IMAPS_PORT)),
            (
                MailboxSecurity.STARTTLS.value,
                N_("STARTTLS (usually port %(port)s)", port=IMAP_PORT),
            ),
            (
                MailboxSecurity.NONE.value,
                N_("None (port %(port)s, only within your own network)", port=IMAP_PORT),
            ),
        )
    ),
    MailboxSecurity.TLS.value,
    N_("Encryption to the mailbox"),
    N_("Passwords should travel encrypted only."),
)
MAILBOX_PORT = Setting(
    "mailbox_port",
    Number(1, LARGEST_PORT),
    IMAPS_PORT,
    N_("Port of the mailbox"),
    N_("%(tls)s for TLS, %(starttls)s for STARTTLS.", tls=IMAPS_PORT, starttls=IMAP_PORT),
)
MAILBOX_USER = Setting(
    "mailbox_user",
    Line(200),
    "",
    N_("User name at the mailbox"),
    N_("Often the whole address: that of the sender of mail, to which people reply."),
)
MAILBOX_PASSWORD = Setting(
    "mailbox_password",
    Secret(),
    "",
    N_("Password at the mailbox"),
    N_("Stored encrypted and never shown again. Many providers call it an authorisation code."),
)
MAILBOX_FOLDER = Setting(
    "mailbox_folder",
    Line(100),
    "INBOX",
    N_("Folder"),
    N_("What was handled is deleted from it; all other mail stays."),
)
REPLY_PROOF = Setting(
    "reply_proof",
    Choice(
        (
            (SenderProof.CONFIRMED.value, N_("Only if the provider has confirmed the sender")),
            (SenderProof.NAMED.value, N_("Always, whoever may have written it")),
        )
    ),
    SenderProof.CONFIRMED.value,
    N_("Act on replies of calendars"),
    N_(
        "Anybody can write any sender into a mail. The provider checks it by DKIM, SPF or DMARC "
        "and says so in the header Authentication-Results."
    ),
)
AUTHENTICATION_SERVER = Setting(
    "authentication_server",
    Line(200),
    "",
    N_("Name in Authentication-Results"),
    N_(
        "The first word of that header in mail that arrives, such as mx.example.org. “Check the "
        "mailbox” shows it. Empty: no sender counts as confirmed."
    ),
)
MAILBOX_SETTINGS = (
    MAILBOX_SERVER,
    MAILBOX_SECURITY,
    MAILBOX_PORT,
    MAILBOX_USER,
    MAILBOX_PASSWORD,
    MAILBOX_FOLDER,
    REPLY_PROOF,
    AUTHENTICATION_SERVER,
)
