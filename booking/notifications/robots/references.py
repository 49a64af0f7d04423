"""Robots that name a region."""

from __future__ import annotations

from booking.db.references import Reference
from booking.notifications.robots.models import Robot
from booking.sentences import N_

REFERENCES = (Reference("region", Robot.region_code, N_("Groups with a robot")),)
