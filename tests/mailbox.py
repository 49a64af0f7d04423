"""An SMTP handler (aiosmtpd) that stores the mail it receives."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Stores mails in order of arrival; recipients in `refused` get a 550."""

    def __init__(self) -> None:
        self.port = 0
        self.envelopes: list[Envelope] = []
        self.refused: set[str] = set()

    def forget(self) -> None:
        """Begin anew: no mail, nobody refused."""
        self.envelopes.clear()
        self.refused.clear()

    @property
    def url(self) -> str:
        """The value for SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        """The received messages, parsed."""
        return [read(envelope.content or b"") for envelope in self.envelopes]

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Refuse recipients in `refused`."""
        if address in self.refused:
            return "550 nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Store the message."""
        self.envelopes.append(envelope)
        return "250 OK"


def read(content: bytes | str) -> EmailMessage:
    """A parsed message."""
    raw = content.encode() if isinstance(content, str) else content
    return message_from_bytes(raw, policy=policy.default)
