"""When people are told: soon after each change, and each minute."""

from booking.notifications import delivery
from booking.tasks import Jobs


def schedule(jobs: Jobs) -> None:
    """Hand the job to the worker."""
    jobs.when_woken("notifications.deliver", delivery.deliver)
