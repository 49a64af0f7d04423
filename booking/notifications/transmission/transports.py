"""Mail transports: an SMTP server, or a folder. The only module that uses SMTP.

There are timeouts for each reply and for each mail as a whole, so that a server that is silent,
or sends a byte now and then, cannot block the worker.
"""

from __future__ import annotations

import enum
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from booking.notifications.engine.outcomes import Unusable
from booking.process import files
from booking.text import one_line

ANSWER_SECONDS = 20
"""Timeout of each reply, and of connecting to each address of a server."""
OPEN_SECONDS = 40
"""Timeout of greeting, TLS and authentication together."""
MAIL_SECONDS = 60
"""Timeout of one mail as a whole; less than the lease in `claims`."""
FAREWELL_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds until a server counts as silent."""

    answer: float
    opening: float
    mail: float


TRIAL = Patience(answer=5, opening=8, mail=8)
"""For a test mail, for which somebody waits in front of a page."""

LONGEST_ANSWER = 200
"""Characters kept of what a server answered."""

_SERVICE_CLOSES = 421
_TOO_LARGE = 552


class Postponed(Exception):
    """Raised when a recipient may be sent nothing before an instant; it is no failure."""

    def __init__(self, until: datetime) -> None:
        super().__init__("to be sent later")
        self.until = until


class Transport(Protocol):
    """Accepts messages one after the other: mails, or those of another channel."""

    @property
    def is_open(self) -> bool:
        """Whether mail can be sent without calling `open`."""

    def open(self) -> None:
        """Connect; raises `Unusable`."""

    def hand_over(self, delivery_id: int, sender: str, recipient: str, message: bytes) -> None:
        """Send one message.

        Raises `Unusable`, `Postponed`, `Final`, or any other exception if this message alone
        failed; `is_open` is then False if the server closed the connection. `sender` is for mail.
        """

    def close(self) -> None:
        """Disconnect."""


class FileTransport:
    """Writes each mail as a file, for an installation without a mail server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_open = False

    def open(self) -> None:
        """Create the folder."""
        try:
            files.make_folder(self.folder)
        except OSError as error:
            raise Unusable(type(error).__name__) from error
        self.is_open = True

    def hand_over(self, delivery_id: int, sender: str, recipient: str, message: bytes) -> None:
        """Write `NNNNNNNN.eml` atomically, by rename; idempotent."""
        unfinished = self.folder / f".{delivery_id:08d}.part"
        try:
            files.write_bytes(unfinished, message)
            unfinished.rename(self.folder / f"{delivery_id:08d}.eml")
        except OSError as error:
            # Such an error, a full disk for example, affects all mail.
            self.is_open = False
            raise Unusable(type(error).__name__) from error

    def close(self) -> None:
        """Nothing to close."""


class NoTransport:
    """Sends nothing, for a public installation without a mail server: mail waits."""

    is_open = False

    def open(self) -> None:
        """Raise `Unusable`."""
        raise Unusable("none is set")

    def hand_over(self, delivery_id: int, sender: str, recipient: str, message: bytes) -> None:
        """Raise `Unusable`."""
        raise Unusable("none is set")

    def close(self) -> None:
        """Nothing to close."""


class SmtpTransport:
    """Sends over one SMTP connection, and reconnects when it breaks."""

    def __init__(self, url: str, patience: Patience | None = None) -> None:
        self._url = url
        self._patience = patience or Patience(ANSWER_SECONDS, OPEN_SECONDS, MAIL_SECONDS)
        self._connection: smtplib.SMTP | None = None
        self._fresh = False

    @property
    def is_open(self) -> bool:
        """Whether there is a connection; smtplib drops its socket when it notices a disconnect."""
        return self._connection is not None and self._connection.sock is not None

    def open(self) -> None:
        """Connect, and authenticate if the URL names a user; raises `Unusable`."""
        self._drop()
        holder: list[smtplib.SMTP] = []
        try:
            with _deadline(self._patience.opening, lambda: holder[0] if holder else None):
                _connect(self._url, holder, self._patience.answer)
        # UnicodeError, a ValueError: a host or password that SMTP cannot encode.
        except (OSError, smtplib.SMTPException, ValueError) as error:
            for connection in holder:
                connection.close()
            raise Unusable(_type_and_code(error)) from error
        self._connection, self._fresh = holder[0], True

    def hand_over(self, delivery_id: int, sender: str, recipient: str, message: bytes) -> None:
        """Send one message to one recipient (RFC 5321 section 3.3)."""
        with _deadline(self._patience.mail, lambda: self._connection):
            try:
                self._begin(sender, len(message))
                connection = self._connection
                assert connection is not None
                _check_recipient(connection, recipient)
                code, answer = connection.data(message)
                if code != 250:
                    raise smtplib.SMTPDataError(code, answer)
            except Unusable:
                self._drop()
                raise
            except Exception as error:
                self._after(error)
                raise

    def _begin(self, sender: str, size: int) -> None:
        """Send MAIL FROM; a refusal here concerns no recipient, but the server as a whole.

        A server may close a connection after some mails or minutes: then reconnect once.
        """
        try:
            self._mail_from(sender, size)
        except Unusable:
            if self._fresh:
                raise
            self.open()
            self._mail_from(sender, size)
        self._fresh = False

    def _mail_from(self, sender: str, size: int) -> None:
        connection = self._connection
        assert connection is not None
        options = [f"size={size}"] if connection.has_extn("size") else []
        try:
            code, answer = connection.mail(sender, options)
        except (OSError, smtplib.SMTPException) as error:
            raise Unusable(_type_and_code(error)) from error
        if code == _TOO_LARGE:
            raise smtplib.SMTPSenderRefused(code, answer, sender)
        if code != 250:
            refusal = smtplib.SMTPSenderRefused(code, answer, sender)
            raise Unusable(f"MAIL FROM is answered with {code}") from refusal

    def _after(self, error: Exception) -> None:
        """Reset the connection (RSET) for the next mail, or drop it."""
        answered = getattr(error, "smtp_code", None)
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            [(answered, _answer)] = error.recipients.values()
        if not self.is_open or self._connection is None or answered == _SERVICE_CLOSES:
            self._drop()
            return
        try:
            if self._connection.rset()[0] != 250:
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def close(self) -> None:
        """Send QUIT, with a short timeout for the reply."""
        if self.is_open and self._connection is not None and self._connection.sock is not None:
            self._connection.sock.settimeout(FAREWELL_SECONDS)
            with suppress(OSError, smtplib.SMTPException):
                self._connection.quit()
        self._drop()


def _check_recipient(connection: smtplib.SMTP, recipient: str) -> None:
    code, answer = connection.rcpt(recipient)
    if code not in (250, 251):
        raise smtplib.SMTPRecipientsRefused({recipient: (code, answer)})


def _connect(url: str, holder: list[smtplib.SMTP], seconds: float) -> None:
    """Connect by smtp://, smtp+starttls:// or smtps://; first puts the connection in `holder`."""
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        connection: smtplib.SMTP = smtplib.SMTP_SSL(timeout=seconds, context=context)
    else:
        connection = smtplib.SMTP(timeout=seconds)
    holder.append(connection)
    # As the constructor does when given a host: TLS checks certificates against this name.
    connection._host = host  # type: ignore[attr-defined]  # noqa: SLF001
    code, answer = connection.connect(host, port or (465 if parts.scheme == "smtps" else 25))
    if code != 220:
        raise smtplib.SMTPConnectError(code, answer)
    if parts.scheme == "smtp+starttls":
        connection.starttls(context=ssl.create_default_context())
    if parts.username:
        connection.login(unquote(parts.username), unquote(parts.password or ""))
    connection.ehlo_or_helo_if_needed()


def _type_and_code(error: Exception) -> str:
    """The type of an error and its SMTP code; its text may contain addresses and passwords."""
    code = getattr(error, "smtp_code", None)
    return type(error).__name__ if code is None else f"{type(error).__name__}, {code}"


@contextmanager
def _deadline(seconds: float, connection: Callable[[], smtplib.SMTP | None]) -> Iterator[None]:
    """Shut the socket down after `seconds`, even if single bytes keep arriving in time."""

    def hang_up() -> None:
        smtp = connection()
        sock = None if smtp is None else smtp.sock
        if sock is not None:
            with suppress(OSError):
                # Not the TLS socket's own shutdown, which only its own thread may call.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class Fault(enum.Enum):
    """Why a mail could not be handed over, as far as somebody can do something about it."""

    NAME = "name"
    CLOSED = "closed"
    ENCRYPTION = "encryption"
    SIGN_IN = "sign-in"
    NOT_OFFERED = "not offered"
    RECIPIENT = "recipient"
    MAIL = "mail"
    SILENT = "silent"
    OTHER = "other"


_FAULTS: tuple[tuple[type[BaseException], Fault], ...] = (
    (socket.gaierror, Fault.NAME),
    (ConnectionRefusedError, Fault.CLOSED),
    (ssl.SSLError, Fault.ENCRYPTION),
    (smtplib.SMTPAuthenticationError, Fault.SIGN_IN),
    (smtplib.SMTPNotSupportedError, Fault.NOT_OFFERED),
    (smtplib.SMTPRecipientsRefused, Fault.RECIPIENT),
    (smtplib.SMTPResponseException, Fault.MAIL),
    (TimeoutError, Fault.SILENT),
    (smtplib.SMTPServerDisconnected, Fault.SILENT),
)
"""The first that fits counts."""


class HandOverFailed(Exception):
    """Raised by `try_once`, with the kind of the fault and what the server answered."""

    def __init__(self, fault: Fault, answer: str) -> None:
        super().__init__(fault.value)
        self.fault, self.answer = fault, answer


def try_once(url: str, sender: str, recipient: str, message: bytes) -> None:
    """Hand one message over with little patience; raises `HandOverFailed`."""
    transport = SmtpTransport(url, TRIAL)
    try:
        transport.open()
        transport.hand_over(0, sender, recipient, message)
    except (Unusable, OSError, smtplib.SMTPException, ValueError) as error:
        cause = error.__cause__ or error
        raise HandOverFailed(_fault(cause), _answer(cause)) from error
    finally:
        transport.close()


def _fault(error: BaseException) -> Fault:
    return next((fault for kind, fault in _FAULTS if isinstance(error, kind)), Fault.OTHER)


def _answer(error: BaseException) -> str:
    """Code and text of an SMTP reply as one line; empty if there was none."""
    code, text = getattr(error, "smtp_code", None), getattr(error, "smtp_error", b"")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [(code, text)] = error.recipients.values()
    if code is None:
        return ""
    readable = text.decode("utf-8", errors="replace") if isinstance(text, bytes) else text
    return f"{code} {one_line(readable)}"[:LONGEST_ANSWER]
