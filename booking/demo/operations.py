"""Runs of background work, and mail that could not be delivered."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.accounts.models import Region, User
from booking.administration.operations import job_record
from booking.jobs import Jobs
from booking.notifications.models import Delivery
from booking.notifications.robots import service as robots
from booking.notifications.robots.engine.addresses import OFFICIAL, RobotProvider
from booking.notifications.robots.engine.subjects import RobotSubject
from booking.notifications.transmission import claims

FAILED_JOB = "availability.read_calendars"
REFUSED = (
    (
        "recipient-gone@example.org",
        "讲师已接单：垃圾分类从家里开始",
        "SMTPRecipientsRefused, 550 5.1.1",
        True,
    ),
    ("full-mailbox@example.org", "提醒：明天的授课", "SMTPDataError, 452 4.2.2", False),
)


def add_runs(now: datetime) -> None:
    """One run of each job a moment ago, and failures of one of them."""
    jobs: Jobs = current_app.extensions["jobs"]
    for hours in (5, 3):
        job_record.record(
            FAILED_JOB,
            started_at=now - timedelta(hours=hours),
            seconds=20.4,
            error=TimeoutError(),
        )
    for number, name in enumerate(jobs.scheduled):
        seconds = 0.02 + 0.013 * (number % 5)
        started_at = now - timedelta(seconds=40 - number)
        job_record.record(name, started_at=started_at, seconds=seconds, error=None)


def _message(recipient: str, subject: str) -> bytes:
    """A mail as it is stored, with a subject and a text."""
    message = EmailMessage(policy=SMTP)
    message["To"], message["Subject"] = recipient, f"约课：{subject}"
    message.set_content("请登录约课查看详情。\n")
    return message.as_bytes()


def add_robots(session: Session, now: datetime) -> None:
    """A group that is told of summaries only, because its address leads nowhere."""
    province = session.scalars(
        select(Region.code).where(Region.parent_code.is_(None)).order_by(Region.code)
    ).first()
    assert province is not None
    robots.add(
        session,
        region_code=province,
        name="培训科值班群",
        address=f"{OFFICIAL[RobotProvider.WECOM]}/cgi-bin/webhook/send?key=demonstration",
        subjects=[RobotSubject.DIGEST],
        now=now,
    )


def add_mails(session: Session, now: datetime) -> None:
    """Mails that a server refused: one is given up, one is tried again later."""
    branch_id = session.scalar(select(User.id).where(User.email == "branch@example.org"))
    for recipient, subject, error, given_up in REFUSED:
        created_at = now - timedelta(days=2)
        delivery = Delivery(
            recipient=recipient,
            user_id=branch_id,
            subject=subject,
            message=_message(recipient, subject),
            created_at=created_at,
            next_try_at=created_at,
            attempts=len(claims.WAITS) + 1 if given_up else 3,
            claimed_until=created_at + claims.LEASE,
        )
        session.add(delivery)
        session.flush()
        lease = session.scalars(
            select(Delivery.claimed_until).where(Delivery.id == delivery.id)
        ).one()
        assert lease is not None
        claimed = claims.Claim(delivery.id, recipient, b"", delivery.attempts, created_at, lease)
        claims.note_failure(session, claimed, error=error, broke_off=False, now=now)
