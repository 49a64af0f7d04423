"""Pages of orders: those of the branch, and the page of one; the others are registered here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.guards import actor, authorise, requires
from booking.availability.words import WHY_CLOSED
from booking.db import db, unit_of_work
from booking.directory.words import REASONS
from booking.errors import DomainError
from booking.lectures.models import Lecture
from booking.orders import order_page, queries, service, words
from booking.orders.board import views as board_views
from booking.orders.claims import views as claim_views
from booking.orders.engine.lifecycle import OrderCommand
from booking.orders.forms import OrderReasonForm
from booking.orders.models import Order, OrderOffer
from booking.orders.need_form import views as need_views
from booking.orders.season import views as season_views
from booking.orders.season import words as season_words
from booking.orders.waiting_list import service as waiting_list
from booking.orders.windows_text import window_words
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed

blueprint = Blueprint("orders", __name__)
need_views.register(blueprint)
board_views.register(blueprint)
claim_views.register(blueprint)
season_views.register(blueprint)


@blueprint.record_once
def texts(state: BlueprintSetupState) -> None:
    """Add the display texts of orders to the template globals."""
    state.app.jinja_env.globals.update(
        ORDER_STATES=words.ORDER_STATES,
        ORDER_MARKS=words.ORDER_MARKS,
        ORDER_NEXT=words.ORDER_NEXT,
        ORDER_DONE=words.ORDER_DONE,
        ORDER_PARTIES=words.ORDER_PARTIES,
        OFFER_STATES=words.OFFER_STATES,
        CLAIM_STATES=words.CLAIM_STATES,
        UNMET_REASONS=words.UNMET_REASONS,
        MATCH_REASONS=REASONS,
        PLAN_STATES=season_words.PLAN_STATES,
        PLAN_MARKS=season_words.PLAN_MARKS,
        PLAN_LOOKS=season_words.PLAN_LOOKS,
        PLAN_FAILURES=season_words.PLAN_FAILURES,
        ROW_STATES=season_words.ROW_STATES,
        ROW_MARKS=season_words.ROW_MARKS,
        ROW_LOOKS=season_words.ROW_LOOKS,
        WHY_UNMET=season_words.WHY_UNMET,
        HELP_KINDS=season_words.HELP_KINDS,
        WHY_CLOSED=WHY_CLOSED,
        window_words=window_words,
        order_of=order_of,
        held_times=held_times,
    )


def order_of(lecture: Lecture) -> str | None:
    """For templates: the number of the order of a lecture, if it has one."""
    return queries.number_of_lecture(db.session(), lecture.id)


def held_times() -> Sequence[OrderOffer]:
    """For templates: the times that are held for the branches for which the user books."""
    return queries.held_for(db.session(), actor().organisation_ids, now=clock.now())


@blueprint.get("/orders")
@requires("order.list")
def mine() -> ResponseReturnValue:
    """The orders of the branches for which the user books; first those with a held time."""
    own = queries.of_organisations(db.session(), actor().organisation_ids, now=clock.now())
    return render_template("orders/mine.html", own=own, held=held_times())


@blueprint.get("/orders/<number>")
@requires("account.use")
def show(number: str) -> ResponseReturnValue:
    """The page of an order: facts, what happens next, candidates, history."""
    return order_page.order_page(number, OrderReasonForm(formdata=None), 200)


@blueprint.post("/orders/<number>/cancel")
@requires("order.cancel")
@keeps_typed
def cancel(number: str) -> ResponseReturnValue:
    """The branch no longer needs the order."""
    authorise("order.cancel", queries.subject(queries.by_number(db.session(), number)))
    form = OrderReasonForm()
    if not form.validate():
        return order_page.order_page(number, form, 422)
    try:
        with unit_of_work() as session:
            service.cancel(
                session,
                number=number,
                user_id=actor().user_id,
                now=clock.now(),
                reason=form.reason.data or "",
            )
    except on_page(DomainError) as error:
        return order_page.refused(number, form, error, OrderCommand.CANCEL)
    flash(str(words.ORDER_TOLD[OrderCommand.CANCEL]), "success")
    return redirect(url_for("orders.show", number=number), 303)


@blueprint.post("/orders/<number>/take")
@requires("order.take")
@keeps_typed
def take(number: str) -> ResponseReturnValue:
    """The branch wants the time that is held for it."""
    return _decide(number, OrderCommand.TAKE, waiting_list.take)


@blueprint.post("/orders/<number>/let-go")
@requires("order.take")
@keeps_typed
def let_go(number: str) -> ResponseReturnValue:
    """The branch does not want the time that is held for it."""
    return _decide(number, OrderCommand.LET_GO, waiting_list.let_go)


def _decide(
    number: str, command: OrderCommand, decide: Callable[..., Order]
) -> ResponseReturnValue:
    order = queries.by_number(db.session(), number)
    authorise("order.take", queries.subject(order))
    try:
        with unit_of_work() as session:
            decide(
                session,
                number=number,
                parties=queries.parties(actor(), order),
                user_id=actor().user_id,
                now=clock.now(),
                zone=i18n.zone(),
            )
    except on_page(DomainError) as error:
        return order_page.refused(number, OrderReasonForm(formdata=None), error, command)
    flash(str(words.ORDER_TOLD[command]), "success")
    return redirect(url_for("orders.show", number=number), 303)
