"""Pages: the list that the branch keeps, and the form of a listener behind the QR code."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.accounts.guards import actor, authorise, requires, signed_in_id
from booking.attendance import queries, service
from booking.attendance.errors import AlreadyOnList
from booking.attendance.forms import EntryForm, NamesForm, SignForm
from booking.attendance.link import refusal
from booking.attendance.models import AttendanceEntry
from booking.attendance.service import Keeping
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.lectures.models import Lecture
from booking.lectures.parties import parties
from booking.lectures.queries import by_number
from booking.lectures.records.engine.policy import can_file
from booking.lectures.records.models import LectureOutcome
from booking.lectures.records.queries import record_of
from booking.lectures.records.service import Filing
from booking.listener_links import devices, limits
from booking.listener_links import queries as link_queries
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.models import ListenerLink
from booking.listener_links.service import link_by_token
from booking.settings.engine.declarations import CREDIT_HOUR_MINUTES
from booking.settings.engine.retention import ATTENDANCE_DAYS
from booking.settings.queries import in_force
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

blueprint = Blueprint("attendance", __name__)


def _lecture(number: str) -> Lecture:
    """The lecture, for who keeps its list."""
    lecture = by_number(db.session(), number, whole=True)
    authorise("attendance.keep", queries.subject(lecture))
    return lecture


def _keeping() -> Keeping:
    return Keeping(signed_in_id(), clock.now())


@blueprint.route("/lectures/<number>/listeners", methods=["GET", "POST"])
@requires("attendance.keep")
@keeps_typed
def show(number: str) -> ResponseReturnValue:
    """The list; add typed or pasted names."""
    lecture = _lecture(number)
    form = NamesForm()
    if request.method == "GET":
        return _page(lecture, form, 200)
    return submitted(
        form, lambda: _added(number, form), lambda status: _page(_lecture(number), form, status)
    )


def _added(number: str, form: NamesForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        done = service.add(session, number=number, pasted=form.names.data or "", keeping=_keeping())
    told = ngettext("%(num)s name was added.", "%(num)s names were added.", done.new)
    if done.known:
        told += " " + _("On the list already: %(count)s.", count=done.known)
    flash(told, "success")
    return redirect(url_for("attendance.show", number=number), 303)


@blueprint.route("/lectures/<number>/listeners/<int:entry_id>", methods=["GET", "POST"])
@requires("attendance.keep")
@keeps_typed
def entry(number: str, entry_id: int) -> ResponseReturnValue:
    """One entry: correct its name, strike it out."""
    lecture, found = _lecture(number), _entry(number, entry_id)
    if request.method == "GET":
        return _entry_page(lecture, found, EntryForm(formdata=None, obj=found), 200)
    form = EntryForm()
    return submitted(
        form,
        lambda: _renamed(number, entry_id, form),
        lambda status: _entry_page(_lecture(number), _entry(number, entry_id), form, status),
    )


def _renamed(number: str, entry_id: int, form: EntryForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        service.rename(
            session,
            number=number,
            entry_id=entry_id,
            name=form.name.data or "",
            keeping=_keeping(),
        )
    flash(_("Saved."), "success")
    return redirect(url_for("attendance.show", number=number), 303)


@blueprint.post("/lectures/<number>/listeners/<int:entry_id>/strike")
@requires("attendance.keep")
def strike(number: str, entry_id: int) -> ResponseReturnValue:
    """Strike an entry out."""
    _lecture(number)
    with unit_of_work() as session:
        service.strike(session, number=number, entry_id=entry_id, keeping=_keeping())
    flash(_("Struck out: it does not count."), "success")
    return redirect(url_for("attendance.show", number=number), 303)


@blueprint.post("/lectures/<number>/listeners/<int:entry_id>/restore")
@requires("attendance.keep")
def restore(number: str, entry_id: int) -> ResponseReturnValue:
    """Take back that an entry was struck out."""
    _lecture(number)
    with unit_of_work() as session:
        service.restore(session, number=number, entry_id=entry_id)
    flash(_("It counts again."), "success")
    return redirect(url_for("attendance.show", number=number), 303)


@blueprint.post("/lectures/<number>/listeners/count")
@requires("attendance.keep")
def take_over(number: str) -> ResponseReturnValue:
    """Put the count of the list into the lecture's record."""
    filing = Filing(parties(actor(), _lecture(number)), signed_in_id(), clock.now())
    with unit_of_work() as session:
        count = service.take_over(
            session,
            number=number,
            filing=filing,
            minutes_per_hour=in_force(CREDIT_HOUR_MINUTES),
        )
    flash(_("The record of the lecture now says: %(count)s listened.", count=count), "success")
    return redirect(url_for("lectures.show", number=number), 303)


@blueprint.route("/listeners/<token>", methods=["GET", "POST"])
@limits.counted
@requires("listener.link")
@keeps_typed
def sign(token: str) -> ResponseReturnValue:
    """A listener comes by the QR code and leaves a name or a number, once from each device."""
    link = link_by_token(db.session(), token, LinkPurpose.ATTENDANCE, clock.now())
    form = SignForm()
    if request.method == "GET":
        return _sign_page(link, form, 200)
    return submitted(
        form,
        lambda: _signed(token, form),
        lambda status: _sign_page(
            link_by_token(db.session(), token, LinkPurpose.ATTENDANCE, clock.now()), form, status
        ),
    )


def _signed(token: str, form: SignForm) -> ResponseReturnValue:
    response = make_response(redirect(url_for("attendance.sign", token=token), 303))
    now = clock.now()
    try:
        with unit_of_work() as session:
            link = link_by_token(session, token, LinkPurpose.ATTENDANCE, now)
            service.sign(
                session,
                link=link,
                device_key=devices.device_key(link),
                name=form.name.data or "",
                now=now,
            )
    except AlreadyOnList:
        # A second tap, or somebody who opened the link again: the page says so.
        return response
    return devices.remember_device(response)


def _sign_page(link: ListenerLink, form: SignForm, status: int) -> ResponseReturnValue:
    session = db.session()
    found = queries.by_device(session, link.id, devices.device_key(link))
    page = render_template(
        "attendance/sign.html",
        lecture=session.get_one(Lecture, link.lecture_id),
        form=form,
        entry=found,
        days=in_force(ATTENDANCE_DAYS),
        device_days=devices.KEPT.days,
        token=request.view_args and request.view_args["token"],
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    # Now already: who taps twice sends the same number twice.
    return devices.remember_device(response)


def _entry(number: str, entry_id: int) -> AttendanceEntry:
    lecture = _lecture(number)
    found = db.session().get(AttendanceEntry, entry_id)
    if found is None or found.lecture_id != lecture.id or found.forgotten_at is not None:
        raise NotFound()
    return found


def _page(lecture: Lecture, form: NamesForm, status: int) -> ResponseReturnValue:
    session, now = db.session(), clock.now()
    entries = queries.entries_of(session, lecture.id)
    record = record_of(session, lecture.id)
    count = sum(one.struck_at is None for one in entries)
    who = parties(actor(), lecture)
    held = record is None or record.outcome is LectureOutcome.HELD
    differs = record is None or record.listeners != count
    can_take = can_file(who, ends_at=lecture.ends_at, now=now) and lecture.ends_at <= now
    page = render_template(
        "attendance/list.html",
        lecture=lecture,
        form=form,
        entries=[one for one in entries if one.forgotten_at is None],
        forgotten=any(one.forgotten_at for one in entries),
        count=count,
        days=in_force(ATTENDANCE_DAYS),
        by_code=refusal(lecture, now) is None or _has_open_code(lecture, now),
        takes=bool(count) and held and differs and can_take,
        record=record,
    )
    return page, status


def _has_open_code(lecture: Lecture, now: datetime) -> bool:
    link = link_queries.link_of(db.session(), lecture.id, LinkPurpose.ATTENDANCE)
    return link is not None and link_queries.is_open(link, now)


def _entry_page(
    lecture: Lecture, found: AttendanceEntry, form: EntryForm, status: int
) -> ResponseReturnValue:
    page = render_template("attendance/entry.html", lecture=lecture, entry=found, form=form)
    return page, status
