"""Robots of chat groups. The table holds no data about persons."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import Base
from booking.notifications.robots.engine.addresses import RobotProvider

ROBOT = "robot"
"""The channel of robots; the recipient of a delivery is `robot:ID`."""


class Robot(Base):
    """One group with a robot, and what it is told of one region and those under it."""

    __tablename__ = "robot"

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    provider: Mapped[RobotProvider]
    origin: Mapped[str] = mapped_column(String(255))
    """Scheme and host of the address: what pages show of it."""
    token: Mapped[str] = mapped_column(Text)
    """Encrypted (`booking.crypto`): whoever has it can write into the group."""
    secret: Mapped[str | None] = mapped_column(Text)
    """Encrypted; with which messages are signed (DingTalk only)."""
    subjects: Mapped[list[str]] = mapped_column(JSON)
    """Of what it is told: values of `RobotSubject`."""
    created_at: Mapped[datetime]
    recent: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """When it was last called, at most as many times as it may be called in a minute; ISO 8601."""
    last_sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(80))
    """As of `Delivery.last_error`; None after a success."""
    digest_on: Mapped[date | None]
    """The day of the newest summary."""
