"""Reads the month and the day panel of a page, of links or of a form's buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from html import unescape

_DAY = re.compile(
    r'<(?:a|button form="[\w-]+") (?:href|formaction)="([^"]+)" class="(month-day[^"]*)"([^>]*)>'
    r"(.*?)</(?:a|button)>",
    re.DOTALL,
)
_WORD = re.compile(r'<span class="month-word">(?:<span[^>]*>(◆)</span>)?(.*?)</span>')
_BADGE = re.compile(r'<span class="badge-(?:off|work)" title="([^"]*)">(.)<')
_TURN = re.compile(r'(?:href|formaction)="([^"]*?month=[\d-]+[^"]*)"[^>]*rel="(prev|next)"')
_PANEL = re.compile(r'<section class="day-panel".*?</section>', re.DOTALL)
_HEADING = re.compile(r'id="chosen-day" data-told>(.*?)</h3>', re.DOTALL)
_WHY = re.compile(r'<p class="day-why">(.*?)</p>')
_NEXT = re.compile(r'(?:href|formaction)="([^"]+)" data-turn id="next-free">(.*?)</', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Cell:
    """A day of the month as the page shows it."""

    free: bool
    word: str
    badge: str
    today: bool
    chosen: bool
    own: bool
    link: str


def _text(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", html)).split())


def cells(page: str) -> dict[date, Cell]:
    """The days of the month."""
    found = {}
    for link, kind, rest, body in _DAY.findall(page):
        own, word = _WORD.findall(body)[0]
        found[date.fromisoformat(re.findall(r'data-day="([^"]+)"', rest)[0])] = Cell(
            "month-free" in kind,
            unescape(word),
            "".join(f"{badge}{title}" for title, badge in _BADGE.findall(body)),
            "month-today" in kind,
            "aria-current" in rest,
            bool(own),
            unescape(link),
        )
    return found


def free_days(page: str) -> list[date]:
    """The days that can be chosen, in order."""
    return [day for day, cell in cells(page).items() if cell.free]


def turns(page: str) -> dict[str, str]:
    """Where the previous and the next month lie; without an entry where nothing can be booked."""
    return {rel: unescape(link) for link, rel in _TURN.findall(page)}


def panel(page: str) -> str:
    """The HTML below the month, with the times of the chosen day."""
    return "".join(_PANEL.findall(page))


def chosen(page: str) -> str:
    """The heading of the chosen day, as text."""
    return _text("".join(_HEADING.findall(page)))


def why(page: str) -> str:
    """Why the chosen day has no times; empty if it has some."""
    return _text("".join(_WHY.findall(page)))


def way_on(page: str) -> tuple[str, str] | None:
    """Link and words of the next free day."""
    found = _NEXT.findall(page)
    return (unescape(found[0][0]), _text(found[0][1])) if found else None
