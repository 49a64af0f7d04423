"""Background job: on the morning of each workday groups are told how much waits in their region."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from booking import i18n
from booking.availability.engine.workdays import is_workday
from booking.availability.queries import calendar_days
from booking.db import db, unit_of_work
from booking.jobs import Jobs
from booking.notifications.robots.engine.subjects import RobotSubject
from booking.notifications.robots.messages import tell_how_much_waits
from booking.notifications.robots.models import Robot
from booking.notifications.robots.queries import is_told

FIRST_HOUR, LAST_HOUR = 8, 11
"""Local hours in which the summary is sent: later it would no longer be one of the morning."""


def tell_of_the_day(now: datetime) -> None:
    """Queue the summaries of today that were not queued yet, each in its own transaction."""
    moment = i18n.local(now)
    if not FIRST_HOUR <= moment.hour <= LAST_HOUR:
        return
    today = moment.date()
    kinds = {day: row.kind for day, row in calendar_days(db.session(), today, today).items()}
    if not is_workday(today, kinds):
        return
    undone = or_(Robot.digest_on.is_(None), Robot.digest_on < today)
    for robot_id in db.session().scalars(select(Robot.id).where(undone).order_by(Robot.id)).all():
        with unit_of_work() as session:
            robot = session.get(Robot, robot_id, with_for_update=True, populate_existing=True)
            if robot is None or robot.digest_on == today:
                continue
            robot.digest_on = today
            if is_told(session, robot, RobotSubject.DIGEST):
                tell_how_much_waits(session, robot, now=now)


def schedule(jobs: Jobs) -> None:
    """Register the job."""
    jobs.every_hour("notifications.tell_groups", tell_of_the_day)
