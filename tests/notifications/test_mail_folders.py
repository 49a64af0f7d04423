"""Every folder of templates/email, rendered with real data in both languages."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from lxml import etree, html

from booking.notifications.engine.kinds import KINDS
from booking.notifications.mail_queue import LONGEST_SUBJECT
from tests.extent import WHOLE
from tests.factories import Cast
from tests.notifications.letters import Letter, every_letter

FOLDER = Path("booking/templates/email")
LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
DATABASES = ("sqlite", "postgresql") if WHOLE else ("sqlite",)

_HAN = re.compile("[\u4e00-\u9fff]")
_TAG = re.compile(r"<[^>]+>")


def folders() -> set[str]:
    """The folders of templates, one for each message."""
    return {path.name for path in FOLDER.iterdir() if path.is_dir()}


def test_each_folder_has_a_kind_and_each_kind_of_message_a_folder() -> None:
    assert set(KINDS) == folders()


@pytest.mark.parametrize("folder", sorted(folders()))
def test_each_folder_has_subject_text_and_html(folder: str) -> None:
    found = {path.name for path in (FOLDER / folder).iterdir() if not path.name.startswith("_")}
    assert found == {"subject.txt", "body.txt", "body.html"}


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail(app: Flask, people: Cast, language: str) -> None:
    letters = every_letter(app, people, LANGUAGES[language])
    assert {letter.folder for letter in letters} == folders()
    problems = [
        f"{letter.folder}: {problem}"
        for letter in letters
        for problem in _problems(letter, language)
    ]
    assert "\n".join(sorted(set(problems))) == ""


def _problems(letter: Letter, language: str) -> list[str]:
    """What is wrong with a mail; empty: nothing."""
    subject, lines = str(letter.mail["Subject"]), letter.text.splitlines()
    found = []
    if not subject or len(subject) > LONGEST_SUBJECT or "\n" in subject:
        found.append(f"the subject {subject!r}")
    if lines[0][: LONGEST_SUBJECT - 1] != subject.removesuffix("…")[: LONGEST_SUBJECT - 1]:
        found.append(f"begins with {lines[0]!r}")
    found += _wrong_html(letter.html)
    found += _untranslated(letter, language)
    missing = [word for word in _words(letter.text) if word not in _squeezed(_shown(letter.html))]
    if missing:
        found.append(f"the text says more than the HTML: {missing}")
    links = re.findall(r"https?://\S+", letter.text)
    if any(link not in unescape(letter.html) for link in links):
        found.append("another link in the HTML")
    stops = re.findall(r"https?://\S+/unsubscribe/\S+", letter.text)
    if stops != [str(letter.mail[name]).strip("<>") for name in STOP if letter.mail[name]]:
        found.append(f"turned off by {stops}, and by {letter.mail[STOP[0]]}")
    if letter.folder in FACTS_FIRST and not _has_facts(lines):
        found.append(f"no facts in the first lines: {lines[:4]}")
    return found


STOP = ("List-Unsubscribe",)
"""What a mail program reads; people read the same address at the end of the mail."""

FACTS_FIRST = {
    folder
    for folder in folders()
    if any(
        part in (FOLDER / folder / "body.txt").read_text()
        for part in ("email/_facts.txt", "email/_order_facts.txt")
    )
} - {"proposed"}
"""A proposal has what is proposed first, then the lecture as it is."""


def _has_facts(lines: list[str]) -> bool:
    """Whether a time or wish, and who and where, stand in the first ten lines."""
    names = {re.split("[：:]", line)[0] for line in lines[1:10]}
    when = {"时间", "When", "需求", "Wish"}
    return bool(names & when) and len(names) >= 4


def _wrong_html(source: str) -> list[str]:
    """HTML that is not well-formed, loads something from elsewhere, or cannot be tapped."""
    found = []
    try:
        etree.fromstring(source.replace("<!doctype html>", "").replace("&nbsp;", " "), _lenient())
    except etree.XMLSyntaxError as error:
        found.append(f"HTML: {error}")
    page = html.document_fromstring(source)
    if page.xpath("//img | //link | //script | //style | //@class"):
        found.append("something that readers of mail drop")
    for link in page.xpath("//a"):
        if "padding:12px" not in link.get("style", ""):
            found.append("a link that is hard to tap")
    return found


def _lenient() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _untranslated(letter: Letter, language: str) -> list[str]:
    """English words in a Chinese mail; Chinese words of the catalogue in an English one."""
    text = re.sub(r"https?://\S+|[A-Z]{2}-\d{4}-\d{6}|\S+@\S+", "", letter.text)
    if language == "zh":
        words = re.findall(r"[A-Za-z]{3,}", text)
        return [f"untranslated: {words}"] if words else []
    odd = [line for line in text.splitlines() if "：" in line or "。" in line.replace("。", "", 9)]
    return [f"not English: {odd}"] if odd else []


def _shown(source: str) -> str:
    body = source.partition("<body")[2].partition(">")[2]
    return unescape(_TAG.sub(" ", body))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _words(text: str) -> list[str]:
    """The sentences of a text, without links, what introduces them, and names of facts."""
    sentences = []
    for line in text.splitlines():
        if re.search(r"https?://", line):
            continue
        parts = re.split("[：:] ?", line.removeprefix("- "), maxsplit=1)
        sentences += [squeezed for one in parts if (squeezed := _squeezed(one))]
    return sentences
