"""Kinds of settings: what a value may be, how it is typed, and how it is refused. Pure.

Each kind reads a value from what was typed or stored (`read`), and writes it as text for a form
(`text`). Values are JSON values; several of them are tuples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email

from booking.errors import Invalid, Text
from booking.sentences import N_
from booking.text import has_controls, one_line

LONGEST_WORD = 6
"""Most Chinese characters of a word that stands for another one."""

LONGEST_LINE = 200
LARGEST_PORT = 65535

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


def _too_long(longest: int) -> Text:
    return N_("This text is too long: at most %(count)s characters.", count=longest)


class Kind(Protocol[T_co]):
    """What a value of one setting may be."""

    def read(self, raw: object) -> T_co:
        """The value of what was typed or stored; raises `Invalid` without a field."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, which may be empty."""

    longest: int = LONGEST_LINE

    def read(self, raw: object) -> str:
        """The line without control characters."""
        line = one_line(str(raw))
        if len(line) > self.longest:
            raise Invalid(_too_long(self.longest))
        return line


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from `least` to `largest`, both inclusive."""

    least: int
    largest: int

    def read(self, raw: object) -> int:
        """The number."""
        text = str(raw).strip()
        if text.isascii() and text.isdecimal() and self.least <= int(text[:9]) <= self.largest:
            return int(text)
        raise Invalid(N_("Use a number from %(min)s to %(max)s.", min=self.least, max=self.largest))


@dataclass(frozen=True, slots=True)
class Word:
    """A word of Chinese sentences, which takes the place of the usual one."""

    def read(self, raw: object) -> str:
        """The word."""
        word = str(raw).strip()
        if 1 <= len(word) <= LONGEST_WORD and all("一" <= one <= "鿿" for one in word):
            return word
        raise Invalid(N_("Use one to %(count)s Chinese characters.", count=LONGEST_WORD))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some values, each with its words."""

    options: tuple[tuple[str, Text], ...]

    def read(self, raw: object) -> str:
        """The chosen value."""
        if any(raw == value for value, _words in self.options):
            return str(raw)
        raise Invalid(N_("Choose one from the list."))


@dataclass(frozen=True, slots=True)
class Several:
    """Any number of some values, in their order."""

    options: tuple[tuple[str, Text], ...]

    def read(self, raw: object) -> tuple[str, ...]:
        """The chosen values."""
        chosen = raw if isinstance(raw, Sequence) and not isinstance(raw, str) else ()
        known = [value for value, _words in self.options]
        if any(value not in known for value in chosen):
            raise Invalid(N_("Choose one from the list."))
        return tuple(value for value in known if value in chosen)


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone by its IANA name."""

    def read(self, raw: object) -> str:
        """The name."""
        name = str(raw).strip()
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise Invalid(
                N_("There is no such time zone. Use a name such as Asia/Shanghai.")
            ) from None
        return name


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address."""

    def read(self, raw: object) -> str:
        """The address."""
        address = str(raw).strip()
        try:
            # Syntax only; without SMTPUTF8 (RFC 6531), as all mail of this product.
            validate_email(
                address, check_deliverability=False, test_environment=True, allow_smtputf8=False
            )
        except EmailNotValidError:
            raise Invalid(N_("This is not an e-mail address, such as name@example.org.")) from None
        return address


@dataclass(frozen=True, slots=True)
class Host:
    """The name or address of a server, or nothing."""

    def read(self, raw: object) -> str:
        """The name in lower case, without brackets around an IPv6 address."""
        name = str(raw).strip().lower().strip("[]")
        if len(name) > 253 or any(one in "/@?#\\%" or one.isspace() for one in name):
            raise Invalid(
                N_("Use the bare name of the server, such as smtp.example.org, without smtp://.")
            )
        return name


@dataclass(frozen=True, slots=True)
class WebAddress:
    """The address of a service: https, or http on this machine; or nothing."""

    longest: int = LONGEST_LINE

    def read(self, raw: object) -> str:
        """The address without blanks around it."""
        address = str(raw).strip()
        if len(address) > self.longest:
            raise Invalid(_too_long(self.longest))
        if address and not _is_service(address):
            raise Invalid(
                N_(
                    "Use an address that begins with https://, without user and password; http:// "
                    "only for a service on this machine."
                )
            )
        return address


def _is_service(address: str) -> bool:
    if has_controls(address) or any(one.isspace() or one in "#\\" for one in address):
        return False
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or port == 0 or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in THIS_MACHINE)


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that is stored encrypted and never shown; the value is the encrypted text."""

    longest: int = LONGEST_LINE

    def read(self, raw: object) -> str:
        """The encrypted text as it is."""
        return str(raw)

    def check(self, typed: str) -> None:
        """Refuse what cannot be a password of a server."""
        if len(typed) > self.longest:
            raise Invalid(_too_long(self.longest))
        if has_controls(typed):
            raise Invalid(N_("A password has no control characters and no line breaks."))


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One thing that can be set.

    `variable` is the environment variable that takes precedence over what is stored.
    """

    name: str
    kind: Kind[T]
    default: T
    label: Text
    about: Text
    variable: str | None = None
    fixed_later: bool = False
    """Whether it is chosen at the first start only, because stored data depend on it."""

    def read(self, raw: object) -> T:
        """The value; raises `Invalid` with the setting's name as its field."""
        try:
            return self.kind.read(raw)
        except Invalid as error:
            raise Invalid(error.sentence, field=self.name) from None
