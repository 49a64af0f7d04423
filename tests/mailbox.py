"""A mailbox behind a real SMTP server on the loopback."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Keeps what it receives, in order; addresses in `refused` are turned away."""

    def __init__(self) -> None:
        self.port = 0
        self.envelopes: list[Envelope] = []
        self.refused: set[str] = set()

    @property
    def url(self) -> str:
        """For SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        """What came, parsed."""
        return [read(envelope.content or b"") for envelope in self.envelopes]

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Turn away the refused."""
        if address in self.refused:
            return "550 nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep the message."""
        self.envelopes.append(envelope)
        return "250 OK"


def read(content: bytes | str) -> EmailMessage:
    """A parsed message."""
    raw = content.encode() if isinstance(content, str) else content
    return message_from_bytes(raw, policy=policy.default)
