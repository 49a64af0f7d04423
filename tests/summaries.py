"""Reads the error summary of a page."""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple

_SUMMARY = re.compile(
    r'<div class="error-summary"[^>]*>\s*<h2>(.*?)</h2>\s*<ul>(.*?)</ul>', re.DOTALL
)
_ITEM = re.compile(r'<li>(?:<a href="#([^"]+)">)?([^<]+)')


class Told(NamedTuple):
    """One line of a summary: the id of the control that it leads to, or nothing; the sentence."""

    target: str
    sentence: str


def heading(page: str) -> str | None:
    """The heading of the summary; None on a page without one."""
    found = _SUMMARY.search(page)
    return unescape(found[1]).strip() if found else None


def lines(page: str) -> list[Told]:
    """The lines of the summary; none on a page without one."""
    found = _SUMMARY.search(page)
    items = _ITEM.findall(found[2]) if found else []
    return [Told(target, unescape(sentence).strip()) for target, sentence in items]


def of_no_field(page: str) -> list[str]:
    """What the summary tells beside the errors of fields."""
    return [sentence for target, sentence in lines(page) if not target]
