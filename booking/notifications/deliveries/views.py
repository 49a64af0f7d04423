"""The page of deliveries, for coordinators and administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock, i18n
from booking.accounts.engine.roles import Role
from booking.accounts.guards import actor, requires
from booking.db import db, unit_of_work
from booking.notifications.deliveries import queries, service, words
from booking.notifications.deliveries.forms import DeliveryFilterForm
from booking.notifications.deliveries.queries import DeliveryLine
from booking.notifications.engine.results import DeliveryState
from booking.notifications.words import RESULTS
from booking.outbox.models import OutboxEvent
from booking.web.request_safety import LARGEST_ID


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add, post = blueprint.add_url_rule, ["POST"]
    add("/manage/deliveries", "deliveries", deliveries)
    add("/manage/deliveries/retry", "retry_parked", retry_parked, methods=post)
    add("/manage/deliveries/<int:delivery_id>/retry", "retry", retry, methods=post)
    add("/manage/deliveries/<int:delivery_id>/give-up", "give_up", give_up, methods=post)
    add("/manage/deliveries/events/retry", "retry_events", retry_events, methods=post)
    add("/manage/deliveries/events/<int:event_id>/retry", "retry_event", retry_event, methods=post)


@requires("delivery.read")
def deliveries() -> ResponseReturnValue:
    """What was sent to whom, when and with what result, newest first, in the reader's scope."""
    form = DeliveryFilterForm(formdata=request.args)
    session, who = db.session(), actor()
    rows: list[DeliveryLine] = []
    older, status = None, 422
    before = request.args.get("before", type=int)
    if before is not None:
        before = min(max(before, 0), LARGEST_ID)
    if form.validate():
        status = 200
        rows, older = queries.lines(session, who, form.wanted(i18n.zone()), before=before)
    page = render_template(
        "notifications/deliveries.html",
        form=form,
        rows=rows,
        older=older,
        before=before,
        parked=queries.parked_count(session, who),
        events=queries.parked_events(session) if who.has(Role.ADMIN) else [],
        can_retry=_can_retry,
        number_of=_number_of,
        event_name=words.event_name,
        STATES=words.STATES,
        RESULTS=RESULTS,
        CHANNELS=words.CHANNELS,
        KINDS=words.KINDS,
    )
    return page, status


def _can_retry(line: DeliveryLine) -> bool:
    """Whether a delivery waits after a failure, or was given up, and its message is kept."""
    one = line.delivery
    tried = line.state is DeliveryState.PARKED or one.last_error is not None
    open_ = line.state in (DeliveryState.PARKED, DeliveryState.WAITING)
    return open_ and tried and one.message is not None


def _number_of(event: OutboxEvent) -> str:
    """The number of the lecture or order that an event is about; empty: none."""
    return str(event.payload.get("number", ""))


@requires("delivery.read")
def retry(delivery_id: int) -> ResponseReturnValue:
    """Have one delivery tried again now."""
    with unit_of_work() as session:
        service.retry(session, actor(), delivery_id=delivery_id, now=clock.now())
    flash(_("The message is tried again now."), "success")
    return _back()


@requires("delivery.read")
def retry_parked() -> ResponseReturnValue:
    """Have all deliveries in scope tried again that were given up."""
    with unit_of_work() as session:
        count = service.retry_parked(session, actor(), now=clock.now())
    flash(ngettext("%(num)s message is tried again.", "%(num)s messages are tried again.", count))
    return _back()


@requires("delivery.read")
def give_up(delivery_id: int) -> ResponseReturnValue:
    """Try one delivery no more."""
    with unit_of_work() as session:
        service.give_up(session, actor(), delivery_id=delivery_id, now=clock.now())
    flash(_("The message is tried no more."), "success")
    return _back()


@requires("operations.run")
def retry_events() -> ResponseReturnValue:
    """Have all events handled again that were given up."""
    with unit_of_work() as session:
        count = service.retry_events(session)
    flash(ngettext("%(num)s event is handled again.", "%(num)s events are handled again.", count))
    return _back()


@requires("operations.run")
def retry_event(event_id: int) -> ResponseReturnValue:
    """Have one event handled again."""
    with unit_of_work() as session:
        service.retry_event(session, event_id=event_id)
    flash(_("The worker tries it again."), "success")
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("notifications.deliveries"), 303)
