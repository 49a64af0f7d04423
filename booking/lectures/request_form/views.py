"""The booking page: a branch requests a slot; what was typed is kept whatever happens.

Somebody who is not signed in finds the fields of signing in on the same page: both are sent
together, and the booking is made in the request that signs in.

Some parameters of the URL send the form without booking. With `day` or `month` it comes back with
that month and the times of a day, each a button that sends it with another start; with `kept` it
comes back for that start. So the text goes along in a form and never in a URL. With `correct` it
corrects a request that was returned.
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
from booking.accounts.models import Organisation
from booking.accounts.queries import all_regions
from booking.availability.engine.intervals import Interval
from booking.availability.engine.offers import Availability
from booking.availability.queries import estimated_years
from booking.db import db, unit_of_work
from booking.errors import DomainError, Forbidden, Invalid
from booking.instructors.models import Topic
from booking.lectures import booking_requests, service
from booking.lectures.corrections import service as corrections
from booking.lectures.engine.errors import TooManyOpen, TooManyToday
from booking.lectures.engine.states import Command, State
from booking.lectures.engine.unbookable import NotBookable
from booking.lectures.models import Lecture
from booking.lectures.parties import parties
from booking.lectures.reminders.queries import remarks
from booking.lectures.request_form import branches
from booking.lectures.request_form.draft import Draft, returned_lecture
from booking.lectures.request_form.form_values import (
    NOT_YET,
    booking_form,
    is_not_yet,
    signs_in_here,
)
from booking.lectures.request_form.month import FURTHEST, month_shown, read_wanted
from booking.lectures.request_form.month_page import MonthPage, month_page
from booking.lectures.request_form.parameters import (
    chosen_start,
    requested_start,
    requested_topic,
)
from booking.lectures.schedules.queries import nearest_slots, schedules
from booking.lectures.words import told
from booking.settings.engine.declarations import REPLY_DAYS
from booking.settings.queries import in_force
from booking.visibility.guards import sees_every_entry
from booking.web import error_pages
from booking.web.problems import on_page
from booking.web.request_safety import is_stale, keeps_typed
from booking.web.submissions import with_error


def register(blueprint: Blueprint) -> None:
    """Add the route to the feature's blueprint."""
    blueprint.add_url_rule(
        "/instructors/<int:instructor_id>/book", "book", book, methods=["GET", "POST"]
    )
    blueprint.add_app_template_global(chosen_start)


def _signs_in_here() -> bool:
    """Whether the page asks to sign in by itself: not where that would tell of an entry."""
    return signs_in_here() and sees_every_entry()


@requires("lecture.request", unless=_signs_in_here)
@keeps_typed
def book(instructor_id: int) -> ResponseReturnValue:
    """The booking form for one start of one topic, both given in the URL."""
    draft = _draft(instructor_id)
    if is_not_yet():
        return _opened(draft)
    account = draft.form.account
    if account is None:
        return _sent(draft)
    return _sign_in(account, draft) or _signed_in(instructor_id)


def _draft(instructor_id: int) -> Draft:
    session = db.session()
    topic = requested_topic(session, instructor_id, request.values)
    returned = returned_lecture(session, actor(), instructor_id, request.args)
    return Draft(booking_form(topic, returned), topic, requested_start(request.values), returned)


def _sign_in(account: SignInFields, draft: Draft) -> ResponseReturnValue | None:
    """Sign in by the fields of the form; what to answer if nothing can be booked, else None."""
    if is_stale():
        draft.form.validate()
        return _page(draft, [], 422)
    if not account.fit():
        draft.form.validate()
        page, _status = _page(draft, [], account.status)
        return page, account.status, account.headers
    step = account.sign_in()
    return None if step is None else error_pages.sign_in_and_repeat(step)


def _signed_in(instructor_id: int) -> ResponseReturnValue:
    """Book with what was sent, for somebody who has just signed in with it."""
    if not may("lecture.request"):
        raise Forbidden()
    return _sent(_draft(instructor_id))


def _sent(draft: Draft) -> ResponseReturnValue:
    valid = draft.form.validate()
    if not (branches.check(draft.form, actor()) and valid):
        return _page(draft, [], 422)
    _authorise(draft)
    try:
        # Checked outside the write transaction, so that most refusals need not wait for its lock.
        availabilities = booking_requests.check_early(
            db.session(),
            draft.booking_request(),
            draft.slot_request(),
            now=clock.now(),
            zone=i18n.zone(),
        )
        number = _request(draft, availabilities)
    except on_page(NotBookable) as error:
        return _page(_anew(draft), _nearest(_anew(draft), error), error.status, error)
    except on_page(TooManyOpen, TooManyToday) as error:
        return _page(_anew(draft), [], error.status, error)
    except on_page(Invalid) as error:
        return _invalid(_anew(draft), error)
    return redirect(url_for("lectures.show", number=number), 303)


def _authorise(draft: Draft) -> None:
    """Raise `NotFound` where somebody books for a branch that is neither theirs nor in scope."""
    organisation = db.session().get_one(Organisation, draft.form.organisation.data)
    region_codes = frozenset({organisation.region_code})
    authorise("lecture.request", Subject(organisation.id, region_codes=region_codes))


def _opened(draft: Draft) -> ResponseReturnValue:
    """The form before it is sent; a slot that cannot be booked is reported at once."""
    session, now, zone = db.session(), clock.now(), i18n.zone()
    wanted = draft.booking_request()
    try:
        availabilities = booking_requests.hours_around(session, wanted, now=now, zone=zone)
        booking_requests.check_slot(
            session, wanted, draft.slot_request(), availabilities, now=now, zone=zone
        )
    except on_page(NotBookable) as error:
        return _page(draft, _nearest(draft, error), 200, error)
    return _page(draft, [], 200)


def _request(draft: Draft, availabilities: dict[int, Availability]) -> str:
    """Request the lecture, or submit the returned one again; returns its number."""
    who, now, zone, wanted = actor(), clock.now(), i18n.zone(), draft.booking_request()
    if draft.returned is not None:
        number, capacities = draft.returned.number, parties(who, draft.returned)
        with unit_of_work() as session:
            corrections.resubmit(
                session,
                number=number,
                corrected=wanted,
                parties=capacities,
                user_id=who.user_id,
                now=now,
                zone=zone,
                known=availabilities,
            )
        flash(str(told(Command.RESUBMIT)), "success")
        return number
    with unit_of_work() as session:
        lecture = service.request_lecture(
            session,
            booking_request=wanted,
            user_id=who.user_id,
            now=now,
            zone=zone,
            known=availabilities,
            party=branches.party(who, wanted.organisation_id),
        )
    flash(_done(lecture), "success")
    return lecture.number


def _done(lecture: Lecture) -> str:
    if lecture.state is State.SUBMITTED:
        return str(
            _("Submitted. A coordinator reviews the request first; the time is held for you.")
        )
    return str(_("The request has been sent. The time is held for you until it is answered."))


def _anew(draft: Draft) -> Draft:
    """The draft with rows that are read again after a unit of work was rolled back."""
    session, returned = db.session(), draft.returned
    return Draft(
        draft.form,
        session.get_one(Topic, draft.topic.id),
        draft.starts_at,
        returned and session.get_one(Lecture, returned.id),
    )


def _nearest(draft: Draft, error: NotBookable) -> list[Interval]:
    """The nearest slots: those of the error, if the check computed them."""
    if error.nearest is None:
        slots = nearest_slots(
            db.session(),
            draft.topic.instructor_id,
            wanted=draft.starts_at,
            slot_request=draft.slot_request(),
            now=clock.now(),
            zone=i18n.zone(),
        )
        error.nearest = tuple(slots)
    return list(error.nearest)


def _invalid(draft: Draft, error: Invalid) -> ResponseReturnValue:
    if error.field not in draft.form:
        return _page(draft, [], error.status, error)
    with_error(draft.form, error)
    return _page(draft, [], error.status)


def _page(
    draft: Draft, nearest: list[Interval], status: int, refusal: DomainError | None = None
) -> tuple[str, int]:
    session, form, topic, starts_at = db.session(), draft.form, draft.topic, draft.starts_at
    regions = all_regions(session)
    turn = partial(
        url_for,
        "lectures.book",
        start=i18n.name_instant(starts_at),
        _anchor="times",
        **draft.address(),
    )
    page = render_template(
        "lectures/book.html",
        form=form,
        topic=topic,
        instructor=topic.instructor,
        starts_at=starts_at,
        nearest=nearest,
        refusal=refusal,
        reply_days=in_force(REPLY_DAYS),
        regions=regions,
        here=next((region for region in regions if region.code == form.region.data), None),
        typed=request.method == "POST",
        times=_other_times(draft),
        turn=turn,
        there=draft.address(),
        returned=draft.returned,
        remarks=remarks(session, draft.returned.id) if draft.returned else "",
        on_behalf=branches.acts_for_others(actor()) and draft.returned is None,
        estimated=estimated_years(session, i18n.today(), _last_day(starts_at, nearest)),
    )
    return page, status


def _other_times(draft: Draft) -> MonthPage | None:
    """The month that was asked for; None if none was. Four queries."""
    if NOT_YET.isdisjoint(request.args) or "kept" in request.args:
        return None
    session, now, zone, today = db.session(), clock.now(), i18n.zone(), i18n.today()
    instructor = draft.topic.instructor
    schedule = schedules(
        session, [instructor.id], first=today, last=today + FURTHEST, now=now, zone=zone
    )
    blank = request.args.get("day") == ""
    typed = {"day": draft.form.jump.data or ""} if blank else request.args
    month = month_shown(schedule, instructor.id, draft.slot_request(), read_wanted(typed))
    return month_page(session, schedule, instructor.id, instructor.region_code, month)


def _last_day(starts_at: datetime, nearest: list[Interval]) -> date:
    """The last day that this page shows, at most `FURTHEST` ahead."""
    days = [i18n.local(start).date() for start in (starts_at, *(slot[0] for slot in nearest))]
    furthest = i18n.today() + FURTHEST
    return min(max(days), furthest)
