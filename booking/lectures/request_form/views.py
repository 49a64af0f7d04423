"""The booking page: a branch requests a slot; what was typed is kept whatever happens.

Somebody who is not signed in finds the fields of signing in on the same page: both are sent
together, and the booking is made in the request that signs in.

Some parameters of the URL send the form without booking. With `day` or `month` it comes back with
that month and the times of a day, each a button that sends it with another start; with `kept` it
comes back for that start. So the text goes along in a form and never in a URL.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock, i18n
from booking.accounts.embedded_sign_in import SignInFields
from booking.accounts.engine.permissions import Subject
from booking.accounts.guards import actor, authorise, may, requires
from booking.accounts.queries import all_regions
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import Availability
from booking.availability.queries import estimated_years
from booking.db import db, unit_of_work
from booking.errors import DomainError, Forbidden, Invalid
from booking.instructors.models import Topic
from booking.lectures import booking_requests, service
from booking.lectures.engine.errors import NotBookable, TooManyOpen, TooManyToday
from booking.lectures.engine.policy import REPLY_DAYS
from booking.lectures.forms import BookingForm
from booking.lectures.queries import nearest_slots, schedules
from booking.lectures.request_form.form_values import (
    NOT_YET,
    booking_form,
    is_not_yet,
    signs_in_here,
)
from booking.lectures.request_form.month import FURTHEST, month_shown, read_wanted
from booking.lectures.request_form.month_page import MonthPage, month_page
from booking.lectures.request_form.parameters import (
    Chosen,
    chosen_start,
    requested_start,
    requested_topic,
)
from booking.web import pages
from booking.web.request_safety import is_stale, keeps_typed
from booking.web.submissions import with_error

NO_BRANCH = 0
"""The id of no branch: of somebody who is not signed in yet."""


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule(
        "/instructors/<int:instructor_id>/book", "book", book, methods=["GET", "POST"]
    )
    blueprint.add_app_template_global(chosen_start)


@requires("lecture.request", unless=signs_in_here)
@keeps_typed
def book(instructor_id: int) -> ResponseReturnValue:
    """The booking form for one start of one topic, both given in the URL."""
    topic, starts_at = _chosen(instructor_id)
    form = booking_form(topic)
    if is_not_yet():
        return _opened(form, topic, starts_at)
    if form.account is None:
        return _sent(form, topic, starts_at)
    return _sign_in(form.account, form, topic, starts_at) or _signed_in(instructor_id)


def _chosen(instructor_id: int) -> Chosen:
    topic = requested_topic(db.session(), instructor_id, request.values)
    return Chosen(topic, requested_start(request.values))


def _sign_in(
    account: SignInFields, form: BookingForm, topic: Topic, starts_at: datetime
) -> ResponseReturnValue | None:
    """Sign in by the fields of the form; what to answer if nothing can be booked, else None."""
    if is_stale():
        form.validate()
        return _page(form, topic, starts_at, [], 422)
    if not account.fit():
        form.validate()
        page, _status = _page(form, topic, starts_at, [], account.status)
        return page, account.status, account.headers
    step = account.sign_in()
    return None if step is None else pages.sign_in_and_repeat(step)


def _signed_in(instructor_id: int) -> ResponseReturnValue:
    """Book with what was sent, for somebody who has just signed in with it."""
    if not may("lecture.request"):
        raise Forbidden()
    topic, starts_at = _chosen(instructor_id)
    return _sent(booking_form(topic), topic, starts_at)


def _sent(form: BookingForm, topic: Topic, starts_at: datetime) -> ResponseReturnValue:
    if not form.validate():
        return _page(form, topic, starts_at, [], 422)
    authorise("lecture.request", Subject(organisation_id=form.organisation.data))
    try:
        booking_request = _booking_request(form, topic, starts_at)
        # Checked outside the write transaction, so that most refusals need not wait for its lock.
        availabilities = booking_requests.check_early(
            db.session(), booking_request, topic, now=clock.now(), zone=i18n.zone()
        )
        number = _request_lecture(booking_request, availabilities)
    except NotBookable as error:
        return _not_bookable(form, topic.id, starts_at, error)
    except (TooManyOpen, TooManyToday) as error:
        topic = db.session().get_one(Topic, topic.id)
        return _page(form, topic, starts_at, [], error.status, error)
    except Invalid as error:
        return _invalid(form, topic.id, starts_at, error)
    flash(_("The request has been sent. The time is held for you until it is answered."), "success")
    return redirect(url_for("lectures.show", number=number), 303)


def _opened(form: BookingForm, topic: Topic, starts_at: datetime) -> ResponseReturnValue:
    """The form before it is sent; a slot that cannot be booked is reported at once."""
    session, now, zone = db.session(), clock.now(), i18n.zone()
    booking_request = _booking_request(form, topic, starts_at)
    try:
        availabilities = booking_requests.hours_around(session, booking_request, now=now, zone=zone)
        slot_request = booking_requests.asked(booking_request, topic)
        booking_requests.check_slot(
            session, booking_request, slot_request, availabilities, now=now, zone=zone
        )
    except NotBookable as error:
        nearest = _nearest(booking_request, topic, error)
        return _page(form, topic, starts_at, nearest, 200, error)
    return _page(form, topic, starts_at, [], 200)


def _booking_request(
    form: BookingForm, topic: Topic, starts_at: datetime
) -> booking_requests.BookingRequest:
    return booking_requests.BookingRequest(
        instructor_id=topic.instructor_id,
        topic_id=topic.id,
        organisation_id=NO_BRANCH if form.organisation is None else form.organisation.data,
        starts_at=starts_at,
        region_code=form.region.data or topic.instructor.region_code,
        place=form.place.data or "",
        format=form.chosen_format(),
        audience=form.chosen_audience(),
        attendees=form.attendees.data,
        note=form.note.data or "",
    )


def _request_lecture(
    booking_request: booking_requests.BookingRequest, availabilities: dict[int, Availability]
) -> str:
    user_id = actor().user_id
    now, zone = clock.now(), i18n.zone()
    with unit_of_work() as session:
        lecture = service.request_lecture(
            session,
            booking_request=booking_request,
            user_id=user_id,
            now=now,
            zone=zone,
            known=availabilities,
        )
    return lecture.number


def _not_bookable(
    form: BookingForm, topic_id: int, starts_at: datetime, error: NotBookable
) -> ResponseReturnValue:
    """The form again with the input, the refusal and the nearest slots."""
    topic = db.session().get_one(Topic, topic_id)
    nearest = _nearest(_booking_request(form, topic, starts_at), topic, error)
    return _page(form, topic, starts_at, nearest, error.status, error)


def _nearest(
    booking_request: booking_requests.BookingRequest, topic: Topic, error: NotBookable
) -> list[Interval]:
    """The nearest slots: those of the error, if the check computed them."""
    if error.nearest is None:
        slots = nearest_slots(
            db.session(),
            topic.instructor_id,
            wanted=booking_request.starts_at,
            slot_request=booking_requests.asked(booking_request, topic),
            now=clock.now(),
            zone=i18n.zone(),
        )
        error.nearest = tuple(slots)
    return list(error.nearest)


def _invalid(
    form: BookingForm, topic_id: int, starts_at: datetime, error: Invalid
) -> ResponseReturnValue:
    topic = db.session().get_one(Topic, topic_id)
    if error.field not in form:
        return _page(form, topic, starts_at, [], error.status, error)
    with_error(form, error)
    return _page(form, topic, starts_at, [], error.status)


def _page(
    form: BookingForm,
    topic: Topic,
    starts_at: datetime,
    nearest: list[Interval],
    status: int,
    refusal: DomainError | None = None,
) -> tuple[str, int]:
    session = db.session()
    regions = all_regions(session)
    turn = partial(
        url_for,
        "lectures.book",
        instructor_id=topic.instructor_id,
        topic=topic.id,
        start=i18n.name_instant(starts_at),
        _anchor="times",
    )
    page = render_template(
        "lectures/book.html",
        form=form,
        topic=topic,
        instructor=topic.instructor,
        starts_at=starts_at,
        nearest=nearest,
        refusal=refusal,
        reply_days=REPLY_DAYS,
        regions=regions,
        here=next((region for region in regions if region.code == form.region.data), None),
        typed=request.method == "POST",
        times=_other_times(form, topic, starts_at),
        turn=turn,
        estimated=estimated_years(session, i18n.today(), _last_day(starts_at, nearest)),
    )
    return page, status


def _other_times(form: BookingForm, topic: Topic, starts_at: datetime) -> MonthPage | None:
    """The month that was asked for; None if none was. Four queries."""
    if NOT_YET.isdisjoint(request.args) or "kept" in request.args:
        return None
    session, now, zone, today = db.session(), clock.now(), i18n.zone(), i18n.today()
    slot_request = booking_requests.asked(_booking_request(form, topic, starts_at), topic)
    schedule = schedules(
        session, [topic.instructor_id], first=today, last=today + FURTHEST, now=now, zone=zone
    )
    typed = {"day": form.jump.data or ""} if request.args.get("day") == "" else request.args
    month = month_shown(schedule, topic.instructor_id, slot_request, read_wanted(typed))
    region_code = topic.instructor.region_code
    return month_page(session, schedule, topic.instructor_id, region_code, month)


def _last_day(starts_at: datetime, nearest: list[Interval]) -> date:
    """The last day that this page shows, at most `FURTHEST` ahead."""
    days = [i18n.local(start).date() for start in (starts_at, *(slot[0] for slot in nearest))]
    furthest = i18n.today() + FURTHEST
    return min(max(days), furthest)
