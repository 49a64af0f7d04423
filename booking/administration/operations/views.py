"""The pages of operations, for administrators."""

from __future__ import annotations

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security.decorators import auth_required

from booking import audit, clock, masks
from booking.accounts.factors.security import FRESH
from booking.accounts.guards import actor, requires
from booking.administration.operations import backups, queries, service, storage, tasks, words
from booking.administration.operations.models import Backup, BackupState
from booking.audit import About, Action, SubjectKind
from booking.db import db, unit_of_work
from booking.errors import Conflict, DomainError, NotFound
from booking.jobs import Jobs
from booking.web.request_safety import LARGEST_ID

blueprint = Blueprint("operations", __name__)

FRESH_MINUTES = FRESH.total_seconds() / 60
REFRESH_SECONDS = 5


def _jobs() -> Jobs:
    jobs: Jobs = current_app.extensions["jobs"]
    return jobs


@blueprint.get("/manage/work")
@requires("operations.run")
def work() -> ResponseReturnValue:
    """Background work: each job with its last and its next run, and events that are stuck."""
    session, now = db.session(), clock.now()
    lines = queries.jobs(session, _jobs().scheduled, now)
    return render_template(
        "operations/work.html",
        jobs=lines,
        all_late=all(line.late or line.state is None for line in lines),
        events=queries.stuck_events(session),
        is_given_up=queries.is_given_up,
        JOBS=words.JOBS,
    )


@blueprint.post("/manage/work/run")
@requires("operations.run")
def run_job() -> ResponseReturnValue:
    """Let the worker run one job as soon as it can."""
    name = request.form.get("job", "")
    if name not in _jobs().scheduled:
        raise NotFound()
    with unit_of_work() as session:
        about = About(SubjectKind.JOB, None, name)
        audit.record(session, Action.JOB_STARTED, about=about)
    if not _jobs().run_soon(name):
        raise Conflict(_("The task queue cannot be reached. The job runs at its usual time."))
    flash(_("The worker runs it as soon as it can. Look again in a moment."), "success")
    return redirect(url_for("operations.work"), 303)


@blueprint.post("/manage/work/events/<int:event_id>/retry")
@requires("operations.run")
def retry_event(event_id: int) -> ResponseReturnValue:
    """Let the worker handle an event again."""
    with unit_of_work() as session:
        service.retry_event(session, event_id=event_id)
    flash(_("The worker tries it again."), "success")
    return redirect(url_for("operations.work"), 303)


@blueprint.get("/manage/undelivered")
@requires("operations.run")
def undelivered() -> ResponseReturnValue:
    """Mail that could not be delivered."""
    return _undelivered()


def _undelivered(status: int = 200, refusal: DomainError | None = None) -> ResponseReturnValue:
    page = render_template(
        "operations/undelivered.html",
        found=queries.stuck_mails(db.session()),
        masked=masks.without_contacts,
        refusal=refusal,
    )
    return page, status


@blueprint.post("/manage/undelivered/retry")
@requires("operations.run")
def retry_mails() -> ResponseReturnValue:
    """Try the chosen mails again now."""
    try:
        with unit_of_work() as session:
            count = service.retry_mails(session, ids=_chosen(), now=clock.now())
    except DomainError as error:
        return _undelivered(error.status, error)
    flash(ngettext("%(num)s mail is tried again.", "%(num)s mails are tried again.", count))
    return redirect(url_for("operations.undelivered"), 303)


@blueprint.post("/manage/undelivered/give-up")
@requires("operations.run")
def give_up_mails() -> ResponseReturnValue:
    """Try the chosen mails no more."""
    try:
        with unit_of_work() as session:
            count = service.give_up_mails(session, ids=_chosen(), now=clock.now())
    except DomainError as error:
        return _undelivered(error.status, error)
    flash(ngettext("%(num)s mail is tried no more.", "%(num)s mails are tried no more.", count))
    return redirect(url_for("operations.undelivered"), 303)


def _chosen() -> list[int]:
    return [one for one in request.form.getlist("mail", type=int) if 0 < one <= LARGEST_ID]


@blueprint.get("/manage/storage")
@requires("operations.run")
def show_storage() -> ResponseReturnValue:
    """What is stored, which versions run, and the backups."""
    session = db.session()
    under_way = queries.is_under_way(session)
    page = render_template(
        "operations/storage.html",
        storage=storage.storage(session),
        versions=storage.versions(session),
        backups=queries.backups(session),
        under_way=under_way,
        obstacle=backups.obstacle(session),
        kept=tasks.KEPT,
        BACKUP_STATES=words.BACKUP_STATES,
        BACKUP_FAILURES=words.BACKUP_FAILURES,
    )
    response = make_response(page)
    if under_way:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@blueprint.post("/manage/backups")
@requires("operations.run")
def back_up() -> ResponseReturnValue:
    """Ask the worker for a backup."""
    with unit_of_work() as session:
        service.ask_for_backup(session, user_id=actor().user_id, now=clock.now())
    flash(_("The worker makes a backup. It appears below when it is ready."), "success")
    return redirect(url_for("operations.show_storage"), 303)


@blueprint.get("/manage/backups/<int:backup_id>/download")
@requires("operations.run")
@auth_required("session", within=FRESH_MINUTES, grace=FRESH_MINUTES)
def download(backup_id: int) -> ResponseReturnValue:
    """The file of a backup. The password must have been typed lately; the download is recorded."""
    backup = db.session().get(Backup, backup_id)
    if backup is None or backup.state is not BackupState.MADE or backup.filename is None:
        raise NotFound()
    path = backups.folder() / backup.filename
    if not path.is_file():
        raise NotFound(_("The file of this backup is no longer there."))
    about = About(SubjectKind.BACKUP, backup.id, backup.filename)
    audit.record_apart(Action.BACKUP_DOWNLOADED, about=about, address=request.remote_addr)
    response = send_file(
        path, mimetype="application/octet-stream", as_attachment=True, conditional=False
    )
    response.headers["Cache-Control"] = "no-store"
    return response
