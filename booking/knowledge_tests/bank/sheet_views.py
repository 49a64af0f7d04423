"""The pages that add the questions of a spreadsheet to a topic's bank: all of them or none."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking.accounts.guards import requires
from booking.availability.guards import instructor_of
from booking.db import db
from booking.errors import Invalid, Text
from booking.i18n import is_chinese
from booking.knowledge_tests import queries
from booking.knowledge_tests.bank import service
from booking.knowledge_tests.bank.forms import SheetForm
from booking.knowledge_tests.bank.views import PERMISSION, done
from booking.knowledge_tests.engine import sheets
from booking.knowledge_tests.engine.questions import QuestionFacts
from booking.organisations.lists.engine.tables import MAX_CELL, Unreadable, UnreadableTable
from booking.organisations.lists.reader import read_upload
from booking.organisations.lists.words import UNREADABLE
from booking.process.sizes import MEGABYTE
from booking.sentences import N_
from booking.web.downloads import attachment
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted
from booking.workbooks import files
from booking.workbooks.engine.archive import MAX_BYTES

LIMITS = {
    "most": service.MOST_QUESTIONS,
    "most_megabytes": MAX_BYTES // MEGABYTE,
    "longest": MAX_CELL,
}
"""What the page says of the size of files."""

TOO_LARGE = N_(
    "The file is too large: at most %(most)s questions, %(most_megabytes)s MB, and %(longest)s "
    "characters in a cell.",
    **LIMITS,
)


class _HasMistakes(Invalid):
    """Rows are wrong: nothing of the file is added."""

    def __init__(self, mistakes: Sequence[tuple[int, Text]]) -> None:
        self.mistakes = mistakes
        first, reason = mistakes[0]
        super().__init__(
            N_(
                "Nothing was added. Row %(row)s: %(reason)s Correct it and choose the file again.",
                row=first,
                reason=str(reason),
            ),
            "file",
        )


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    path = "/entries/<int:instructor_id>/topics/<int:topic_id>/questions"
    blueprint.add_url_rule(f"{path}/import", "upload", upload, methods=["GET", "POST"])
    blueprint.add_url_rule(f"{path}/template.xlsx", "template", template)


@requires(PERMISSION)
@keeps_typed
def upload(instructor_id: int, topic_id: int) -> ResponseReturnValue:
    """Add the questions of a spreadsheet; each wrong row is told with its number."""
    instructor_of(instructor_id, PERMISSION)
    form = SheetForm() if request.method == "POST" else SheetForm(formdata=None)
    mistakes: list[tuple[int, Text]] = []

    def page(status: int) -> ResponseReturnValue:
        topic = queries.topic_of(db.session(), instructor_id, topic_id)
        head = sheets.header(chinese=is_chinese())
        shown = render_template(
            "knowledge_tests/upload.html",
            topic=topic,
            form=form,
            head=head,
            example=sheets.example(chinese=is_chinese()),
            mistakes=mistakes,
            **LIMITS,
        )
        return shown, status

    def accept() -> ResponseReturnValue:
        queries.topic_of(db.session(), instructor_id, topic_id)
        try:
            found = _read(form)
        except _HasMistakes as error:
            mistakes.extend(error.mistakes)
            raise
        told = ngettext("%(num)s question was added.", "%(num)s questions were added.", len(found))
        return done(
            instructor_id,
            topic_id,
            lambda session, entry: service.add(session, entry, topic_id, found),
            told,
        )

    return page(200) if request.method == "GET" else submitted(form, accept, page)


@requires(PERMISSION)
def template(instructor_id: int, topic_id: int) -> ResponseReturnValue:
    """A spreadsheet with the header and an example, which is left out when it is read."""
    instructor_of(instructor_id, PERMISSION)
    queries.topic_of(db.session(), instructor_id, topic_id)
    chinese = is_chinese()
    title = _("Questions of knowledge tests")
    data = files.listed(title, sheets.header(chinese=chinese), [sheets.example(chinese=chinese)])
    return attachment(data, f"{title}.xlsx", files.XLSX)


def _read(form: SheetForm) -> Sequence[QuestionFacts]:
    """The questions of the chosen file; raises `Invalid` with the field `file`."""
    try:
        table = read_upload(form.file.data.read(), filename=form.file.data.filename or "")
    except UnreadableTable as error:
        too_large = error.reason is Unreadable.TOO_LARGE
        raise Invalid(TOO_LARGE if too_large else UNREADABLE[error.reason], "file") from None
    found, mistakes = sheets.read(table)
    if mistakes:
        raise _HasMistakes(mistakes)
    if not found:
        raise Invalid(N_("There are no questions below the header. Add some to the file."), "file")
    if len(found) > service.MOST_QUESTIONS:
        raise Invalid(TOO_LARGE, "file")
    return found
