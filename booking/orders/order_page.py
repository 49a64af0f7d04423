"""The page of one order, for its branch and for the coordinator of its region."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from booking import clock, i18n
from booking.accounts.guards import actor, authorise
from booking.db import db
from booking.errors import DomainError, Invalid
from booking.lectures.engine.states import Party
from booking.orders import queries
from booking.orders.engine.lifecycle import OrderCommand, OrderState, OrderTimes, possible_commands
from booking.orders.engine.needs import LONGEST_WISH
from booking.orders.forms import OrderReasonForm
from booking.orders.offers.candidates import Candidates, candidates
from booking.orders.words import REJECT_REASONS
from booking.web.submissions import with_error


def order_page(
    number: str,
    form: OrderReasonForm,
    status: int,
    refusal: DomainError | None = None,
    tried: OrderCommand | None = None,
) -> ResponseReturnValue:
    """Facts, what happens next, what can be done, candidates and history; 404 for others."""
    session, now, zone = db.session(), clock.now(), i18n.zone()
    order = queries.by_number(session, number)
    authorise("order.read", queries.subject(order))
    who = queries.parties(actor(), order)
    commands = possible_commands(order.state, who, OrderTimes(now, order.expires_at))
    dispatches = (
        Party.BRANCH_COORDINATOR in who
        and order.state is OrderState.OPEN
        and order.merged_into_id is None
    )
    words = request.args.get("q", "").strip()[:LONGEST_WISH] or None
    found = (
        candidates(session, order, now=now, zone=zone, words=words) if dispatches else Candidates()
    )
    page = render_template(
        "orders/show.html",
        order=order,
        parties=who,
        commands=commands,
        dispatches=dispatches,
        found=found,
        held=queries.held_time(order, now=now),
        words=words or "",
        asked={offer.instructor_id: offer for offer in order.offers},
        form=form,
        refusal=refusal,
        tried=tried,
        now=now,
        reasons=REJECT_REASONS,
        longest_wish=LONGEST_WISH,
    )
    return page, status


def refused(
    number: str, form: OrderReasonForm, error: DomainError, command: OrderCommand
) -> ResponseReturnValue:
    """The page again, with the sentence of a refusal at the reason or on top."""
    if isinstance(error, Invalid) and error.field == "reason":
        return order_page(number, form, with_error(form, error).status, tried=command)
    return order_page(number, form, error.status, error, command)
