"""Background job: sends mail soon after each change, and each minute."""

from booking.jobs import Jobs
from booking.notifications.transmission import delivery


def schedule(jobs: Jobs) -> None:
    """Register the job."""
    jobs.when_woken("notifications.deliver", delivery.deliver)
