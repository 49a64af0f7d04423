"""Parses telephone numbers and e-mail addresses in free-form cells, and masks them.

Validation is by pattern only, without a network: Chinese numbers, or + and a foreign number.
"""

import re
import unicodedata

from booking.register.engine.cells import clean

_BETWEEN = re.compile(r"[;；,，、/|\n]|或者?|和|及")
_LABEL = re.compile(
    r"^(?:联系电话|办公电话|移动电话|手机号码|手机号|手机|电话|座机|固话|办公室|办公|单位|家庭|住宅"
    r"|办|宅|mobile|phone|tel|m|t)\.?:?",
    re.IGNORECASE,
)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500", "-"))
_EXTENSION = r"(?:(?:转|分机|转分机|ext\.?|x|#|-)(?P<extension>\d{1,6}))?"
# Chinese numbering plan: three-digit area codes are 010 and 02x, all others have four digits.
_LANDLINE = re.compile(
    rf"\(?(?P<area>010|02\d|0[3-9]\d\d)\)?-?(?P<local>[1-9]\d{{6,7}}){_EXTENSION}", re.IGNORECASE
)
_LOCAL = re.compile(rf"(?P<local>[2-9]\d{{6,7}}){_EXTENSION}", re.IGNORECASE)
_SERVICE = re.compile(r"[48]00\d{7}")
_MOBILE = re.compile(r"1\d{10}")
_ABROAD = re.compile(r"\+[1-9]\d{6,14}")
_REMARK = re.compile(r"\(?(?:手机)?(?:微信同号|同微信|微信同步)\)?")
_CHINA = re.compile(r"^(?:\+86|0086|86(?=1\d{10}$))-?")

_ADDRESS = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
    re.IGNORECASE,
)
_BETWEEN_ADDRESSES = re.compile(r"[;；,，、\s]+|/(?=[^/]*@)")
_SOME_ADDRESS = re.compile(_ADDRESS.pattern, re.IGNORECASE)
_CONTACT = re.compile(
    r"(?:(?:联系)?电话|手机号?码?|邮箱)?\s*[:\uff1a]?\s*"
    r"(?:(?<!\d)(?:\+?86[- ]?)?1\d{2}[- ]?\d{4}[- ]?\d{4}(?!\d)"
    r"|(?<!\d)0\d{2,3}[- ]?[1-9]\d{6,7}(?!\d)"
    rf"|{_ADDRESS.pattern})",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"\+?\d(?:[\s\-()（）]{0,2}\d){6,}")


def read_phones(value: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(normalised numbers, invalid texts) of one cell, both without duplicates, in order.

    12000001000 · 0992-80000002 · 0992-80000002转801 · 4008000000 · 80000002 (no area code given)
    · +85212345678. A numeric cell that lost the leading 0 of its area code gets it back.
    """
    good: dict[str, None] = {}
    bad: dict[str, None] = {}
    text = unicodedata.normalize("NFKC", clean(value)).translate(_DASHES)
    for part in _BETWEEN.split(_REMARK.sub("", text)):
        for number in _numbers(part):
            phone = _phone(number, is_number=not isinstance(value, str))
            if phone is None:
                bad[number] = None
            else:
                good[phone] = None
    return tuple(good), tuple(bad)


def read_emails(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(addresses, invalid texts) of one cell; domains are lower-cased."""
    good: dict[str, None] = {}
    bad: dict[str, None] = {}
    for part in _BETWEEN_ADDRESSES.split(unicodedata.normalize("NFKC", text)):
        address = re.sub(r"^(?:mailto|e-?mail|电子邮箱|邮箱):", "", part, flags=re.IGNORECASE)
        if address and _ADDRESS.fullmatch(address) and len(address) <= 254:
            local, _, domain = address.rpartition("@")
            good[f"{local}@{domain.lower()}"] = None
        elif address:
            bad[address] = None
    return tuple(good), tuple(bad)


def without_contacts(text: str) -> str:
    """`text` without telephone numbers and addresses: the text is public, contacts are not."""
    return _CONTACT.sub("", text) if any(c.isdigit() or c == "@" for c in text) else text


def mask_phone(text: str) -> str:
    """The content of a telephone cell, masked: 138****8000, **** for short numbers."""
    digits = re.sub(r"\D", "", text)
    if not digits:
        return text
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else "****"


def mask_email(text: str) -> str:
    """An address, valid or not, masked except for its first character and its domain."""
    local, at, domain = text.rpartition("@")
    return f"{local[:1]}****{at}{domain}" if at else "****"


def mask_contacts(text: str) -> str:
    """`text` with each address masked, and each number of at least seven digits."""
    text = _SOME_ADDRESS.sub(lambda match: mask_email(match[0]), text)
    return _LONG_NUMBER.sub(lambda match: mask_phone(match[0]), text)


def _numbers(part: str) -> list[str]:
    """The numbers of one part: several if each word is a number, else one that contains spaces."""
    compact = "".join(part.split())
    if not compact:
        return []
    words = part.split()
    several = len(words) > 1 and all(
        _ADDRESS.fullmatch(word) or _phone(word, is_number=False) for word in words
    )
    return words if several else [compact]


def _phone(text: str, *, is_number: bool) -> str | None:
    bare = _LABEL.sub("", text)
    number = _CHINA.sub("", bare)
    plain = re.sub(r"[-()]", "", number)
    if _MOBILE.fullmatch(plain):
        return plain
    if number != bare and not number.startswith(("0", "4", "8")):
        number = plain = f"0{number}"  # After +86 an area code is written without its 0.
    if is_number and len(plain) in (10, 11) and not _SERVICE.fullmatch(plain):
        number = plain = f"0{plain}"
    for shape in (_SERVICE, _ABROAD):
        if shape.fullmatch(plain):
            return plain
    match = _LANDLINE.fullmatch(number)
    if match:
        return _with_extension(f"{match['area']}-{match['local']}", match["extension"])
    match = _LOCAL.fullmatch(number)
    return _with_extension(match["local"], match["extension"]) if match else None


def _with_extension(number: str, extension: str | None) -> str:
    return f"{number}转{extension}" if extension else number
