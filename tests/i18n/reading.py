"""Extracts the visible text of a page or a mail, without mark-up."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

from tests.markup.places import VOID

ELSEWHERE = ("/language/", "/theme/", "/static/", "/feed/", "/manage/texts/")
"""Paths that are not pages in the current language."""

_UNSEEN = re.compile(r"(?s)<(script|style|svg)\b.*?</\1>|<!--.*?-->")
_TOLD = re.compile(r'\s(?:placeholder|title|alt|aria-label)="([^"]*)"')
_TAG = re.compile(r"<[^>]+>")
_LINK = re.compile(r'<a\b[^>]*?\shref="(/[^"]*)"')
_ADDRESS = re.compile(
    r"\S+@[\w.]+|\bhttps?://\S+|\bwebcal://\S+|\b[A-Z]{2}-\d{4}-\d+"
    r"|[a-z.]+\.example\.org|[A-Za-z/]+\.(?:csv|md|xlsx)\b|[A-Z]+(?:_[A-Z]+)+"
)
"""Addresses, numbers of lectures, names of hosts, files and variables."""

_READING = re.compile(r'(?s)<(\w+) lang="zh-Latn-pinyin">.*?</\1>')
_KEY = re.compile(r'<code (?:class="setup-key"|lang="en")>[^<]*</code>')
_MARKED = re.compile(r'<(\w+)(?: class="[^"]*")? lang="en">[^<]*</\1>')
"""Data in English that a page shows beside the Chinese, such as both names of an outcome."""
_ENGLISH = re.compile(r"[A-Za-z]{4,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")

NAMES = frozenset(
    "Asia Authentication Bytes Cookie DKIM DMARC English Excel Flask HTTP IMAP JPEG JSON Office "
    "Outlook POST PostgreSQL Python Results SMTP SQLAlchemy SQLite STARTTLS SdkAppId SecretId "
    "SecretKey Shanghai TOTP Thunderbird Webhook Werkzeug chinesecalendar cryptography holiday "
    "holidays docx https huey iCal iPhone icalendar pptx webcal xlsx zhangsan".split()
)
"""Allowed on Chinese pages: the language link, names of products, libraries, protocols and formats
(`holiday` is of holiday-cn), a zone, a unit, a search example."""

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
    """Words of four letters or more, except addresses, keys, English code, pinyin and `NAMES`."""
    seen = text(_READING.sub(" ", _MARKED.sub(" ", _KEY.sub(" ", page))))
    for word in _ENGLISH.findall(_ADDRESS.sub(" ", seen)):
        if word not in NAMES:
            yield word


def chinese(page: str) -> Iterator[str]:
    """Runs of Chinese characters, except the few that are on every page."""
    for run in _CHINESE.findall(text(page)):
        if run not in CHINESE_ON_ENGLISH_PAGES:
            yield run


class _Unmarked(HTMLParser):
    """Collects the text of a page that no element marks as Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            around = self._open[-1][1] if self._open else ""
            self._open.append((tag, dict(attrs).get("lang") or around))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, lang = self._open[-1] if self._open else ("", "")
        if lang != "zh-CN" and tag not in PLAIN_TEXT:
            self.texts.append(data)


PLAIN_TEXT = frozenset({"title", "option", "textarea", "script", "style"})
"""Elements that hold no elements, so that a part of their text cannot be marked."""


def unmarked_chinese(page: str) -> Iterator[str]:
    """Runs of Chinese characters that are not marked with `lang`."""
    parser = _Unmarked()
    parser.feed(page)
    return iter(_CHINESE.findall("\n".join(parser.texts)))


def mail(raw: bytes) -> str:
    """The subject and the text parts of a mail, without the calendar."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    parts = [
        part for part in message.walk() if part.get_content_type() in {"text/plain", "text/html"}
    ]
    return "\n".join([str(message["Subject"]), *(part.get_content() for part in parts)])
