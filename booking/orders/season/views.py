"""Pages of season plans: choose orders, follow the computation, decide about the rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from booking import clock, i18n
from booking.accounts.guards import actor, authorise, requires
from booking.availability.engine.zones import local_date
from booking.db import db, unit_of_work
from booking.directory.engine.url_parameters import read_day
from booking.errors import DomainError, Invalid, NotFound
from booking.orders.queries import subject
from booking.orders.season import acceptance, queries, service
from booking.orders.season.acceptance import Accepted
from booking.orders.season.engine.states import ACCEPTABLE, RowCommand, SeasonPlanState
from booking.orders.season.models import SeasonPlan, SeasonPlanRow
from booking.web.problems import on_page

USUAL_DAYS = timedelta(days=60)
"""The period that is proposed."""

REFRESH_SECONDS = 5


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add = blueprint.add_url_rule
    add("/orders/season", "season", season)
    add("/orders/season", "season_store", season_store, methods=["POST"])
    add("/orders/season/<int:plan_id>", "season_plan", season_plan)
    add("/orders/season/<int:plan_id>/stop", "season_stop", season_stop, methods=["POST"])
    add("/orders/season/<int:plan_id>/again", "season_again", season_again, methods=["POST"])
    add("/orders/season/<int:plan_id>/accept", "season_accept", season_accept, methods=["POST"])
    row = "/orders/season/<int:plan_id>/rows/<int:row_id>"
    add(row, "season_row", season_row, methods=["POST"])


@requires("order.dispatch")
def season() -> ResponseReturnValue:
    """Choose the period and the open orders to plan together; earlier plans."""
    first, last, wrong = _period(request.args)
    return _choice(first, last, wrong=wrong)


def _period(values: Mapping[str, str]) -> tuple[date, date, Mapping[str, object]]:
    """The days that are asked for, or the usual ones with what is wrong."""
    today = local_date(clock.now(), i18n.zone())
    usual = today, today + USUAL_DAYS
    try:
        first = read_day(values.get("first") or usual[0].isoformat(), "first")
        last = read_day(values.get("last") or (first + USUAL_DAYS).isoformat(), "last")
        service.check_period(first, last)
    except on_page(Invalid) as error:
        return *usual, {error.field or "first": error.sentence}
    return first, last, {}


def _choice(
    first: date,
    last: date,
    *,
    wrong: Mapping[str, object],
    refusal: DomainError | None = None,
    chosen: Collection[str] | None = None,
) -> ResponseReturnValue:
    session, who = db.session(), actor()
    page = render_template(
        "orders/season/choice.html",
        first=first,
        last=last,
        wrong=wrong,
        refusal=refusal,
        chosen=chosen,
        found=queries.plannable(session, who, first, last, now=clock.now(), zone=i18n.zone()),
        plans=queries.plans_of(session, who.user_id),
    )
    return page, 422 if wrong or refusal else 200


@requires("order.dispatch")
def season_store() -> ResponseReturnValue:
    """Store a plan for the worker."""
    first, last, wrong = _period(request.form)
    chosen = frozenset(request.form.getlist("order"))
    if wrong:
        return _choice(first, last, wrong=wrong, chosen=chosen)
    try:
        with unit_of_work() as session:
            plan = service.store(
                session,
                who=actor(),
                first=first,
                last=last,
                numbers=chosen,
                now=clock.now(),
                zone=i18n.zone(),
            )
            plan_id = plan.id
    except on_page(Invalid) as error:
        return _choice(first, last, wrong={}, refusal=error, chosen=chosen)
    return _to_plan(plan_id)


def _to_plan(plan_id: int, row_id: int | None = None) -> ResponseReturnValue:
    anchor = f"row-{row_id}" if row_id is not None else None
    return redirect(url_for("orders.season_plan", plan_id=plan_id, _anchor=anchor), 303)


def _own(plan_id: int) -> SeasonPlan:
    """The actor's plan; 404 for any other."""
    return queries.plan_of(db.session(), plan_id, actor().user_id)


@requires("order.dispatch")
def season_plan(plan_id: int) -> ResponseReturnValue:
    """Progress, then the rows to decide about, and what cannot be met."""
    session, plan = db.session(), _own(plan_id)
    going = plan.state in (SeasonPlanState.WAITING, SeasonPlanState.COMPUTING)
    rows = queries.rows_of(session, plan.id, actor())
    page = render_template(
        "orders/season/plan.html",
        plan=plan,
        going=going,
        shown=[row for row in rows if row.state.value not in ("unmet", "excluded", "anew")],
        unmet=[row for row in rows if row.state.value == "unmet"],
        anew=[row for row in rows if row.state.value == "anew"],
        excluded=[row for row in rows if row.state.value == "excluded"],
        acceptable=sum(row.state in ACCEPTABLE for row in rows),
        helps=queries.helps_of(session, rows),
    )
    response = make_response(page)
    if going:
        # Works without JavaScript, and while nothing is typed on this page.
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@requires("order.dispatch")
def season_stop(plan_id: int) -> ResponseReturnValue:
    """Stop the computation; the best plan so far stays."""
    _own(plan_id)
    with unit_of_work() as session:
        service.stop(session, plan=_own(plan_id), now=clock.now())
    return _to_plan(plan_id)


@requires("order.dispatch")
def season_again(plan_id: int) -> ResponseReturnValue:
    """Plan the orders that are left once more."""
    _own(plan_id)
    with unit_of_work() as session:
        again = service.store_again(session, plan=_own(plan_id), who=actor(), now=clock.now())
        again_id = again.id
    return _to_plan(again_id)


@requires("order.dispatch")
def season_accept(plan_id: int) -> ResponseReturnValue:
    """Accept all rows that are proposed."""
    plan = _own(plan_id)
    rows = queries.rows_of(db.session(), plan.id, actor())
    _accept(plan_id, [row for row in rows if row.state in ACCEPTABLE])
    return _to_plan(plan_id)


@requires("order.dispatch")
def season_row(plan_id: int, row_id: int) -> ResponseReturnValue:
    """Accept, pin or exclude one row, or take that back."""
    plan = _own(plan_id)
    row = next((one for one in _rows(plan) if one.id == row_id), None)
    if row is None:
        raise NotFound()
    authorise("order.dispatch", subject(row.order))
    act = request.form.get("act", "")
    if act == "accept":
        _accept(plan_id, [row])
    elif act in set(RowCommand):
        with unit_of_work() as session:
            service.change_row(
                session,
                plan=_own(plan_id),
                row_id=row_id,
                command=RowCommand(act),
                zone=i18n.zone(),
            )
    else:
        raise NotFound()
    return _to_plan(plan_id, row_id)


def _rows(plan: SeasonPlan) -> Collection[SeasonPlanRow]:
    return queries.rows_of(db.session(), plan.id, actor())


def _accept(plan_id: int, rows: Collection[SeasonPlanRow]) -> None:
    done = acceptance.accept_rows(
        plan_id,
        [row.id for row in rows],
        user_id=actor().user_id,
        read_clock=clock.now,
        zone=i18n.zone(),
    )
    _tell(done)


def _tell(done: Accepted) -> None:
    if done.accepted:
        words = ngettext(
            "%(num)s instructor has been asked. The time is held until the answer.",
            "%(num)s instructors have been asked. The times are held until the answers.",
            done.accepted,
        )
        flash(words, "success")
    if done.refused:
        words = ngettext(
            "%(num)s row could not be accepted: the reason stands at the row.",
            "%(num)s rows could not be accepted: the reasons stand at the rows.",
            done.refused,
        )
        flash(words, "danger")
    if done.left:
        words = ngettext(
            "%(num)s row is left: accept all once more.",
            "%(num)s rows are left: accept all once more.",
            done.left,
        )
        flash(words, "danger")
