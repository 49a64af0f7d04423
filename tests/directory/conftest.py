"""A small register with matches and non-matches for every kind of search."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask

from booking.accounts.engine.roles import SYSTEM
from booking.db import unit_of_work
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Audience, Format
from booking.instructors.service import InstructorFacts, TopicFacts
from tests import factories
from tests.factories import CITY, COUNTY, DISTRICT, OTHER_CITY, OTHER_DISTRICT

PROVINCE = "990000"


@dataclass(frozen=True, slots=True)
class Entry:
    """One instructor of the small register."""

    name: str
    topics: tuple[TopicFacts, ...]
    serves: tuple[str, ...]
    fields: tuple[str, ...] = ()


REGISTER = (
    Entry(
        "张三",
        (TopicFacts("家庭急救常识", minutes=90, audiences=(Audience.VILLAGERS,)),),
        (DISTRICT,),
        ("cpr",),
    ),
    Entry(
        "曾国华",
        (TopicFacts("应急疏散", formats=(Format.ON_SITE,)), TopicFacts("100%_安全\\规程")),
        (CITY,),
        ("health",),
    ),
    Entry(
        "李雷",
        (
            TopicFacts(
                "公文写作", audiences=(Audience.CADRES,), formats=(Format.LECTURE, Format.ONLINE)
            ),
        ),
        (PROVINCE,),
        ("writing",),
    ),
    Entry("单田方", (TopicFacts("ＡＩ与办公"),), (OTHER_CITY,), ("writing",)),
    Entry("仇英", (TopicFacts("100元以内的家电安全"),), (OTHER_DISTRICT,)),
    Entry("吕梁", (TopicFacts("古籍修复"),), (COUNTY,)),
)

BY_PINYIN = ["李雷", "吕梁", "仇英", "单田方", "曾国华", "张三"]
"""li, lü, qiu, shan, zeng, zhang: the pinyin of these characters as surnames."""


@pytest.fixture
def register(app: Flask) -> dict[str, int]:
    """The instructors' ids by name; all have hours on weekdays."""
    with app.app_context(), unit_of_work() as session:
        fields: dict[str, int] = {}
        for code, name, name_en, parent in (
            ("health", "卫生健康", "Health", None),
            ("cpr", "心肺复苏", "CPR", "health"),
            ("writing", "文秘写作", "Writing", None),
        ):
            fields[code] = instructors.add_field(
                session, code=code, name=name, name_en=name_en, parent_id=fields.get(parent or "")
            ).id
        made = {}
        for number, entry in enumerate(REGISTER):
            facts = InstructorFacts(
                name=entry.name,
                workplace=f"第{number + 1}单位（虚构）",
                region_code=DISTRICT,
                topics=entry.topics,
                serves=entry.serves,
                field_ids=tuple(fields[code] for code in entry.fields),
            )
            made[entry.name] = instructors.add_instructor(
                session, facts=facts, actor=SYSTEM, now=factories.NOW
            ).id
            factories.open_hours(session, made[entry.name])
        return made
