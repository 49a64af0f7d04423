"""The pages of recruiting: needs that were not met, and what is done about them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import actor, authorise, requires
from booking.db import db, unit_of_work
from booking.demand.engine.needs import UnmetKind, year_until
from booking.demand.queries import searches_without_result
from booking.errors import Invalid
from booking.recruiting import ports, queries, service, suggestions
from booking.recruiting.engine.lifecycle import LONGEST_REASON, UNDER_WAY, RecruitingCommand
from booking.recruiting.forms import ClosingForm
from booking.recruiting.models import RecruitingCase
from booking.recruiting.service import Recruiter
from booking.recruiting.words import RECRUITING_DONE, RECRUITING_STATES, UNMET_KINDS
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

MOST_AREAS = 200
MOST_SEARCHES = 30
MOST_NEEDS = 50

blueprint = Blueprint("recruiting", __name__)


@blueprint.app_context_processor
def labels() -> dict[str, Any]:
    """What templates call kinds of needs, states and steps."""
    return {
        "UNMET_KINDS": UNMET_KINDS,
        "RECRUITING_STATES": RECRUITING_STATES,
        "RECRUITING_DONE": RECRUITING_DONE,
    }


@blueprint.get("/recruiting")
@requires("recruiting.edit")
def overview() -> ResponseReturnValue:
    """Fields and regions with needs that were not met in the last year."""
    session, who = db.session(), actor()
    period = year_until(i18n.today(), i18n.zone())
    found = queries.areas(session, who, period)
    return render_template(
        "recruiting/overview.html",
        areas=found[:MOST_AREAS],
        kinds=list(UnmetKind),
        searches=searches_without_result(session, queries.scope_of(who), period)[:MOST_SEARCHES],
        period=period,
    )


@blueprint.post("/recruiting")
@requires("recruiting.edit")
def open_case() -> ResponseReturnValue:
    """Begin recruiting for a field and a region."""
    region = request.form.get("region", "")
    authorise("recruiting.edit", Subject(region_codes=frozenset({region})))
    field_id = request.form.get("field", type=int)
    if field_id is None:
        raise Invalid(_("There is no such field. Choose one from the list."))
    with unit_of_work() as session:
        case = service.open_case(
            session, field_id=field_id, region_code=region, recruiter=_recruiter()
        )
        case_id = case.id
    return redirect(url_for("recruiting.show", case_id=case_id), 303)


@blueprint.get("/recruiting/<int:case_id>")
@requires("recruiting.edit")
def show(case_id: int) -> ResponseReturnValue:
    """What can be done for a field in a region, and what became of it."""
    return _page(_case(case_id).id)


@blueprint.post("/recruiting/<int:case_id>/ask/<int:instructor_id>")
@requires("recruiting.edit")
def ask(case_id: int, instructor_id: int) -> ResponseReturnValue:
    """Ask an instructor by mail to teach in the region as well."""
    _case(case_id)
    period = year_until(i18n.today(), i18n.zone())
    with unit_of_work() as session:
        case = service.locked(session, case_id)
        needs = len(queries.needs_of(session, case, period))
        service.ask(session, case, instructor_id, needs=needs, recruiter=_recruiter())
    flash(_("The message was sent."), "success")
    return _to(case_id)


@blueprint.post("/recruiting/<int:case_id>/nominate")
@requires("recruiting.edit")
def nominate(case_id: int) -> ResponseReturnValue:
    """Begin a nomination: its form comes with field and region filled in."""
    case = _case(case_id)
    with unit_of_work() as session:
        case = service.locked(session, case_id)
        service.give_command(session, case, RecruitingCommand.NOMINATE, recruiter=_recruiter())
        region, field = case.region_code, case.field.code
    return redirect(url_for("nominations.new", region=region, field=field), 303)


@blueprint.post("/recruiting/<int:case_id>/close")
@requires("recruiting.edit")
@keeps_typed
def close(case_id: int) -> ResponseReturnValue:
    """Close the case, with a reason."""
    _case(case_id)
    form = ClosingForm()

    def accept() -> ResponseReturnValue:
        with unit_of_work() as session:
            service.give_command(
                session,
                service.locked(session, case_id),
                RecruitingCommand.CLOSE,
                recruiter=_recruiter(),
                reason=form.reason.data or "",
            )
        return _to(case_id)

    return submitted(form, accept, lambda status: _page(case_id, form, status))


def _case(case_id: int) -> RecruitingCase:
    case = queries.case_by_id(db.session(), case_id)
    authorise("recruiting.edit", Subject(region_codes=frozenset({case.region_code})))
    return case


def _recruiter() -> Recruiter:
    who = actor()
    return Recruiter(who.user_id, who.label, clock.now())


def _to(case_id: int) -> ResponseReturnValue:
    return redirect(url_for("recruiting.show", case_id=case_id), 303)


def _page(case_id: int, form: ClosingForm | None = None, status: int = 200) -> ResponseReturnValue:
    session = db.session()
    case = queries.case_by_id(session, case_id)
    needs = queries.needs_of(session, case, year_until(i18n.today(), i18n.zone()))
    history = queries.steps(session, case_id)
    page = render_template(
        "recruiting/show.html",
        case=case,
        needs=needs[:MOST_NEEDS],
        total=len(needs),
        under_way=case.state in UNDER_WAY,
        suggestions=suggestions.suggestions(session, case),
        asked={step.instructor_id for step in history if step.at >= case.opened_at},
        volunteers=ports.volunteers(session, case.field_id, case.region_code),
        outcome=queries.outcome(session, case),
        history=history,
        form=form or ClosingForm(formdata=None),
        wrong=form,
        longest=LONGEST_REASON,
    )
    return page, status
