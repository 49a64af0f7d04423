"""Routes for the benchmarks only, added to the product's application."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.typing import ResponseReturnValue

from benchmarks import w1
from booking import clock, i18n
from booking.accounts.guards import requires
from booking.availability.engine.offers import SlotRequest
from booking.calendars.feeds import views as feed_views
from booking.calendars.feeds.engine.body_cache import LastGood
from booking.db import db
from booking.lectures.schedules.queries import bookable_slots

HELLO = "/hello"
SLOTS = "/measure/slots"
FORGET = "/measure/forget-feeds"


def add_routes(app: Flask) -> None:
    """Add the hello route, the slots route and the route that clears the feed cache."""
    app.add_url_rule(HELLO, "measure.hello", hello)
    app.add_url_rule(f"{SLOTS}/<int:instructor_id>", "measure.slots", slots)
    app.add_url_rule(FORGET, "measure.forget", forget)


@requires("public")
def hello() -> ResponseReturnValue:
    """The cheapest possible response of this application: the unit of the ratios."""
    return b"ok"


@requires("public")
def slots(instructor_id: int) -> ResponseReturnValue:
    """The starts of the W1 slots of one instructor, computed from the database, one per line."""
    now, zone = clock.now(), i18n.zone()
    today = now.astimezone(zone).date()
    by_instructor = bookable_slots(
        db.session(),
        [instructor_id],
        slot_request=SlotRequest(w1.MINUTES),
        first=today,
        last=today + timedelta(days=w1.DAYS - 1),
        now=now,
        zone=zone,
    )
    return "\n".join(start.isoformat() for start, _end in by_instructor[instructor_id]), 200


@requires("public")
def forget() -> ResponseReturnValue:
    """Clear this process's feed cache, so that the next feed request is cold."""
    feed_views.last_good = LastGood(most=500)
    return b"forgotten"
