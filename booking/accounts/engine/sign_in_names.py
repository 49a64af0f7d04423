"""What an account is known by: a mail address or a telephone number. Pure.

Numbers are stored in the form of E.164 (+8612000000001), whatever way they were typed; without a
country code they are Chinese. Only their length is checked: the ranges that networks use change
every year, and the numbers of the demonstration are in none of them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult

from booking.accounts.engine.email_addresses import is_address, normalised

REGION = "CN"
LONGEST_TYPED = 40
"""Characters of a typed number that are looked at."""


@dataclass(frozen=True, slots=True)
class SignInName:
    """A mail address or a telephone number; exactly one of the two."""

    email: str | None = None
    phone: str | None = None

    @property
    def text(self) -> str:
        """The address, or the number in the form of E.164."""
        return self.email or self.phone or ""


def read(typed: str) -> SignInName | None:
    """The name that was typed; None if it is neither an address nor a number."""
    if "@" in typed:
        address = typed.strip()
        return SignInName(email=normalised(address).lower()) if is_address(address) else None
    number = read_phone(typed)
    return None if number is None else SignInName(phone=number)


def read_phone(typed: str) -> str | None:
    """A mobile telephone number in the form of E.164; None if it is none.

    120 0000 0001 · 12000000001 · +86 120-0000-0001 · 008612000000001 · full-width digits.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text or len(text) > LONGEST_TYPED:
        return None
    if text.startswith("86") and len(text) > 11:
        text = f"+{text}"  # The country code without its sign.
    try:
        number = phonenumbers.parse(text, REGION)
    except NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_for_type_with_reason(number, PhoneNumberType.MOBILE)
    if possible != ValidationResult.IS_POSSIBLE or number.extension:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def shown_phone(phone: str) -> str:
    """A stored number as people write it: 12000000001, and a foreign one with its country code."""
    prefix = f"+{phonenumbers.country_code_for_region(REGION)}"
    return phone.removeprefix(prefix)


def compared(typed: str) -> str:
    """A typed name in the form in which accounts have it; other text is returned unchanged."""
    name = read(typed)
    return typed if name is None else name.text
