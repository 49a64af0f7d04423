"""What pages and messages call providers of robots, and what robots are told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.notifications.robots.engine.addresses import RobotProvider
from booking.notifications.robots.engine.subjects import RobotSubject

PROVIDERS: dict[RobotProvider, Text] = {
    RobotProvider.WECOM: _("WeCom"),
    RobotProvider.DINGTALK: _("DingTalk"),
    RobotProvider.FEISHU: _("Feishu"),
}

SUBJECTS: dict[RobotSubject, Text] = {
    RobotSubject.ORDER: _("A need waits for an instructor"),
    RobotSubject.REVIEW: _("A request waits for review"),
    RobotSubject.OVERDUE: _("The answer to a request is due or overdue"),
    RobotSubject.DIGEST: _("Each morning: how much waits"),
}
