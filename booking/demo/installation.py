"""What the demonstration's administrator has set and written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from booking.administration.texts import service as texts
from booking.administration.texts.engine.pages import TextPage
from booking.settings import service as settings
from booking.settings.engine.declarations import CONTACT_LINE

CONTACT = "演示平台：人员、单位和授课均为虚构"
ABOUT = """## 演示平台

本平台中的人员、单位、专题和授课**均为虚构**，仅供试用。

- 试用账号见启动时的提示
- 数据随时可以删除并重新生成
"""


def describe(session: Session, *, now: datetime) -> None:
    """Set a contact line, and write a page of which an earlier version exists."""
    settings.change(session, CONTACT_LINE, CONTACT, now=now)
    for body in ("## 演示平台\n\n本页正在编写。", ABOUT):
        texts.write(session, TextPage.ABOUT, "zh_Hans_CN", body, now=now)
