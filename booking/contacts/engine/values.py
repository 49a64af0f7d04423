"""A typed telephone number or mail address as it is stored. Pure."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException

from booking.accounts.engine.email_addresses import is_address, normalised
from booking.accounts.engine.sign_in_names import REGION
from booking.errors import Invalid
from booking.instructors.engine.vocabulary import Channel
from booking.sentences import N_

LONGEST_CONTACT, LONGEST_LANDLINE = 120, 30
_BESIDE_DIGITS = re.compile(r"[\s()]+")
_MOBILE = re.compile(r"(?:\+?86|0086)?(?P<number>1\d{10})", re.ASCII)


def read(typed: str) -> tuple[Channel, str]:
    """The channel and the value; raises `Invalid` (422) for what is neither number nor address.

    120 0000 0001 is stored as 12000000001; numbers of landlines keep their hyphens.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if "@" in text and len(text) <= LONGEST_CONTACT and is_address(text):
        return Channel.EMAIL, normalised(text)
    number = _BESIDE_DIGITS.sub("", text)
    mobile = _MOBILE.fullmatch(number.replace("-", ""))
    if mobile is not None:
        return Channel.PHONE, mobile["number"]
    if len(number) <= LONGEST_LANDLINE and number[:1] in ("0", "+") and _is_number(number):
        return Channel.PHONE, number
    raise Invalid(
        N_(
            "This is neither a telephone number nor a mail address. Type a number with its area "
            "code, or an address such as name@example.org."
        ),
        field="value",
    )


def _is_number(text: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text, REGION))
    except NumberParseException:
        return False
