"""The background jobs of all features."""

from __future__ import annotations

from booking.accounts import tasks as account_tasks
from booking.administration.operations import tasks as operation_tasks
from booking.availability import tasks as availability_tasks
from booking.calendars.feeds import tasks as feed_tasks
from booking.contacts.requests import tasks as contact_tasks
from booking.entries.confirmations import tasks as entry_tasks
from booking.evaluations import tasks as evaluation_tasks
from booking.exports import tasks as export_tasks
from booking.follow_ups import tasks as follow_up_tasks
from booking.instructors.fields import tasks as field_tasks
from booking.jobs import Jobs
from booking.lectures.expiry import tasks as lecture_tasks
from booking.lectures.reminders import tasks as reminder_tasks
from booking.members import tasks as member_tasks
from booking.notifications import tasks as notification_tasks
from booking.notifications.digests import tasks as digest_tasks
from booking.notifications.reminders import tasks as lecture_reminder_tasks
from booking.orders import tasks as order_tasks
from booking.orders.season import tasks as season_tasks
from booking.organisations import tasks as organisation_tasks
from booking.oversight import tasks as oversight_tasks
from booking.oversight.reveals import tasks as reveal_tasks
from booking.privacy.exits import tasks as leaving_tasks
from booking.privacy.retention import tasks as retention_tasks
from booking.register.background import tasks as register_tasks
from booking.replies import tasks as reply_tasks


def schedule(jobs: Jobs) -> None:
    """Schedule the jobs, in the order in which those that are due together run."""
    account_tasks.schedule(jobs)
    lecture_tasks.schedule(jobs)
    order_tasks.schedule(jobs)
    feed_tasks.schedule(jobs)
    reminder_tasks.schedule(jobs)
    lecture_reminder_tasks.schedule(jobs)
    digest_tasks.schedule(jobs)
    notification_tasks.schedule(jobs)
    field_tasks.schedule(jobs)
    organisation_tasks.schedule(jobs)
    register_tasks.schedule(jobs)
    export_tasks.schedule(jobs)
    follow_up_tasks.schedule(jobs)
    entry_tasks.schedule(jobs)
    oversight_tasks.schedule(jobs)
    member_tasks.schedule(jobs)
    retention_tasks.schedule(jobs)
    leaving_tasks.schedule(jobs)
    contact_tasks.schedule(jobs)
    reveal_tasks.schedule(jobs)
    reply_tasks.schedule(jobs)
    evaluation_tasks.schedule(jobs)
    # Last: a slow calendar or a long computation must not hold up the mail of the same round.
    availability_tasks.schedule(jobs)
    season_tasks.schedule(jobs)
    operation_tasks.schedule(jobs)
