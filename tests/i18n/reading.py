"""Extracts the visible text of a page or a mail, without mark-up."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from html import unescape

ELSEWHERE = ("/language/", "/theme/", "/static/", "/feed/")
"""Paths that are not pages in the current language."""

_UNSEEN = re.compile(r"(?s)<(script|style|svg)\b.*?</\1>|<!--.*?-->")
_TOLD = re.compile(r'\s(?:placeholder|title|alt|aria-label)="([^"]*)"')
_TAG = re.compile(r"<[^>]+>")
_LINK = re.compile(r'<a\b[^>]*?\shref="(/[^"]*)"')
_ADDRESS = re.compile(r"\S+@[\w.]+|\bhttps?://\S+|\bwebcal://\S+|\b[A-Z]{2}-\d{4}-\d+")
_KEY = re.compile(r'<code class="setup-key">[^<]*</code>')
_ENGLISH = re.compile(r"[A-Za-z]{4,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")

NAMES = frozenset("English Excel Outlook https iCal iPhone TOTP webcal xlsx zhangsan".split())
"""Allowed on Chinese pages: the language link, product names, a suffix, a search example."""

CHINESE_ON_ENGLISH_PAGES = frozenset({"中文", "约", "休", "班", "急救"})


def text(page: str) -> str:
    """The text of a page, including that of attributes such as title and alt."""
    page = _UNSEEN.sub(" ", page)
    told = " ".join(_TOLD.findall(page))
    return " ".join(unescape(f"{_TAG.sub(' ', page)} {told}").split())


def links(page: str) -> list[str]:
    """The paths within the product that a page links to."""
    return [unescape(found) for found in _LINK.findall(page)]


def english(page: str) -> Iterator[str]:
    """Words of four letters or more, except addresses, random keys and `NAMES`."""
    for word in _ENGLISH.findall(_ADDRESS.sub(" ", text(_KEY.sub(" ", page)))):
        if word not in NAMES:
            yield word


def chinese(page: str) -> Iterator[str]:
    """Runs of Chinese characters, except the few that are on every page."""
    for run in _CHINESE.findall(text(page)):
        if run not in CHINESE_ON_ENGLISH_PAGES:
            yield run


def mail(raw: bytes) -> str:
    """The subject and the text parts of a mail, without the calendar."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    parts = [
        part for part in message.walk() if part.get_content_type() in {"text/plain", "text/html"}
    ]
    return "\n".join([str(message["Subject"]), *(part.get_content() for part in parts)])
