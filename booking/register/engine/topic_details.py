"""Columns that say more of topics: for whom, how, how long. A line of the cell for each topic."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TypeVar

from booking.instructors.engine.vocabulary import (
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    Audience,
    Format,
)
from booking.register.engine.cells import BadCell
from booking.register.engine.roster import ProblemCode

M = TypeVar("M", Audience, Format)

ANY = "不限"
"""Stands for no audience or format in particular; an export writes it."""

_ANYTHING = frozenset({"", "-", "–", "—", "/", ANY, "无", "全体", "所有人", "everybody", "any"})

_AUDIENCES = {
    Audience.CADRES: "干部 领导干部 党员干部 cadres cadre",
    Audience.MEMBERS: "党员 普通党员 partymembers members",
    Audience.NEW_STAFF: "新入职人员 新员工 新入职员工 newstaff",
    Audience.STUDENTS: "学生 学员 students student",
    Audience.VILLAGERS: "村民 农民 villagers",
    Audience.COMMUNITY: "社区居民 居民 群众 communityresidents community",
    Audience.ENTERPRISE: "企业职工 职工 企业员工 enterpriseemployees enterprise",
}
_FORMATS = {
    Format.LECTURE: "讲授式 讲授 讲座 lecture",
    Format.SEMINAR: "研讨式 研讨 seminar",
    Format.CASE: "案例式 案例 casestudy case",
    Format.ON_SITE: "现场教学 现场 onsiteteaching onsite",
    Format.SIMULATION: "情景模拟 simulation",
    Format.ONLINE: "线上 线上授课 online",
}
"""The words of pages in both languages, and those of spreadsheets."""

AUDIENCES = {word: one for one, words in _AUDIENCES.items() for word in words.split()}
FORMATS = {word: one for one, words in _FORMATS.items() for word in words.split()}

_SEPARATORS = re.compile(r"[、,，;；/]")
_MINUTES = re.compile(r"(\d{1,4})(?:分钟|分|minutes?|mins?)?")


def lines_for(text: str, topics: int) -> list[str] | None:
    """The line of each topic; a single line holds for all. None: the numbers differ."""
    lines = text.split("\n")
    if len(lines) == 1:
        return lines * topics
    return lines if len(lines) == topics else None


def audiences(text: str) -> tuple[Audience, ...]:
    """The audiences of one line; raises `BadCell` for a word that is none."""
    found = _members(text, AUDIENCES)
    return tuple(one for one in Audience if one in found)


def formats(text: str) -> tuple[Format, ...]:
    """The formats of one line; raises `BadCell` for a word that is none."""
    found = _members(text, FORMATS)
    return tuple(one for one in Format if one in found)


def _members(text: str, words: Mapping[str, M]) -> frozenset[M]:
    keys = [_key(word) for word in _SEPARATORS.split(text)]
    if [key for key in keys if key not in words and key not in _ANYTHING]:
        raise BadCell(ProblemCode.UNKNOWN_WORD)
    return frozenset(words[key] for key in keys if key in words)


def minutes(text: str) -> int | None:
    """The minutes of one line; None for none. Raises `BadCell`."""
    key = _key(text)
    if key in _ANYTHING:
        return None
    match = _MINUTES.fullmatch(key)
    if match is None or not SHORTEST_MINUTES <= int(match[1]) <= LONGEST_MINUTES:
        raise BadCell(ProblemCode.BAD_MINUTES)
    return int(match[1])


def _key(word: str) -> str:
    compact = "".join(unicodedata.normalize("NFKC", word).casefold().split())
    return compact if compact in _ANYTHING else compact.replace("-", "")
