"""When people are told: soon after each change, and each minute."""

from booking.jobs import Jobs
from booking.notifications import delivery


def schedule(jobs: Jobs) -> None:
    """Hand the job to the worker."""
    jobs.when_woken("notifications.deliver", delivery.deliver)
