"""Background jobs: sends messages soon after each change, and each minute."""

from booking.jobs import Jobs
from booking.notifications.robots import tasks as robots
from booking.notifications.transmission import delivery


def schedule(jobs: Jobs) -> None:
    """Register the jobs."""
    jobs.when_woken("notifications.deliver", delivery.deliver)
    robots.schedule(jobs)
