"""Pages of coordinators and administrators: totals by field and title, and the questions."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.engine.roles import Role
from booking.accounts.guards import actor, requires
from booking.availability.engine.zones import local_instant
from booking.db import db, unit_of_work
from booking.evaluations import queries, service
from booking.evaluations.engine.scales import EvaluationDimension
from booking.evaluations.forms import LEGENDS, NAMES, QuestionsForm
from booking.evaluations.totals import Period
from booking.instructors.queries import field_tree
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

YEARS = 5
"""Years that can be chosen, this one included."""


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    rule = blueprint.add_url_rule
    rule("/evaluations/fields", "overview", overview)
    rule("/evaluations/questions", "questions", questions, methods=["GET", "POST"])


@requires("evaluation.read")
def overview() -> ResponseReturnValue:
    """Totals by field and by title, of instructors in the reader's regions; no persons."""
    session, now, scopes = db.session(), clock.now(), _scopes()
    year, this = _year(), i18n.today().year
    tree = field_tree(session)
    names = {one.id: one for top, below in tree for one in (top, *below)}
    period = None if year is None else _period(year)
    return render_template(
        "evaluations/overview.html",
        by_field=queries.summary_by_field(session, scopes, period, now=now),
        by_title=queries.summary_by_title(session, scopes, period, now=now),
        names=names,
        year=year,
        years=range(this, this - YEARS, -1),
    )


@requires("evaluation.edit")
@keeps_typed
def questions() -> ResponseReturnValue:
    """The questions in force with all versions; begins a new version."""
    form = QuestionsForm()
    if request.method == "GET":
        form = QuestionsForm(formdata=None)
        form.show(queries.newest_set(db.session()))
        return _questions_page(form, 200)

    def accept() -> ResponseReturnValue:
        pairs, keys = form.pairs(), list(EvaluationDimension)
        with unit_of_work() as session:
            service.begin_set(
                session,
                dimensions=dict(zip(keys, pairs, strict=False)),
                further=pairs[len(keys) :],
                now=clock.now(),
            )
        flash(_("Stored. From now on these questions are asked."), "success")
        return redirect(url_for("evaluations.questions"), 303)

    return submitted(form, accept, lambda status: _questions_page(form, status))


def _questions_page(form: QuestionsForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "evaluations/questions.html",
        form=form,
        names=NAMES,
        legends=LEGENDS,
        versions=queries.every_set(db.session()),
    )
    return page, status


def _scopes() -> Collection[str] | None:
    """The regions of the reader; None for an administrator, who sees all."""
    who = actor()
    return None if who.has(Role.ADMIN) else who.scopes


def _year() -> int | None:
    """The year of the address; None for another text, and if none is chosen."""
    text, this = request.args.get("year", ""), i18n.today().year
    known = {str(one): one for one in range(this, this - YEARS, -1)}
    return known.get(text)


def _period(year: int) -> Period:
    zone = i18n.zone()
    first = i18n.today().replace(year=year, month=1, day=1)
    return local_instant(first, 0, zone), local_instant(first.replace(year=year + 1), 0, zone)
