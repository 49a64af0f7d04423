"""Parses what the editor's page displays."""

from __future__ import annotations

import re
from html import unescape

from tests.factories import Cast

DAY_FIELD = re.compile(r'name="day(\d)"[^>]*?value="([^"]*)"')
STRIP_DAY = re.compile(r'<li class="(strip-day[^"]*)">(.*?)</li>', re.DOTALL)
OPEN = re.compile(r'<span class="strip-open">([^<]+)</span>')
WHY = re.compile(r'<span class="none">([^<]+)</span>')
EMPTY = {f"day{weekday}": "" for weekday in range(7)}


def editor(cast: Cast, part: str = "") -> str:
    """The path of Chen's editor, or of a part of it."""
    return f"/instructors/{cast.chen.id}/availability{part}"


def week(page: str) -> dict[int, str]:
    """The non-empty values of the seven day fields, by weekday."""
    return {int(day): unescape(text) for day, text in DAY_FIELD.findall(page) if text}


def strip(page: str) -> list[list[str]]:
    """The displayed open times of each of the fourteen preview days."""
    return [OPEN.findall(day) for _name, day in STRIP_DAY.findall(page)]


def reasons(page: str) -> list[str]:
    """The reason for each preview day being closed; empty if it is not."""
    return ["".join(WHY.findall(day)) for _name, day in STRIP_DAY.findall(page)]


def changed(page: str) -> list[int]:
    """Indexes, from 0 for today, of the preview days marked as changed."""
    names = [name for name, _day in STRIP_DAY.findall(page)]
    return [index for index, name in enumerate(names) if "strip-changed" in name]
