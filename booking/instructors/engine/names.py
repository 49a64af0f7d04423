"""Normalise Chinese text, split it, transcribe it to pinyin and sort it, for search and lists.

A query word matches a stored text when the text contains it, or, for Latin letters, when a pinyin
token begins with it. Tokens are enclosed in spaces, so one ``LIKE '% zen%'`` finds them. Domain
rules 22 and 23.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice, product

from pypinyin import Style, lazy_pinyin

from booking.instructors.engine.surnames import COMPOUND_SURNAMES, GIVEN_CHARACTERS, SURNAMES
from booking.text import visible

MAX_WORDS = 8
MAX_WORD_LENGTH = 50
MAX_READINGS = 24
MAX_SORT_KEY = 200

Syllables = tuple[str, ...]
"""One reading as syllables; a run of other letters or digits is one item."""

_SEPARATORS = re.compile(r"[\s,，、;；]+")
_HAN = r"\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECES = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_SPACE_IN_HAN = re.compile(rf"(?<=[{_HAN}]) (?=[{_HAN}])")
_NAME_PARTS = re.compile(r"[\s·・•‧.\-]+")


def normalise(text: str) -> str:
    """The normal form in which texts are stored for search and in which queries are compared.

    NFKC and case-folded; any run of whitespace is one space, none at the ends; zero-width and
    control characters are removed. Idempotent.
    """
    folded = unicodedata.normalize("NFKC", visible(text)).casefold()
    # Some characters decompose only after case folding (U+0345), so fold the result again.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold())
    return " ".join(visible(folded).split())


def words(query: str) -> list[str]:
    """The words of a query, all of which must match: normalised, without duplicates, in order.

    Separated by spaces and ``,，、;；``; at most 8 words, each cut at 50 characters.
    """
    split = (word[:MAX_WORD_LENGTH] for word in _SEPARATORS.split(normalise(query)) if word)
    return list(islice(dict.fromkeys(split), MAX_WORDS))


def escape_like(word: str) -> str:
    r"""A word escaped for LIKE, with ``ESCAPE '\'`` in the statement."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def readings(name: str, override: str | None = None) -> list[str]:
    """Every pinyin spelling of a name, the accepted one first: ``['zengmingliang', ..]``.

    Lower case, joined, ü both as ``v`` and as ``u``; at most 24. ``override`` is the reading that
    the person gives, syllables separated by spaces, tones allowed (``'zēng míng liàng'``); it then
    comes first, and the others stay, for users who do not know it.
    """
    joined = ("".join(reading) for reading in _name_readings(name, override))
    return _unique(spelling for text in joined for spelling in _spellings(text))[:MAX_READINGS]


def spoken(name: str, override: str | None = None) -> list[str]:
    """Every reading of a name, the accepted one first, with spaces: ``['zeng ming liang', ..]``.

    As a person would type it into the field of readings: ü is ``v``.
    """
    return [" ".join(reading) for reading in _name_readings(name, override)]


def is_reading(text: str) -> bool:
    """Whether a text can be a reading of a name: letters with or without tones, and spaces."""
    marked = unicodedata.normalize("NFD", normalise(text))
    bare = "".join(char for char in marked if not unicodedata.combining(char))
    return re.fullmatch(r"[a-z]+([ '·.-]+[a-z]+)*", bare) is not None


def sort_key(name: str, override: str | None = None) -> str:
    """A key whose code point order is the order in which Chinese readers expect names.

    By the surname's pinyin, then the surname itself (all 张 before any 章), then the given name
    syllable by syllable, and last the name: ``'zeng 曾 ming liang 曾明亮'``. Compare it bytewise
    (in PostgreSQL with ``COLLATE "C"``). At most 200 characters.
    """
    clean = _clean_name(name)
    syllables = next(iter(_name_readings(name, override)), ())
    size = len(_surname(clean))
    if len(syllables) != len(clean):
        size = 0
    given = " ".join(syllables[size:])
    if not size:
        return f"{given} {clean}".strip()[:MAX_SORT_KEY].rstrip()
    # The syllables of a compound surname are joined, so that 欧阳 sorts after all of 欧.
    parts = ("".join(syllables[:size]), clean[:size], given, clean)
    return " ".join(filter(None, parts))[:MAX_SORT_KEY].rstrip()


def romanised(name: str, override: str | None = None) -> str:
    """A Chinese name in pinyin as it is written beside the characters: ``'Zeng Mingliang'``.

    Of several readings the accepted one; empty for a name without Chinese characters.
    """
    clean = _clean_name(name)
    syllables = next(iter(_name_readings(name, override)), ())
    if not any(map(_is_han, clean)):
        return ""
    size = len(_surname(clean)) if len(syllables) == len(clean) else 0
    parts = ("".join(syllables[:size]), "".join(syllables[size:]))
    return " ".join(part.replace("v", "ü").capitalize() for part in parts if part)


def pinyin_tokens(name: str, override: str | None = None) -> str:
    """All readings and their initials, enclosed in spaces: ``' zengliang zl cengliang cl '``.

    Further parts of a name with spaces or ``·`` are tokens too. Tokens are unique; without any the
    result is ``''``.
    """
    tokens = [t for reading in _name_readings(name, override) for t in _tokens(reading)]
    for part in _NAME_PARTS.split(_clean_name(name))[1:]:
        tokens += _tokens(_default_reading(part))
    return _delimited(tokens)


def phrase_tokens(phrases: Iterable[str]) -> str:
    """Full pinyin and initials of each phrase (field, topic title), as in ``pinyin_tokens``."""
    tokens: list[str] = []
    for phrase in map(normalise, phrases):
        # Latin words stay whole among the initials: users type ``szyai`` for 数字与AI.
        tokens += _tokens(
            _default_reading(phrase), whole_words=frozenset(re.findall(r"[a-z]+", phrase))
        )
    return _delimited(tokens)


def _clean_name(name: str) -> str:
    return _SPACE_IN_HAN.sub("", normalise(name))


def _surname(clean: str) -> str:
    """The surname of a clean Chinese name; empty for a foreign name or one with parts."""
    if len(_PIECES.findall(clean)) != len(clean):
        return ""
    if len(clean) > 2 and clean[:2] in COMPOUND_SURNAMES:
        return clean[:2]
    return clean[:1]


def _name_readings(name: str, override: str | None) -> list[Syllables]:
    clean = _clean_name(name)
    first = [tuple(_parsed_reading(override))] if override and override.strip() else []
    return list(dict.fromkeys([*first, *islice(_computed_readings(clean), MAX_READINGS)]))


def _parsed_reading(reading: str) -> list[str]:
    """The syllables of a reading entered by a person: ``'Lǚ Wěi'`` is ``['lv', 'wei']``."""
    marked = unicodedata.normalize("NFD", normalise(reading)).replace("u\u0308", "v")
    bare = "".join(char for char in marked if not unicodedata.combining(char))
    return re.findall(r"[a-z]+", bare)


def _computed_readings(clean: str) -> Iterator[Syllables]:
    surname = _surname(clean)
    if not surname:
        reading = _default_reading(clean)
        return iter([reading] if reading else [])
    given = clean[len(surname) :]
    return (
        (*surname_reading, *given_reading)
        for surname_reading, given_reading in product(
            _surname_readings(surname), _given_readings(given)
        )
    )


def _surname_readings(surname: str) -> list[Syllables]:
    entries = COMPOUND_SURNAMES.get(surname) or SURNAMES.get(surname)
    return (
        [tuple(reading.split()) for reading in entries] if entries else [_default_reading(surname)]
    )


def _given_readings(given: str) -> list[Syllables]:
    choices = [
        GIVEN_CHARACTERS.get(char, (syllable,))
        for char, syllable in zip(given, _default_reading(given), strict=True)
    ]
    # Each ambiguous character multiplies the readings, so only the first few are generated.
    return list(islice(product(*choices), MAX_READINGS))


def _default_reading(clean: str) -> Syllables:
    """The everyday reading; a character without one is kept as it is."""
    pieces = _PIECES.findall(clean)
    return tuple(
        syllable
        for run in _runs(pieces)
        for syllable in (_run_syllables(run) if _is_han(run) else [run])
    )


def _run_syllables(run: str) -> list[str]:
    syllables = lazy_pinyin(run, style=Style.NORMAL)
    if len(syllables) == len(run):
        return syllables
    # pypinyin returns neighbours without a reading as one item: read each character alone.
    return [syllable for char in run for syllable in lazy_pinyin(char, style=Style.NORMAL)]


def _runs(pieces: Iterable[str]) -> Iterator[str]:
    """Join neighbouring Chinese characters: pypinyin reads words better than characters."""
    run = ""
    for piece in pieces:
        if _is_han(piece):
            run += piece
            continue
        if run:
            yield run
        run = ""
        yield piece
    if run:
        yield run


def _is_han(piece: str) -> bool:
    return re.match(f"[{_HAN}]", piece) is not None


def _tokens(reading: Syllables, whole_words: frozenset[str] = frozenset()) -> list[str]:
    """The tokens of a reading: joined, the initials, and further spellings."""
    if not reading:
        return []
    initials = "".join(s if s in whole_words or not s.isalpha() else s[:1] for s in reading)
    full = _spellings("".join(reading))
    return [full[0], initials, *full[1:]]


def _spellings(reading: str) -> list[str]:
    """The spellings with ü as v and as u: input methods take v, many people type u."""
    return _unique([reading, re.sub(r"(?<=[ln])v", "u", reading)])


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))


def _delimited(tokens: Iterable[str]) -> str:
    unique = _unique(tokens)
    return f" {' '.join(unique)} " if unique else ""
