"""The setting of robots in chat groups. Pure."""

from __future__ import annotations

from booking.sentences import N_
from booking.settings.engine.kinds import Origins, Setting

ROBOT_ORIGINS = Setting(
    "robot_origins",
    Origins(),
    "",
    N_("Own servers of WeCom, DingTalk or Feishu"),
    N_(
        "Where robots of groups can be called beside the providers' own services: addresses "
        "without a path, with spaces between. Empty: the providers' own only."
    ),
)
