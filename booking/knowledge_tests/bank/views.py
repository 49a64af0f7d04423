"""The pages of a topic's bank: its questions, one of them, several that are pasted."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from booking import clock
from booking.accounts.guards import actor, requires
from booking.availability.guards import instructor_of
from booking.db import db, unit_of_work
from booking.errors import Invalid
from booking.instructors.editable_entry import EditableEntry, editable
from booking.knowledge_tests import queries
from booking.knowledge_tests.bank import service
from booking.knowledge_tests.bank.forms import PastedForm, QuestionForm
from booking.knowledge_tests.engine.pasted import MOST_PASTED, read
from booking.knowledge_tests.engine.questions import letters
from booking.knowledge_tests.models import BankQuestion
from booking.knowledge_tests.words import QUESTION_KINDS
from booking.sentences import N_
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

PERMISSION = "question.edit"


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    path, both = "/entries/<int:instructor_id>/topics/<int:topic_id>/questions", ["GET", "POST"]
    one = f"{path}/<int:question_id>"
    blueprint.add_url_rule("/manage/questions", "banks", banks)
    blueprint.add_url_rule(path, "bank", bank)
    blueprint.add_url_rule(f"{path}/new", "new_question", new_question, methods=both)
    blueprint.add_url_rule(f"{path}/paste", "paste", paste, methods=both)
    blueprint.add_url_rule(one, "question", question, methods=both)
    acts = f"{one}/<any(up,down,retire,offer):act>"
    blueprint.add_url_rule(acts, "act", act, methods=["POST"])


@requires("entry.keep")
def banks() -> ResponseReturnValue:
    """The topics that have questions, for coordinators."""
    return render_template("knowledge_tests/banks.html", banks=queries.banks(db.session(), actor()))


@requires(PERMISSION)
def bank(instructor_id: int, topic_id: int) -> ResponseReturnValue:
    """The questions of a topic."""
    instructor = instructor_of(instructor_id, PERMISSION)
    topic = queries.topic_of(db.session(), instructor_id, topic_id)
    found = queries.bank(db.session(), topic_id)
    return render_template(
        "knowledge_tests/bank.html",
        instructor=instructor,
        topic=topic,
        offered=[one for one in found if one.retired_at is None],
        retired=[one for one in found if one.retired_at is not None],
        letters=letters,
        QUESTION_KINDS=QUESTION_KINDS,
    )


@requires(PERMISSION)
@keeps_typed
def new_question(instructor_id: int, topic_id: int) -> ResponseReturnValue:
    """Add a question."""
    instructor_of(instructor_id, PERMISSION)
    form = QuestionForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _page(instructor_id, topic_id, form, 200)

    def added(session: Session, entry: EditableEntry) -> None:
        service.add(session, entry, topic_id, [form.value()])

    return submitted(
        form,
        lambda: done(instructor_id, topic_id, added, _("The question is in the list.")),
        lambda status: _page(instructor_id, topic_id, form, status),
    )


@requires(PERMISSION)
@keeps_typed
def question(instructor_id: int, topic_id: int, question_id: int) -> ResponseReturnValue:
    """Change a question."""
    instructor_of(instructor_id, PERMISSION)
    queries.topic_of(db.session(), instructor_id, topic_id)
    row = service.question_of(db.session(), topic_id, question_id)
    form = QuestionForm(formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        form.fill(row.facts)
        return _page(instructor_id, topic_id, form, 200, row)

    def changed(session: Session, entry: EditableEntry) -> None:
        found = service.question_of(session, topic_id, question_id)
        service.change(session, entry, found, form.value(), clock.now())

    return submitted(
        form,
        lambda: done(instructor_id, topic_id, changed, _("Saved.")),
        lambda status: _page(
            instructor_id,
            topic_id,
            form,
            status,
            service.question_of(db.session(), topic_id, question_id),
        ),
    )


@requires(PERMISSION)
def act(instructor_id: int, topic_id: int, question_id: int, act: str) -> ResponseReturnValue:
    """Move a question up or down, retire it, or offer it again."""
    instructor_of(instructor_id, PERMISSION)

    def acted(session: Session, entry: EditableEntry) -> None:
        queries.topic_of(session, entry.id, topic_id)
        found = service.question_of(session, topic_id, question_id)
        if act in ("up", "down"):
            service.move(session, entry, found, up=act == "up")
        else:
            service.retire(session, entry, found, clock.now() if act == "retire" else None)

    return done(instructor_id, topic_id, acted, _("Saved."))


@requires(PERMISSION)
@keeps_typed
def paste(instructor_id: int, topic_id: int) -> ResponseReturnValue:
    """Add several questions that are pasted as one text: all of them or none."""
    instructor_of(instructor_id, PERMISSION)
    form = PastedForm(formdata=request.form if request.method == "POST" else None)

    def page(status: int) -> ResponseReturnValue:
        return _page(instructor_id, topic_id, form, status, template="knowledge_tests/paste.html")

    if request.method == "GET":
        return page(200)
    return submitted(form, lambda: _pasted(instructor_id, topic_id, form.pasted.data), page)


def _pasted(instructor_id: int, topic_id: int, text: str) -> ResponseReturnValue:
    found, mistakes = read(text)
    if mistakes:
        line, sentence = mistakes[0]
        raise Invalid(N_("Line %(line)s: %(reason)s", line=line, reason=str(sentence)), "pasted")
    if not 0 < len(found) <= MOST_PASTED:
        raise Invalid(N_("Paste questions, %(most)s at most.", most=MOST_PASTED), "pasted")
    told = ngettext("%(num)s question was added.", "%(num)s questions were added.", len(found))
    return done(
        instructor_id,
        topic_id,
        lambda session, entry: service.add(session, entry, topic_id, found),
        told,
    )


def done(
    instructor_id: int,
    topic_id: int,
    work: Callable[[Session, EditableEntry], None],
    told: str,
) -> ResponseReturnValue:
    """Change the bank, and go back to it."""
    with unit_of_work() as session:
        entry = editable(session, instructor_id=instructor_id, actor=actor(), permission=PERMISSION)
        work(session, entry)
    flash(told, "success")
    url = url_for("knowledge_tests.bank", instructor_id=instructor_id, topic_id=topic_id)
    return redirect(url, 303)


def _page(
    instructor_id: int,
    topic_id: int,
    form: QuestionForm | PastedForm,
    status: int,
    row: BankQuestion | None = None,
    template: str = "knowledge_tests/question.html",
) -> ResponseReturnValue:
    topic = queries.topic_of(db.session(), instructor_id, topic_id)
    asked = row is not None and queries.is_asked(db.session(), row.id)
    return render_template(template, topic=topic, form=form, question=row, asked=asked), status
