"""What the pages of operations call jobs, backups and failures."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.administration.operations.models import BackupFailure, BackupState
from booking.errors import Text

JOBS: dict[str, Text] = {
    "accounts.forget_attempts": _("Forget old sign-in attempts"),
    "lectures.pass_time": _("Let requests expire, close past lectures"),
    "orders.pass_time": _("Let orders expire"),
    "lectures.remind": _("Send reminders"),
    "notifications.remind": _("Remind people of their lectures"),
    "notifications.forget_reminders": _("Forget which reminders were sent"),
    "notifications.write_digests": _("Write digests for coordinators"),
    "notifications.deliver": _("Send mail"),
    "notifications.tell_groups": _("Tell groups what waits"),
    "oversight.write_waiting": _("Write entries of the audit log that wait"),
    "availability.read_calendars": _("Read other calendars"),
    "availability.seed_days": _("Fill the calendar of days off"),
    "orders.season_plans": _("Compute season plans"),
    "operations.make_backups": _("Make backups"),
    "fields.settle": _("Complete mergers of fields"),
    "organisations.settle": _("Complete mergers of branches and regions"),
    "register.import_waiting": _("Import large spreadsheets"),
    "entries.ask": _("Ask instructors to look through their entry"),
    "follow_ups.ask": _("Ask branches what lectures have changed"),
    "privacy.erase": _("Erase who has left"),
    "exports.make_waiting": _("Make large exports"),
    "contacts.pass_time": _("Let requests for contacts expire"),
    "oversight.unusual_reveals": _("Tell of unusual numbers of contacts shown"),
    "privacy.retention": _("Delete data whose time is over"),
    "members.forget": _("Delete expired links for new passwords"),
    "replies.read": _("Read answers that came by mail"),
    "orders.forget_plans": _("Delete old season plans"),
    "calendars.tidy": _("Complete lectures in calendars"),
}
"""Names of jobs; one without a name here is shown by its own."""

BACKUP_STATES: dict[BackupState, Text] = {
    BackupState.ASKED: _("waits for the worker"),
    BackupState.RUNNING: _("is being made"),
    BackupState.MADE: _("ready"),
    BackupState.FAILED: _("failed"),
    BackupState.REMOVED: _("gave way to newer ones"),
}

BACKUP_FAILURES: dict[BackupFailure, Text] = {
    BackupFailure.NO_PROGRAM: _(
        "The program pg_dump is not installed on this server. Install PostgreSQL's client "
        "programs, then try again."
    ),
    BackupFailure.WRONG_VERSION: _(
        "The program pg_dump is older than the database. Install the version of the database, then "
        "try again."
    ),
    BackupFailure.NO_SPACE: _("There is no room left on the disk."),
    BackupFailure.STOPPED: _("The worker was stopped meanwhile. Try again."),
    BackupFailure.OTHER: _("The log of the worker says more."),
}
