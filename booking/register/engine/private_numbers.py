"""Numbers that the product never stores: identity numbers (GB 11643) and bank cards.

Matched by pattern alone, without check digits: a mistyped identity number is as private.
"""

import re

_GAP = r"[\s\u2010-\u2015\-_.·]{0,3}"
_DAY = rf"(?:0[1-9]|1[0-2]){_GAP}(?:0[1-9]|[12]\d|3[01])"
# Eighteen characters (region, date of birth, sequence, check), optional gaps between the parts.
_IDENTITY = rf"[1-9]\d{{5}}{_GAP}(?:18|19|20)\d{{2}}{_GAP}{_DAY}{_GAP}\d{{3}}{_GAP}[\dXx]"
# The gaps are required: without them two adjacent landline numbers would match.
_CARD_IN_FOURS = r"\d{4}(?:[\s\-]{1,2}\d{4}){3}(?:[\s\-]{1,2}\d{1,3})?"
# Fifteen digits were an identity number before 2000; nothing else in a register is that long,
# but for a mobile number written with 0086.
_LONG = r"(?!0086\d{11}(?!\d))\d{15,}[Xx]?"
# Scientific notation, into which spreadsheet programs convert such long numbers.
_QUANTITY = r"\d(?:\.\d+)?[Ee]\+?1[4-8]"
REMOVED = "\u2588\u2588\u2588\u2588"
"""Stands in a kept cell where such a number was; it is treated like one wherever a cell is read."""
_NUMBER = rf"(?:(?<![\d.])(?:{_LONG}|{_IDENTITY}|{_CARD_IN_FOURS}|{_QUANTITY})(?!\d)|{REMOVED})"
_LABEL = (
    r"(?:(?:公民)?身份(?:证|证件)?(?:号码|号)?|证件(?:号码|号)?|(?:银行)?(?:卡号|账号|帐号|卡))"
)

_SECRET = re.compile(_NUMBER)
_LABELLED = re.compile(rf"(?:{_LABEL}\s*[:\uff1a]?\s*)?{_NUMBER}")
_WHOLLY = re.compile(rf"\W*(?:{_LABEL}\W*)?{_NUMBER}\W*")


def has_secret(text: str) -> bool:
    """Whether `text` contains an identity or bank number."""
    return _SECRET.search(text) is not None


def is_secret(text: str) -> bool:
    """Whether `text` is such a number and nothing else, except for a label in front of it."""
    return _WHOLLY.fullmatch(text) is not None


def without_secrets(text: str) -> str:
    """`text` with each such number removed, together with its label."""
    return _LABELLED.sub("", text) if has_secret(text) else text


def redacted(text: str) -> str:
    """`text` with `REMOVED` in the place of each such number. Idempotent."""
    return _SECRET.sub(REMOVED, text)
