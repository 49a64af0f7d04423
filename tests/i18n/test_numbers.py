"""Limits stand in the code: a sentence takes their values, and writes no number of its own."""

from __future__ import annotations

import re

from babel.messages.catalog import Catalog

from tests.i18n.conftest import CATALOGUES
from tests.i18n.test_translations import catalogue, entries, strings, texts

EXAMPLES = re.compile(
    r"\d{4}-\d\d(-\d\d)?|1970\.1|\d{1,2}:\d\d|GB/T 2260|\b99\d{4}\b|1a2b-3c4d-5e6f"
    r"|急救, zhangsan or zs|(PIPL|Cybersecurity Law), articles? \d+((, | and | to )\d+)*"
)
"""Days, times and codes that show how something is written, and articles of laws."""

FACTS = frozenset(
    {
        "1. What?",
        "2. When?",
        "3. Where and for whom?",
        "4. Sign in",
        "This file is empty: it holds 0 bytes. Save the spreadsheet again and send that file.",
        # Of calendar programs, of authenticator apps (RFC 6238), of two things that are compared.
        "Google refreshes only every 4 to 24 hours; its app on the phone then shows the same"
        " calendar.",
        "Enter the six digits that the app shows.",
        "Enter the six digits that the app then shows.",
        "The six digits that the app shows now.",
        "Two of these times overlap. Join them into one.",
        "This is too close to another lecture of the instructor: the way between the two places"
        " takes longer. Choose another time, a nearer place or an online lecture.",
        "This is too close to your branch's own lecture that begins on %(time)s in %(place)s: the"
        " way between the two places takes longer. Choose another time, a nearer place or an"
        " online lecture.",
    }
)
"""Numbers that are no setting or limit of this product."""

NUMBER = re.compile(
    r"\d|\b(two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|sixty|hundred"
    r"|thousand)\b",
    re.IGNORECASE,
)
DIGITS = re.compile(r"\d+")


def numbered(source: Catalog) -> list[str]:
    """The source texts with a number that is neither an example nor a known fact."""
    return [
        text
        for message in entries(source)
        for text in texts(message)
        if NUMBER.search(EXAMPLES.sub("", text)) and text not in FACTS
    ]


def test_no_sentence_writes_a_number_of_its_own() -> None:
    assert numbered(catalogue(CATALOGUES / "messages.po")) == []


def test_every_known_fact_is_still_told() -> None:
    known = {text for one in entries(catalogue(CATALOGUES / "messages.po")) for text in texts(one)}
    assert known >= FACTS


def test_chinese_has_the_digits_of_its_source_only() -> None:
    found = {
        string
        for message in entries(catalogue(CATALOGUES / "messages.po"))
        for string in strings(message)
        if set(DIGITS.findall(string)) - set(DIGITS.findall(" ".join(texts(message))))
    }
    assert found == set()


def test_a_number_in_figures_or_in_words_is_seen() -> None:
    source = Catalog()
    for text in ("At most 5 MB.", "Within two hours.", "At most %(max)s.", "Write 09:00."):
        source.add(text)
    assert numbered(source) == ["At most 5 MB.", "Within two hours."]
