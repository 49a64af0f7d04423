"""Parses what the editor's page displays."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

from tests.factories import NOW, ZONE, Cast

DAY_FIELD = re.compile(r'name="day(\d)"[^>]*?value="([^"]*)"')
SEEN_DAY = re.compile(
    r'<a class="month-day ([^"]*)"(?:(?!</td>).)*?id="day-([\d-]+)"(.*?)</td>', re.DOTALL
)
OPEN = re.compile(r'<span class="facts-open">([^<]+)</span>')
WHY = re.compile(r'<span class="none">([^<]+)</span>')
LECTURE = re.compile(r'<a class="facts-lecture" href="/lectures/([^"]+)">')
MONTH = re.compile(r'<h3 id="month-name">([^<]+)</h3>')
EMPTY = {f"day{weekday}": "" for weekday in range(7)}
TODAY = NOW.astimezone(ZONE).date()


def editor(cast: Cast, part: str = "") -> str:
    """The path of Chen's editor, or of a part of it."""
    return f"/instructors/{cast.chen.id}/availability{part}"


def week(page: str) -> dict[int, str]:
    """The non-empty values of the seven day fields, by weekday."""
    return {int(day): unescape(text) for day, text in DAY_FIELD.findall(page) if text}


def seen(page: str) -> dict[int, tuple[str, str]]:
    """The displayed days of the month, by their distance from the day of `NOW`: classes, HTML."""
    return {
        (date.fromisoformat(day) - TODAY).days: (names, text)
        for names, day, text in SEEN_DAY.findall(page)
    }


def strip(page: str) -> list[list[str]]:
    """The open times of each day from that of `NOW` to the last displayed one."""
    days = seen(page)
    return [OPEN.findall(days.get(offset, ("", ""))[1]) for offset in range(max(days) + 1)]


def reasons(page: str) -> list[str]:
    """The reason for each of these days being closed; empty if it is not."""
    days = seen(page)
    return ["".join(WHY.findall(days.get(offset, ("", ""))[1])) for offset in range(max(days) + 1)]


def changed(page: str) -> list[int]:
    """The distances from today of the days that are marked as changed."""
    return [offset for offset, (names, _text) in seen(page).items() if "month-changed" in names]


def lectures(page: str) -> dict[int, list[str]]:
    """The numbers of the lectures that are displayed, by the distance of their day."""
    found = {offset: LECTURE.findall(text) for offset, (_names, text) in seen(page).items()}
    return {offset: numbers for offset, numbers in found.items() if numbers}
