"""An import of the coordinator with its report, default hours for some people, and an export."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import json_values
from booking.accounts.models import User
from booking.availability.defaults import queries as default_queries
from booking.availability.defaults import service as default_hours
from booking.demo.engine.regions import PROVINCE
from booking.exports import service as exports
from booking.register import drafts
from booking.register.batches.queries import instructor_ids
from booking.register.child_program import Parsed
from booking.register.engine.spreadsheet import roster_of
from booking.register.exports.service import KIND, ExportChoice
from booking.workbooks.engine.sheets import table
from booking.workbooks.files import XLSX

COORDINATOR = "coordinator@example.org"
FILENAME = "新增讲师名册（虚构数据）.xlsx"
EXPORTED = "师资库（虚构数据）.xlsx"
HEAD = ("姓名", "工作单位", "职称", "研究领域", "授课专题", "可服务区域", "联系电话")
PEOPLE = (
    (
        "温如玉",
        "栖云市图书馆（虚构）",
        "副研究馆员",
        "历史文化",
        "古籍里的家训",
        "全市",
        "12000009001",
    ),
    (
        "骆子涵",
        "松浦市农技站（虚构）",
        "农艺师",
        "乡村与农技",
        "果树冬季管理",
        "松浦市、望岫市",
        "12000009002",
    ),
    (
        "闻人静",
        "澄湖市第二医院（虚构）",
        "主治医师",
        "急救",
        "办公室急救；海姆立克急救法",
        "全省",
        "12000009003",
    ),
    (
        "苏木扎提·艾力",
        "栖云市第一中学（虚构）",
        "高级教师",
        "法治",
        "未成年人保护法",
        "全省",
        "12000009004",
    ),
    (
        "庾明",
        "望岫市司法局（虚构）",
        "三级律师",
        "法治",
        "民法典与生活",
        "望岫市",
        "12000009005",
    ),
    (
        "左丘宁",
        "栖云市科技馆（虚构）",
        "工程师",
        "科普",
        "身边的人工智能",
        "全市",
        "12000009006",
    ),
)
FILLED = 4
"""People who have default hours; the others have none."""

AGO = timedelta(days=2)


def add(session: Session, *, now: datetime) -> None:
    """Import the people two days ago, and fill in hours for some."""
    user = session.scalars(select(User).where(User.email == COORDINATOR)).one()
    sheet = table("师资", HEAD, PEOPLE)
    draft = drafts.keep_draft(
        session,
        parsed=Parsed(sheet, roster_of(sheet)),
        filename=FILENAME,
        region_code=PROVINCE,
        user_id=user.id,
        now=now - AGO,
    )
    # What is stored is read as JSON from here on.
    session.expire(draft)
    batch = drafts.import_draft(
        session, draft=draft, actor=user.actor(), now=now - AGO, skip_invalid=False
    )
    session.flush()
    exports.ask(
        session,
        kind=KIND,
        choice=json_values.write(ExportChoice(PROVINCE)),
        rows=len(PEOPLE),
        filename=EXPORTED,
        mimetype=XLSX,
        user_id=user.id,
        language="zh_Hans_CN",
        now=now,
    )
    ids = instructor_ids(session, batch.id)[:FILLED]
    week = default_queries.week_for(session, PROVINCE)
    default_hours.fill_in(session, ids=ids, week=week, actor=user.actor(), now=now - AGO)
