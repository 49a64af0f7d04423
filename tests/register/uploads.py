"""Uploads registers to the import page."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from html import unescape

from tests.browser import Client
from tests.factories import CITY
from tests.register.rosters import BANK_CARD, IDENTITY, roster

HEADERS = (
    "姓名",
    "性别",
    "工作单位",
    "职称",
    "领域",
    "授课专题",
    "可服务区域",
    "电话",
    "身份证号",
    "银行卡号",
)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TAGS = re.compile(r"<[^>]+>")


def rows(count: int = 120, place: str = "栖云市") -> list[tuple[object, ...]]:
    """Rows of `count` people with two topics, a phone, and numbers that must not be stored."""
    given = "安邦昌德恩方刚海洁军凯"
    return [
        (
            f"{'赵钱孙李周吴郑王冯陈'[n % 10]}{given[n // 10 % 11]}{given[n % 11]}",
            "男女"[n % 2],
            f"{place}第{n}中学（虚构）",
            "高级教师",
            ("急救", "法治；公文")[n % 2],
            f"专题{n}甲；专题{n}乙",
            ("全市", "全省", "听澜区、岫云县")[n % 3],
            f"1200000{n:04d}",
            IDENTITY,
            BANK_CARD,
        )
        for n in range(count)
    ]


def sheet(people: Sequence[Sequence[object]]) -> bytes:
    return roster(HEADERS, people, title="师资名录（虚构数据）")


def text_of(page: str) -> str:
    return " ".join(unescape(_TAGS.sub(" ", page)).split())


def upload(
    browser: Client, data: bytes, *, filename: str = "师资.xlsx", region: str = CITY
) -> tuple[int, str, str]:
    """(status code, Location header, page)."""
    answer = browser.post(
        "/register/import",
        {"file": (io.BytesIO(data), filename, SHEET), "region": region},
        content_type="multipart/form-data",
    )
    return answer.status_code, answer.location or "", answer.text
