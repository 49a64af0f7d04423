"""Pages of one preview: its lines, other columns, decisions, the marked file, the import."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.accounts.guards import actor, requires, signed_in_id
from booking.db import db, unit_of_work
from booking.errors import DomainError, Invalid
from booking.register import drafts
from booking.register.background import queue as imports
from booking.register.child_program import Parsed
from booking.register.comparison.engine.lines import RowFilter
from booking.register.drafts import AlreadyImported, ImportRuns, PreviewGone, StoredChoice
from booking.register.engine.roster import ColumnRole, Severity, UnreadableReason, UnreadableRoster
from booking.register.models import DraftState, ImportBatch, ImportDraft
from booking.register.preview.page import (
    CHOOSABLE,
    SMALL,
    header_rows,
    preview_page,
    understood,
)
from booking.register.reader import read_again
from booking.register.upload_page import gone_page
from booking.register.words import (
    FAILURES,
    GENDERS,
    NOT_READ,
    OUTCOMES,
    PROBLEMS,
    ROLES,
    SHOWN,
    UNREADABLE,
)
from booking.web.downloads import attachment
from booking.workbooks import files
from booking.workbooks.engine.books import Mark

REFRESH_SECONDS = 2
LONGEST_NUMBER = 6
_ROW = re.compile(r"row-(\d{1,7})")
_COLUMN = re.compile(r"role-([A-Z]{1,3})")


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add = blueprint.add_url_rule
    add("/register/import/<key>", "show_draft", show_draft)
    add("/register/import/<key>", "import_draft", import_draft, methods=["POST"])
    add("/register/import/<key>/columns", "columns", columns, methods=["POST"])
    add("/register/import/<key>/people", "decisions", decisions, methods=["POST"])
    add("/register/import/<key>/marked", "marked", marked)


@requires("register.import")
def show_draft(key: str) -> ResponseReturnValue:
    """The preview of a draft, or how far its import is."""
    try:
        return _page(key, 200)
    except AlreadyImported:
        return redirect(url_for("register.show_report", key=key))
    except PreviewGone as gone:
        return gone_page(gone)


def _page(key: str, status: int, refusal: DomainError | None = None) -> ResponseReturnValue:
    session = db.session()
    draft = drafts.draft_of(session, key, signed_in_id())
    if draft.state in (DraftState.WAITING, DraftState.RUNNING):
        return _progress(draft)
    shown = request.args.get("show", "")
    number = request.args.get("page", "")[:LONGEST_NUMBER]
    choice = drafts.choice_of(draft)
    page = render_template(
        "register/preview.html",
        draft=draft,
        preview=preview_page(
            session,
            draft,
            actor(),
            RowFilter(shown) if shown in set(RowFilter) else RowFilter.ALL,
            int(number) if number.isdecimal() else 1,
        ),
        choice=choice,
        header_rows=header_rows(drafts.sheet_of(session, draft)),
        choosable=CHOOSABLE,
        problems=PROBLEMS,
        roles=ROLES,
        outcomes=OUTCOMES,
        shown=SHOWN,
        RowFilter=RowFilter,
        unreadable=UNREADABLE,
        not_read=NOT_READ,
        genders=GENDERS,
        refusal=refusal,
        failure=FAILURES.get(draft.failure) if draft.failure else None,
    )
    return page, status


def _progress(draft: ImportDraft) -> ResponseReturnValue:
    """How far the worker is; the page asks again by itself, with and without JavaScript."""
    response = make_response(render_template("register/progress.html", draft=draft))
    response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@requires("register.import")
def import_draft(key: str) -> ResponseReturnValue:
    """Import a draft, with or without its invalid rows; idempotent. Large ones by the worker."""
    skip_invalid = "skip_invalid" in request.form
    try:
        batch = _import(key, skip_invalid=skip_invalid)
    except AlreadyImported as done:
        flash(str(done.sentence), "plain")
    except PreviewGone as gone:
        return gone_page(gone)
    except ImportRuns:
        return redirect(url_for("register.show_draft", key=key), 303)
    except DomainError as error:
        return _page(key, error.status, error)
    else:
        if batch is None:
            return redirect(url_for("register.show_draft", key=key), 303)
        _flash_counts(batch)
    return redirect(url_for("register.show_report", key=key), 303)


def _import(key: str, *, skip_invalid: bool) -> ImportBatch | None:
    """The batch; None if the worker will import the draft."""
    now = clock.now()
    with unit_of_work() as session:
        draft = drafts.open_draft(session, key, signed_in_id())
        people = len(drafts.roster_of(draft).people)
        if draft.refused:
            raise Invalid(UNREADABLE[UnreadableReason(draft.refused)])
        if people > SMALL:
            imports.queue(session, draft=draft, people=people, skip_invalid=skip_invalid)
            return None
        return drafts.import_draft(
            session, draft=draft, actor=actor(), now=now, skip_invalid=skip_invalid
        )


def _flash_counts(batch: ImportBatch) -> None:
    flash(
        _(
            "Imported: %(added)s new, %(completed)s completed, %(unchanged)s unchanged.",
            added=batch.added,
            completed=batch.completed,
            unchanged=batch.unchanged,
        ),
        "success",
    )


@requires("register.import")
def columns(key: str) -> ResponseReturnValue:
    """Parse the kept cells anew, with another header or other columns; remembers the columns."""
    try:
        session = db.session()
        draft = drafts.draft_of(session, key, signed_in_id())
        choice = _chosen(drafts.choice_of(draft), draft)
        full = drafts.choice_for(session, signed_in_id(), choice)
        sheet = drafts.sheet_of(session, draft)
        session.rollback()
        parsed = read_again(sheet, full)
        _store(key, choice, parsed)
    except AlreadyImported:
        return redirect(url_for("register.show_report", key=key), 303)
    except PreviewGone as gone:
        return gone_page(gone)
    except ImportRuns:
        return redirect(url_for("register.show_draft", key=key), 303)
    except UnreadableRoster as error:
        status = 503 if error.reason is UnreadableReason.BUSY else 422
        return _page(key, status, Invalid(UNREADABLE[error.reason]))
    flash(_("The columns are understood as you said. This is what they hold now."), "success")
    return redirect(url_for("register.show_draft", key=key), 303)


def _chosen(stored: StoredChoice, draft: ImportDraft) -> StoredChoice:
    """The choice that was sent. Another header row ends what was chosen for its columns."""
    number = request.form.get("header_row", "")[: LONGEST_NUMBER + 1]
    header_row = int(number) if number.isdecimal() else stored.header_row
    roster = drafts.roster_of(draft)
    if header_row not in (None, roster.header_row):
        return StoredChoice(header_row)
    present = {column.letter: column.role for column in roster.columns}
    roles = dict(stored.roles)
    for name, value in request.form.items():
        match = _COLUMN.fullmatch(name)
        letter = match[1] if match else ""
        if letter not in present or present[letter] is ColumnRole.FORBIDDEN:
            continue
        role = ColumnRole(value) if value in CHOOSABLE else ColumnRole.IGNORED
        unknown = present[letter] is None and role is ColumnRole.IGNORED
        if role is not present[letter] and not unknown:
            roles[letter] = role
    return StoredChoice(stored.header_row, roles)


def _store(key: str, choice: StoredChoice, parsed: Parsed) -> None:
    with unit_of_work() as session:
        draft = drafts.open_draft(session, key, signed_in_id())
        drafts.choose(session, draft=draft, choice=choice, parsed=parsed)


@requires("register.import")
def decisions(key: str) -> ResponseReturnValue:
    """Store for some rows whether somebody is a known person or a new one."""
    decided = {
        int(match[1]): value[:40]
        for name, value in request.form.items()
        if (match := _ROW.fullmatch(name))
    }
    try:
        with unit_of_work() as session:
            draft = drafts.open_draft(session, key, signed_in_id())
            known = {person.row for person in drafts.roster_of(draft).people}
            drafts.decide(draft, {row: key for row, key in decided.items() if row in known})
    except AlreadyImported:
        return redirect(url_for("register.show_report", key=key), 303)
    except PreviewGone as gone:
        return gone_page(gone)
    except ImportRuns:
        return redirect(url_for("register.show_draft", key=key), 303)
    flash(_("Saved."), "success")
    back: dict[str, Any] = {
        name: request.form[name][:20] for name in ("show", "page") if name in request.form
    }
    return redirect(url_for("register.show_draft", key=key, **back), 303)


@requires("register.import")
def marked(key: str) -> ResponseReturnValue:
    """The kept cells as a spreadsheet: marked where something is wrong, with a column of words."""
    session = db.session()
    try:
        draft = drafts.draft_of(session, key, signed_in_id())
        sheet = drafts.sheet_of(session, draft)
    except (AlreadyImported, PreviewGone) as error:
        return gone_page(error)
    roster, lines = understood(session, draft, actor())
    marks = [
        Mark(problem.row, problem.column, str(PROBLEMS[problem.code]), _is_error(problem.severity))
        for line in lines
        for problem in line.problems
    ]
    name = draft.filename.rpartition(".")[0] or draft.filename
    session.rollback()
    book = files.marked(sheet, roster.header_row, marks, _("Problems"))
    return attachment(book, _("%(name)s-marked", name=name) + ".xlsx", files.XLSX)


def _is_error(severity: Severity) -> bool:
    return severity is Severity.ERROR
