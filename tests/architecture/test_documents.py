"""Documents name only what exists, and the code cites only rules that the documents have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import config
from booking.app import create_app
from booking.db import Base
from booking.lectures.engine.states import Command
from booking.privacy.notice import words
from booking.settings.engine.declarations import PublicRegister
from booking.visibility.engine.data import Datum
from booking.visibility.engine.readers import Purpose, Reader
from booking.visibility.engine.table import VISIBILITY, LegalBasis
from tests.architecture import documents, generated, lifecycle_document, privacy_document

RULES = {"domain": "docs/domain.md", "calendar": "docs/calendar-rules.md"}

NOT_OURS = {
    "__dict__": "an attribute that Python gives to objects",
}
"""Names in backticks that are in no source file, with the reason."""

MADE_BY_START = frozenset({"instance/", "instance/mail/"})
"""Folders that the first start creates."""

CITING = ("booking", "webserver", "migrations", "tests", "benchmarks")
SUFFIXES = frozenset({".py", ".html", ".txt", ".js", ".css", ".ini", ".mako"})

_CITED = re.compile(r"\b(\w+) rules? (\d+(?:(?:, and |, | and | to )\d+)*)", re.IGNORECASE)
_NUMBERED = re.compile(r"^(\d+)\. (.*?)(?=^\d+\. |^#|\Z)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_LINE_BREAK = re.compile(r"\s*\n[ \t]*(?:#|//|\*)?[ \t]*")
_MODULE = re.compile(r"\w+\.py|[\w/]*/[\w/]*(?:\.\w+)?")
_DOCUMENT = re.compile(r"(?<![\w{/.*-])(?:[\w-]+/)*[\w.-]*\w\.md\b")


@cache
def _citing_texts() -> dict[str, str]:
    """Source files and documents, with each line break as a space, by their paths."""
    files = [path for folder in CITING for path in (config.ROOT / folder).rglob("*")]
    files += [*config.ROOT.glob("*.py"), config.ROOT / "Makefile"]
    files += [config.ROOT / document for document in documents.DOCUMENTS]
    return {
        path.relative_to(config.ROOT).as_posix(): _LINE_BREAK.sub(" ", path.read_text())
        for path in files
        if (path.suffix in SUFFIXES | {".md"} or path.name == "Makefile")
        and "node_modules" not in path.parts
        and path != Path(__file__)
    }


def _rules(document: str) -> dict[int, str]:
    """The numbered rules of a document."""
    text = (config.ROOT / document).read_text(encoding="utf-8")
    return {int(number): rule for number, rule in _NUMBERED.findall(text)}


def _numbers(cited: str) -> Iterator[int]:
    """The numbers of "19, 20 and 23" and of "20 to 22"."""
    for part in re.split(r", and |, | and ", cited):
        first, _to, last = part.partition(" to ")
        yield from range(int(first), int(last or first) + 1)


def test_every_name_in_backticks_exists() -> None:
    named = {one: documents.missing(one) for one in documents.DOCUMENTS}
    allowed = NOT_OURS.keys() | MADE_BY_START
    assert {one: names for one, names in named.items() if set(names) - allowed} == {}


def test_every_link_leads_to_a_file() -> None:
    links = [
        (document, link)
        for document in documents.DOCUMENTS
        for link in _LINK.findall((config.ROOT / document).read_text())
        if not link.startswith(("https:", "http:", "mailto:"))
    ]
    assert [
        (document, link)
        for document, link in links
        if not ((config.ROOT / document).parent / link).exists()
    ] == []


def test_the_tables_of_the_architecture_are_those_of_the_models() -> None:
    text = (config.ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    section = text.partition("## Tables")[2].partition("Instants are UTC")[0]
    listed = re.findall(r"`([a-z_]+)`", section)

    assert create_app.__module__ == "booking.app"  # Which imports all models.
    assert sorted(listed) == sorted(Base.metadata.tables)


def test_no_exception_is_needless() -> None:
    named = {name for one in documents.DOCUMENTS for name in documents.missing(one)}
    assert NOT_OURS.keys() - named == set()


@pytest.mark.parametrize(
    ("token", "exists"),
    [
        ("booking/db/base.py", True),
        ("lectures/service.py", True),
        ("lectures/servants.py", False),
        ("tests/lectures/", True),
        ("tests/lecturers/", False),
        ("docs/*.md", True),
        (".ci/run", True),
        (".ci/walk", False),
        (".py", True),
        ("accounts/guards.acting", True),
        ("accounts/guards.sleeping", False),
        ("clock.now", True),
        ("clock.tomorrow", False),
        ("Role.BRANCH", True),
        ("Role.EMPEROR", False),
        ("Lecture", True),
        ("LectureThatIsNone", False),
        ("unit_of_work()", True),
        ("unit_of_no_work()", False),
        ("ex_hold_no_overlap", True),
        ("lecture hold lecture_history", True),
        ("lecture hold lecture_prophecy", False),
        ("flask days import 2027.json", True),
        ("LIKE", True),
        ("/api/v1", True),
        ("Asia/Shanghai", True),
    ],
)
def test_what_stands_in_backticks_is_looked_up_by_its_form(token: str, exists: bool) -> None:
    assert documents.is_there(token) is exists


def test_every_rule_that_is_cited_exists() -> None:
    known = {kind: _rules(document).keys() for kind, document in RULES.items()}
    wrong = [
        f"{path}: {kind} rule {number}"
        for path, text in _citing_texts().items()
        for kind, cited in _CITED.findall(text)
        if kind.lower() in known or not path.endswith(".md")
        for number in _numbers(cited)
        if number not in known.get(kind.lower(), ())
    ]
    assert wrong == []


def test_every_document_that_the_code_cites_is_in_the_repository() -> None:
    bases = (config.ROOT, config.ROOT / "docs", config.ROOT / "benchmarks")
    wrong = [
        f"{path}: {name}"
        for path, text in _citing_texts().items()
        if not path.endswith(".md")
        for name in _DOCUMENT.findall(text)
        if not any((base / name).exists() for base in bases)
    ]
    assert wrong == []


@pytest.mark.parametrize("document", RULES.values())
def test_rules_are_numbered_without_gaps_and_name_module_and_test(document: str) -> None:
    rules = _rules(document)
    assert list(rules) == list(range(1, len(rules) + 1))
    built = {number: rule for number, rule in rules.items() if not rule.startswith("*Planned*")}
    named = {number: re.findall(r"`([\w/]+(?:\.\w+)?)`", rule) for number, rule in built.items()}
    assert {
        number
        for number, paths in named.items()
        if not any(path.startswith("tests/") for path in paths)
        or not any(_MODULE.fullmatch(path) and not path.startswith("tests/") for path in paths)
    } == set()


@pytest.mark.parametrize(
    ("document", "command"), [(lifecycle_document, "lifecycle"), (privacy_document, "privacy")]
)
def test_generated_parts_are_what_the_code_says(document: ModuleType, command: str) -> None:
    page, parts = document.DOCUMENT.read_text(encoding="utf-8"), document.parts()
    assert page == generated.written(page, parts), f"make {command}"
    assert set(generated.names(page)) == set(parts)


def test_the_notice_names_every_datum_and_reader() -> None:
    assert set(words.DATA) == set(VISIBILITY) == set(Datum)
    assert set(words.READERS) == set(Reader)
    assert set(words.PURPOSES) == set(Purpose)
    assert set(words.BASES) == set(LegalBasis)
    assert set(words.TO_ALL) == set(PublicRegister)


def test_every_command_is_in_the_table() -> None:
    assert lifecycle_document.commands() == set(Command)


def test_the_security_page_names_a_test_for_each_attack() -> None:
    page = (config.ROOT / "docs" / "security.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| ") and line.count("|") == 4]
    attacks = [row for row in rows if not row.startswith(("| attack |", "|---"))]
    without = [row for row in attacks if "`tests/" not in row and not row.endswith("the same |")]
    assert len(attacks) > 30
    assert without == []
