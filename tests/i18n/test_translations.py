"""The catalogues are complete, and templates keep to their source language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import flask_security
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

import config
from tests.i18n.conftest import CATALOGUES, TRANSLATIONS

SOURCES = config.ROOT / "booking"
TEMPLATES = SOURCES / "templates"
LIBRARY = Path(flask_security.__file__).parent / "translations" / "flask_security.pot"

PLACEHOLDER = re.compile(r"%\((\w+)\)")
POSITIONAL = re.compile(r"%s")
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
CHINESE_IN_TEMPLATES = {"休", "班", "约", "中文", "急救"}
"""Two badges, the mark, the link to the other language, an example of a search."""

UNTRANSLATABLE = frozenset({"within", "length"})
"""Values of the library that our Chinese leaves out: Babel has no Chinese for spans of time,
so `within` would stay English, and `%(length) c` (sic) is one character, not a number."""


def catalogue(path: Path) -> Catalog:
    """A .po or .pot file."""
    with path.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every text that the sources mark for translation now."""
    pot = tmp_path_factory.mktemp("pot") / "messages.pot"
    keywords = ["-k", "lazy_gettext", "-k", "plural:1,2"]
    command = ["pybabel", "-q", "extract", "-F", str(TRANSLATIONS / "babel.cfg"), *keywords]
    CommandLineInterface().run([*command, "-o", str(pot), str(SOURCES)])  # type: ignore[no-untyped-call]
    return catalogue(pot)


def texts(message: Message) -> tuple[str, ...]:
    """The source text, with its plural if there is one."""
    return tuple(message.id) if isinstance(message.id, list | tuple) else (message.id,)


def strings(message: Message) -> tuple[str, ...]:
    """The translations, one for each form."""
    return (
        tuple(message.string)
        if isinstance(message.string, list | tuple)
        else (message.string or "",)
    )


def entries(source: Catalog) -> Iterator[Message]:
    """All but the header."""
    return (message for message in source if message.id)


def gaps(source: Catalog, translated: Catalog) -> list[str]:
    """Source texts that are missing, fuzzy or empty."""
    found = []
    for message in entries(source):
        other = translated.get(texts(message)[0], message.context)
        if other is None or other.fuzzy or not all(strings(other)):
            found.append(texts(message)[0])
    return found


def placeholders(text: str) -> tuple[set[str], int]:
    """The names in a text that Chinese needs, and how many it has without a name."""
    return set(PLACEHOLDER.findall(text)) - UNTRANSLATABLE, len(POSITIONAL.findall(text))


def mismatches(translated: Catalog) -> list[str]:
    """Source texts whose translation has other placeholders."""
    return [
        texts(message)[0]
        for message in entries(translated)
        for string in strings(message)
        if placeholders(string) != placeholders(texts(message)[-1])
    ]


def test_every_text_has_a_chinese_one(extracted: Catalog) -> None:
    assert len(list(entries(extracted))) > 300
    assert gaps(extracted, catalogue(CATALOGUES / "messages.po")) == []


def test_nothing_is_translated_that_is_no_longer_there(extracted: Catalog) -> None:
    known = {texts(message) for message in entries(extracted)}
    kept = catalogue(CATALOGUES / "messages.po")
    assert [texts(one) for one in entries(kept) if texts(one) not in known] == []


def test_the_library_speaks_chinese_completely() -> None:
    assert gaps(catalogue(LIBRARY), catalogue(CATALOGUES / "flask_security.po")) == []


def test_placeholders_agree() -> None:
    assert mismatches(catalogue(CATALOGUES / "messages.po")) == []
    assert mismatches(catalogue(CATALOGUES / "flask_security.po")) == []


def test_chinese_has_one_form_for_every_number() -> None:
    kept = catalogue(CATALOGUES / "messages.po")
    assert kept.num_plurals == 1
    assert [len(strings(one)) for one in entries(kept) if one.pluralizable] == [1] * sum(
        one.pluralizable for one in entries(kept)
    )


def test_people_are_told_您() -> None:
    kept = [catalogue(path) for path in sorted(CATALOGUES.glob("*.po"))]
    familiar = [one.id for each in kept for one in entries(each) if "你" in "".join(strings(one))]
    assert familiar == []


def test_no_chinese_stands_in_the_templates() -> None:
    found = {
        run
        for path in sorted(TEMPLATES.rglob("*.*"))
        for run in CHINESE.findall(path.read_text(encoding="utf-8"))
    }
    assert found - CHINESE_IN_TEMPLATES == set()
