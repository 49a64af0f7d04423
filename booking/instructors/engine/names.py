"""How Chinese text is cleaned, split, read in pinyin and sorted, so that people are found.

A query word matches a stored text when the text contains it, or, for Latin letters, when a
pinyin token begins with it. Tokens stand between spaces, so one ``LIKE '% zen%'`` finds them.
Domain rules 22 and 23.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice, product

from pypinyin import Style, lazy_pinyin

from booking.instructors.engine.surnames import COMPOUND_SURNAMES, GIVEN_CHARACTERS, SURNAMES

MAX_WORDS = 8
MAX_WORD_LENGTH = 50
MAX_READINGS = 24
MAX_SORT_KEY = 200

Syllables = tuple[str, ...]
"""One reading, syllable by syllable; letters and digits other than Chinese stay one piece."""

_SEPARATORS = re.compile(r"[\s,，、;；]+")
_HAN = r"\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECES = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_SPACE_IN_HAN = re.compile(rf"(?<=[{_HAN}]) (?=[{_HAN}])")
_NAME_PARTS = re.compile(r"[\s·・•‧.\-]+")


def normalise(text: str) -> str:
    """The form in which texts are stored for search and in which queries are compared.

    NFKC and case-folded; any run of whitespace is one space, none at the ends; zero-width and
    control characters are gone. Applying it twice changes nothing.
    """
    visible = "".join(_visible(text))
    folded = unicodedata.normalize("NFKC", visible).casefold()
    # Some characters decompose only once they are folded (U+0345), so fold what came of it.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold())
    return " ".join("".join(_visible(folded)).split())


def _visible(text: str) -> Iterator[str]:
    for char in text:
        if char.isspace():
            yield " "
        elif unicodedata.category(char) not in {"Cc", "Cf", "Cs"}:
            yield char


def words(query: str) -> list[str]:
    """The words of a query, all of which must match: normalised, different, in their order.

    Parted by spaces and ``,，、;；``; at most 8 words, each cut at 50 characters.
    """
    split = (word[:MAX_WORD_LENGTH] for word in _SEPARATORS.split(normalise(query)) if word)
    return list(islice(dict.fromkeys(split), MAX_WORDS))


def escape_like(word: str) -> str:
    r"""A word that LIKE takes literally, with ``ESCAPE '\'`` in the statement."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def readings(name: str, override: str | None = None) -> list[str]:
    """Every way a name may be typed in pinyin, the accepted one first: ``['zengmingliang', ..]``.

    Lower case, joined, ü both as ``v`` and as ``u``; at most 24. ``override`` is the reading
    that the person gives, syllables parted by spaces, tones allowed (``'zēng míng liàng'``); it
    then comes first, and the others stay, for those who do not know it.
    """
    joined = ("".join(reading) for reading in _name_readings(name, override))
    return _unique(spelling for text in joined for spelling in _spellings(text))[:MAX_READINGS]


def sort_key(name: str, override: str | None = None) -> str:
    """A key whose code point order is the order that a Chinese reader expects of names.

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
    # The parts of a compound surname are joined, so that 欧阳 stands after all of 欧.
    parts = ("".join(syllables[:size]), clean[:size], given, clean)
    return " ".join(filter(None, parts))[:MAX_SORT_KEY].rstrip()


def pinyin_tokens(name: str, override: str | None = None) -> str:
    """All readings and their initials between spaces: ``' zengliang zl cengliang cl '``.

    Further parts of a name with spaces or ``·`` are tokens too. Each token occurs once; without
    any the result is ``''``.
    """
    tokens = [t for reading in _name_readings(name, override) for t in _tokens(reading)]
    for part in _NAME_PARTS.split(_clean_name(name))[1:]:
        tokens += _tokens(_plain(part))
    return _delimited(tokens)


def phrase_tokens(phrases: Iterable[str]) -> str:
    """Full pinyin and initials of each phrase (field, topic title), as in ``pinyin_tokens``."""
    tokens: list[str] = []
    for phrase in map(normalise, phrases):
        # Latin pieces stay whole among the initials: 数字与AI is typed ``szyai``.
        tokens += _tokens(_plain(phrase), whole=frozenset(re.findall(r"[a-z]+", phrase)))
    return _delimited(tokens)


def _clean_name(name: str) -> str:
    return _SPACE_IN_HAN.sub("", normalise(name))


def _surname(clean: str) -> str:
    """The surname of a clean Chinese name; empty where a name is foreign or has parts."""
    if len(_PIECES.findall(clean)) != len(clean):
        return ""
    if len(clean) > 2 and clean[:2] in COMPOUND_SURNAMES:
        return clean[:2]
    return clean[:1]


def _name_readings(name: str, override: str | None) -> list[Syllables]:
    clean = _clean_name(name)
    first = [tuple(_typed(override))] if override and override.strip() else []
    return list(dict.fromkeys([*first, *islice(_found_readings(clean), MAX_READINGS)]))


def _typed(reading: str) -> list[str]:
    """The syllables of a reading that a person typed: ``'Lǚ Wěi'`` is ``['lv', 'wei']``."""
    marked = unicodedata.normalize("NFD", normalise(reading)).replace("u\u0308", "v")
    bare = "".join(char for char in marked if not unicodedata.combining(char))
    return re.findall(r"[a-z]+", bare)


def _found_readings(clean: str) -> Iterator[Syllables]:
    surname = _surname(clean)
    if not surname:
        plain = _plain(clean)
        return iter([plain] if plain else [])
    given = clean[len(surname) :]
    return ((*family, *rest) for family, rest in product(_family(surname), _given_readings(given)))


def _family(surname: str) -> list[Syllables]:
    known = COMPOUND_SURNAMES.get(surname) or SURNAMES.get(surname)
    return [tuple(reading.split()) for reading in known] if known else [_plain(surname)]


def _given_readings(given: str) -> list[Syllables]:
    choices = [
        GIVEN_CHARACTERS.get(char, (syllable,))
        for char, syllable in zip(given, _plain(given), strict=True)
    ]
    # Each doubtful character doubles the readings, so they are taken one by one, and few.
    return list(islice(product(*choices), MAX_READINGS))


def _plain(clean: str) -> Syllables:
    """The everyday reading; a character that has none stays itself."""
    pieces = _PIECES.findall(clean)
    return tuple(
        syllable
        for run in _runs(pieces)
        for syllable in (_run_syllables(run) if _is_han(run) else [run])
    )


def _run_syllables(run: str) -> list[str]:
    found = lazy_pinyin(run, style=Style.NORMAL)
    if len(found) == len(run):
        return found
    # Neighbours without reading come back in one piece, so each character is read alone.
    return [syllable for char in run for syllable in lazy_pinyin(char, style=Style.NORMAL)]


def _runs(pieces: Iterable[str]) -> Iterator[str]:
    """Neighbouring Chinese characters as one run: pypinyin reads words better than characters."""
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


def _tokens(reading: Syllables, whole: frozenset[str] = frozenset()) -> list[str]:
    if not reading:
        return []
    initials = "".join(s if s in whole or not s.isalpha() else s[:1] for s in reading)
    full = _spellings("".join(reading))
    return [full[0], initials, *full[1:]]


def _spellings(reading: str) -> list[str]:
    """Keyboards type ü as v, many people as u."""
    return _unique([reading, re.sub(r"(?<=[ln])v", "u", reading)])


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))


def _delimited(tokens: Iterable[str]) -> str:
    unique = _unique(tokens)
    return f" {' '.join(unique)} " if unique else ""
