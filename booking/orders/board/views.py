"""The coordinator's pages of orders: the list, and the commands on one order or on several."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.guards import actor, authorise, requires
from booking.accounts.queries import all_regions
from booking.db import db, unit_of_work
from booking.errors import DomainError
from booking.lectures.board.engine.filters import LONGEST_WORDS
from booking.lectures.board.queries import counts as lecture_counts
from booking.lectures.request_form.parameters import requested_start
from booking.orders import guests, order_page, queries, service
from booking.orders.board.queries import OrderList, counts, page_of_orders, read_filters
from booking.orders.claims import queries as claim_queries
from booking.orders.claims import service as claims
from booking.orders.engine.errors import CannotJoin, NothingChosen
from booking.orders.engine.lifecycle import OrderCommand
from booking.orders.forms import OrderReasonForm
from booking.orders.offers import service as offers
from booking.orders.offers.service import Ask
from booking.orders.words import ORDER_TOLD
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed

MOST_ASKED = 12
MOST_JOINED = 20


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule("/orders/board", "board", board)
    blueprint.add_url_rule("/orders/board/join", "join", join, methods=["POST"])
    for name, view in {
        "dispatch": dispatch,
        "recall": recall,
        "publish": publish,
        "unpublish": unpublish,
        "reject": reject,
        "accept": accept,
        "separate": separate,
    }.items():
        blueprint.add_url_rule(f"/orders/<number>/{name}", name, view, methods=["POST"])
    blueprint.add_app_template_global(order_counts)


def order_counts() -> object:
    """For templates: the numbers of the lists of orders in the reader's regions."""
    return counts(db.session(), actor())


@requires("order.dispatch")
def board() -> ResponseReturnValue:
    """The orders of the coordinator's regions, as the filters say."""
    return _list(200)


def _list(
    status: int, refusal: DomainError | None = None, chosen: tuple[str, ...] = ()
) -> ResponseReturnValue:
    session, who = db.session(), actor()
    regions = [region for region in all_regions(session) if who.coordinates(region.code)]
    filters = read_filters(request.args, [region.code for region in regions])
    found = page_of_orders(session, who, filters)
    page = render_template(
        "orders/board.html",
        filters=filters,
        found=found,
        claims=claim_queries.waiting_claims(session, [order.id for order in found.orders]),
        counts=counts(session, who),
        requests=lecture_counts(session, who, now=clock.now(), zone=i18n.zone()).waiting,
        lists=list(OrderList),
        regions=regions,
        longest_words=LONGEST_WORDS,
        refusal=refusal,
        chosen=chosen,
        now=clock.now(),
    )
    return page, status


@requires("order.dispatch")
@keeps_typed
def join() -> ResponseReturnValue:
    """Let the chosen orders share one lecture: the first of them is the host."""
    form, who = OrderReasonForm(), actor()
    numbers = tuple(dict.fromkeys(request.form.getlist("number")))[:MOST_JOINED]
    if not form.validate():
        return _list(422, chosen=numbers)
    try:
        if len(numbers) < 2:
            raise CannotJoin()
        for number in numbers:
            authorise("order.dispatch", queries.subject(queries.by_number(db.session(), number)))
        with unit_of_work() as session:
            host = guests.join(
                session, host=numbers[0], numbers=numbers[1:], user_id=who.user_id, now=clock.now()
            )
    except on_page(DomainError) as error:
        return _list(error.status, error, numbers)
    flash(str(ORDER_TOLD[OrderCommand.JOIN]), "success")
    return redirect(url_for("orders.show", number=host.number), 303)


@requires("order.dispatch")
@keeps_typed
def dispatch(number: str) -> ResponseReturnValue:
    """Ask one instructor, or the chosen ones in turn."""

    def act(_form: OrderReasonForm) -> None:
        asks = _asks()
        with unit_of_work() as session:
            offers.dispatch(
                session,
                number=number,
                asks=asks,
                user_id=actor().user_id,
                now=clock.now(),
                zone=i18n.zone(),
            )

    return _acted(number, OrderCommand.DISPATCH, act)


def _asks() -> list[Ask]:
    """Whom the form says to ask: one by the button `only`, else all that are ticked."""
    only = request.form.get("only", "")
    chosen = [only] if only else request.form.getlist("ask")
    found = []
    for value in dict.fromkeys(chosen):
        instructor, _dash, topic = value.partition("-")
        if not (instructor.isdecimal() and topic.isdecimal() and len(value) < 20):
            raise NothingChosen()
        start = requested_start({"start": request.form.get(f"start-{instructor}", "")})
        found.append(Ask(int(instructor), int(topic), start))
    return found[:MOST_ASKED]


def _acted(
    number: str, command: OrderCommand, act: Callable[[OrderReasonForm], None]
) -> ResponseReturnValue:
    """Carry out a command and lead back to the order; a refusal shows its page again."""
    order = queries.by_number(db.session(), number)
    authorise("order.dispatch", queries.subject(order))
    form = OrderReasonForm()
    if not form.validate():
        return order_page.order_page(number, form, 422)
    try:
        act(form)
    except on_page(DomainError) as error:
        return order_page.refused(number, form, error, command)
    flash(str(ORDER_TOLD[command]), "success")
    return redirect(url_for("orders.show", number=number), 303)


@requires("order.dispatch")
@keeps_typed
def recall(number: str) -> ResponseReturnValue:
    """Take the offer back."""

    def act(form: OrderReasonForm) -> None:
        with unit_of_work() as session:
            offers.recall(
                session,
                number=number,
                user_id=actor().user_id,
                now=clock.now(),
                reason=form.reason.data or "",
            )

    return _acted(number, OrderCommand.RECALL, act)


@requires("order.dispatch")
@keeps_typed
def publish(number: str) -> ResponseReturnValue:
    """Open the order to claims."""
    return _publish(number, True)


@requires("order.dispatch")
@keeps_typed
def unpublish(number: str) -> ResponseReturnValue:
    """Close the order to claims."""
    return _publish(number, False)


def _publish(number: str, open_to_claims: bool) -> ResponseReturnValue:
    def act(_form: OrderReasonForm) -> None:
        with unit_of_work() as session:
            service.publish(
                session,
                number=number,
                open_to_claims=open_to_claims,
                user_id=actor().user_id,
                now=clock.now(),
            )

    command = OrderCommand.PUBLISH if open_to_claims else OrderCommand.UNPUBLISH
    return _acted(number, command, act)


@requires("order.dispatch")
@keeps_typed
def reject(number: str) -> ResponseReturnValue:
    """Reject the order with a reason."""

    def act(form: OrderReasonForm) -> None:
        with unit_of_work() as session:
            service.reject(
                session,
                number=number,
                reason=form.reason.data or "",
                user_id=actor().user_id,
                now=clock.now(),
            )

    return _acted(number, OrderCommand.REJECT, act)


@requires("order.dispatch")
@keeps_typed
def accept(number: str) -> ResponseReturnValue:
    """Accept one claim."""

    def act(_form: OrderReasonForm) -> None:
        claim = request.form.get("claim", "")
        if not claim.isdecimal() or len(claim) > 9:
            raise NothingChosen()
        with unit_of_work() as session:
            claims.accept(
                session,
                number=number,
                claim_id=int(claim),
                user_id=actor().user_id,
                now=clock.now(),
                zone=i18n.zone(),
            )

    return _acted(number, OrderCommand.ACCEPT, act)


@requires("order.dispatch")
@keeps_typed
def separate(number: str) -> ResponseReturnValue:
    """Let the order stand by itself again."""

    def act(_form: OrderReasonForm) -> None:
        with unit_of_work() as session:
            guests.separate(session, number=number, user_id=actor().user_id, now=clock.now())

    return _acted(number, OrderCommand.SEPARATE, act)
