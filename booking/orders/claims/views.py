"""Needs to claim: the list of those that fit, and one with the instructor's own free times."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.guards import actor, requires
from booking.db import db, unit_of_work
from booking.errors import DomainError, NotFound
from booking.instructors.models import Topic
from booking.lectures.engine.unbookable import NotBookable
from booking.lectures.request_form.parameters import requested_start
from booking.orders import queries
from booking.orders.claims import queries as claim_queries
from booking.orders.claims import service as claims
from booking.orders.engine.errors import NothingChosen
from booking.orders.engine.lifecycle import OrderCommand, OrderState
from booking.orders.forms import OrderReasonForm
from booking.orders.models import ClaimState, Order
from booking.orders.offers.candidates import FreeTimes, best_topic, free_times
from booking.orders.offers.service import Ask
from booking.orders.words import ORDER_TOLD
from booking.web.problems import on_page
from booking.web.request_safety import keeps_typed


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    blueprint.add_url_rule("/needs", "needs", needs)
    blueprint.add_url_rule("/needs/<number>", "claim", claim, methods=["GET", "POST"])
    blueprint.add_url_rule("/needs/<number>/unclaim", "unclaim", unclaim, methods=["POST"])
    blueprint.add_app_template_global(needs_to_claim)


def needs_to_claim() -> int:
    """For templates: how many needs the reader may claim and has not."""
    return claim_queries.to_claim(db.session(), actor().instructor_ids, now=clock.now())


@requires("order.claim")
def needs() -> ResponseReturnValue:
    """The published needs that fit the instructor, and the own claims."""
    session, owners = db.session(), actor().instructor_ids
    found = claim_queries.published(session, owners, now=clock.now())
    claimed = claim_queries.claimed_by(session, owners)
    decided = [one for one in claimed if one.state is not ClaimState.WAITING]
    return render_template(
        "orders/needs.html",
        found=found,
        own={one.order_id: one for one in claimed if one.state is ClaimState.WAITING},
        decided=decided,
    )


def _claimable(number: str) -> tuple[Order, int]:
    """The order and the instructor of the reader whom it fits; 404 for any other."""
    session, owners = db.session(), actor().instructor_ids
    order = queries.by_number(session, number)
    reaches = claim_queries.reaches(session, owners)
    fitting = [one for one in sorted(reaches) if claim_queries.fits(order, reaches[one])]
    claimed = [one for one in sorted(owners) if claim_queries.own_claim(order, one) is not None]
    published = order.state is OrderState.OPEN and order.published_at is not None
    ids = claimed or (fitting if published else [])
    if not ids:
        raise NotFound()
    return order, ids[0]


@requires("order.claim")
@keeps_typed
def claim(number: str) -> ResponseReturnValue:
    """One need with the instructor's free times within its windows; POST claims it."""
    order, instructor_id = _claimable(number)
    form = OrderReasonForm()
    if request.method == "GET":
        return _page(order, instructor_id, 200)
    if not form.validate():
        return _page(order, instructor_id, 422)
    try:
        _claim(order, instructor_id)
    except on_page(NotBookable) as error:
        return _page(queries.by_number(db.session(), number), instructor_id, error.status, error)
    except on_page(DomainError) as error:
        return _page(queries.by_number(db.session(), number), instructor_id, error.status, error)
    flash(str(ORDER_TOLD[OrderCommand.CLAIM]), "success")
    return redirect(url_for("orders.claim", number=number), 303)


def _claim(order: Order, instructor_id: int) -> None:
    topic = best_topic(db.session(), order, instructor_id)
    if topic is None or "start" not in request.form:
        raise NothingChosen()
    ask = Ask(instructor_id, topic.id, requested_start(request.form))
    with unit_of_work() as session:
        claims.claim(
            session,
            number=order.number,
            ask=ask,
            user_id=actor().user_id,
            now=clock.now(),
            zone=i18n.zone(),
        )


@requires("order.claim")
@keeps_typed
def unclaim(number: str) -> ResponseReturnValue:
    """Take the claim back."""
    order, instructor_id = _claimable(number)
    if not OrderReasonForm().validate():
        return _page(order, instructor_id, 422)
    try:
        with unit_of_work() as session:
            claims.withdraw(
                session,
                number=number,
                instructor_id=instructor_id,
                user_id=actor().user_id,
                now=clock.now(),
            )
    except on_page(DomainError) as error:
        return _page(queries.by_number(db.session(), number), instructor_id, error.status, error)
    flash(str(ORDER_TOLD[OrderCommand.UNCLAIM]), "success")
    return redirect(url_for("orders.needs"), 303)


def _page(
    order: Order, instructor_id: int, status: int, refusal: DomainError | None = None
) -> ResponseReturnValue:
    session, now, zone = db.session(), clock.now(), i18n.zone()
    topic: Topic | None = best_topic(session, order, instructor_id)
    is_open = order.state is OrderState.OPEN and order.published_at is not None
    times = (
        free_times(session, order, topic, now=now, zone=zone)
        if topic is not None and is_open
        else FreeTimes()
    )
    page = render_template(
        "orders/claim.html",
        order=order,
        topic=topic,
        times=[*times.within, *times.beside] if is_open else [],
        own=claim_queries.own_claim(order, instructor_id),
        is_open=is_open,
        refusal=refusal,
    )
    return page, status
