"""Parsers for one cell: text, a name, a list, a month of birth, a gender.

Cell values have the types that openpyxl returns: str, int, float, bool, datetime or None.
"""

import datetime as dt
import math
import re
import string
import unicodedata

from booking.register.engine.roster import ProblemCode
from booking.text import visible

NAME_LIMIT = 50
TEXT_LIMIT = 200

# Han characters with 〇 and 々, the planes of rare characters, and the private-use area
# in which old Chinese systems kept the characters that Unicode did not have yet.
_HAN = r"\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACE_INSIDE_HAN = re.compile(rf"(?<=[{_HAN}·]) (?=[{_HAN}·])|(?<=·) | (?=·)")
_DOTS = str.maketrans(dict.fromkeys("\u30fb\u2022\u2027\u2219\u22c5\u0387", "·"))
_DOT_INSIDE_HAN = re.compile(rf"(?<=[{_HAN}])\.(?=[{_HAN}])")

_FULL_WIDTH = {ord(c) + 0xFEE0: c for c in string.ascii_letters + string.digits}
# Excel escapes control characters in a text as _xHHHH_ (ECMA-376 part 1, 22.9.2.19, ST_Xstring).
_ESCAPED_SPACE = re.compile(r"_x000([9AD])_", re.IGNORECASE)

_NOTHING = frozenset({"/", "\\", "-", "--", "—", "——", "无", "暂无", "n/a", "none"})
_FORMULA_ERROR = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!)")

_OPENING, _CLOSING = "(（[【《〈「『“", ")）]】》〉」』”"
_ENUMERATOR = re.compile(
    r"(?:[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|[\u2460-\u2473]"
    r"|\d{1,2}[)）、]|(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.．、](?![\d一二三四五六七八九十]))\s*"
)
_BARE_NUMBER = re.compile(r"\d{1,2}[.．]?|[一二三四五六七八九十]{1,3}|[\u2460-\u2473]")

_YEAR_MONTH = re.compile(
    r"((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})(?:\s*[-./月]\s*(?:\d{1,2}\s*日?)?)?(?:\s*00:00:00)?"
)
_YEAR_MONTH_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(?:\d\d)?")
_GENDERS = {"男": "m", "男性": "m", "m": "m", "male": "m"}
_GENDERS |= {"女": "f", "女性": "f", "f": "f", "female": "f"}


class BadCell(ValueError):
    """Raised for a cell whose value is invalid for its column; `code` is the problem."""

    def __init__(self, code: ProblemCode) -> None:
        super().__init__(code.value)
        self.code = code


def text_of(value: object) -> str:
    """The cell as text. Integral floats lose their `.0`, datetimes at midnight their time."""
    if value is None:
        return ""
    if isinstance(value, float):
        is_integral = math.isfinite(value) and value.is_integer()
        return str(int(value)) if is_integral else repr(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)


def clean(value: object) -> str:
    """The cell as text without invisible characters; line breaks stay, other whitespace collapses.

    Chinese punctuation stays full-width, as it is displayed; digits and letters become ASCII.
    """
    text = _ESCAPED_SPACE.sub(lambda match: chr(int(match[1], 16)), text_of(value))
    text = unicodedata.normalize("NFC", visible(text).translate(_FULL_WIDTH))
    lines = (" ".join(line.split()) for line in text.splitlines())
    text = "\n".join(line for line in lines if line)
    return "" if text.casefold() in _NOTHING else text


def is_formula_error(value: object) -> bool:
    """Whether the cell holds a spreadsheet error value such as #REF!."""
    return isinstance(value, str) and _FORMULA_ERROR.fullmatch(value.strip()) is not None


def normalise_name(text: str) -> str:
    """The normal form in which names are compared and stored: 姓  名 -> 姓名, one kind of ·."""
    text = unicodedata.normalize("NFKC", visible(unicodedata.normalize("NFKC", text)))
    text = " ".join(text.split()).translate(_DOTS)
    return _DOT_INSIDE_HAN.sub("·", _SPACE_INSIDE_HAN.sub("", text))


def normalise_key(text: str) -> str:
    """The comparison key of a workplace, never displayed: NFKC, case-folded, no whitespace."""
    return "".join(visible(unicodedata.normalize("NFKC", text)).casefold().split())


def split_list(text: str, separators: str = "；;、\n") -> tuple[str, ...]:
    """The distinct items of a list in one cell, in order, without enumerators (1、 or （一）).

    Separators inside brackets do not split (急救（心肺复苏、止血）is one topic), unless the
    brackets are unbalanced.
    """
    items = (
        _without_enumerator(piece.strip()) for piece in _split_outside_brackets(text, separators)
    )
    return tuple(dict.fromkeys(item for item in items if _has_content(item)))


def birth_month(value: object) -> str | None:
    """A month of birth as YYYY-MM from 1970.05, 197005, 1970年5月, a day or a date; None if empty.

    Raises `BadCell`. The *number* 1970.1 is ambiguous: a spreadsheet also displays October like
    this, when it was typed as 1970.10. The text "1970.1" is January.
    """
    if isinstance(value, float) and not value.is_integer() and round(value * 10, 6) % 10 == 1:
        raise BadCell(ProblemCode.AMBIGUOUS_BIRTH_MONTH)
    if isinstance(value, float):
        value = round(value, 6)
    text = unicodedata.normalize("NFKC", clean(value)).replace(" ", "")
    if not text:
        return None
    match = _YEAR_MONTH.fullmatch(text) or _YEAR_MONTH_DIGITS.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12:
        raise BadCell(ProblemCode.BAD_BIRTH_MONTH)
    return f"{match[1]}-{int(match[2]):02}"


def gender(text: str) -> str | None:
    """ "m", "f" or, for an empty cell, None. Raises `BadCell`."""
    if not text:
        return None
    try:
        return _GENDERS[normalise_key(text)]
    except KeyError:
        raise BadCell(ProblemCode.BAD_GENDER) from None


def _without_enumerator(item: str) -> str:
    while match := _ENUMERATOR.match(item):
        item = item[match.end() :].strip()
    return item


def _has_content(item: str) -> bool:
    if not item or item.casefold() in _NOTHING:
        return False
    return _BARE_NUMBER.fullmatch(item) is None


def _split_outside_brackets(text: str, separators: str) -> list[str]:
    if not _balanced(text):
        return re.split(f"[{re.escape(separators)}]", text)
    pieces, depth = [""], 0
    for character in text:
        depth += (character in _OPENING) - (character in _CLOSING)
        if character in separators and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += character
    return pieces


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character in _OPENING) - (character in _CLOSING)
        if depth < 0:
            return False
    return depth == 0
