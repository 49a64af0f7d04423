"""The page of the addresses: make, replace and stop them, and choose about invitations."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.accounts.guards import actor, authorise, may, requires, signed_in_id
from booking.accounts.models import User
from booking.calendars.engine.qr import qr_data_uri
from booking.calendars.feeds import service
from booking.calendars.feeds.choices import wants_invitations
from booking.calendars.feeds.engine.kinds import FeedKind
from booking.calendars.feeds.page import calendars
from booking.calendars.feeds.page.forms import AddressForm, InvitationsForm
from booking.db import db, unit_of_work
from booking.web.request_safety import keeps_typed
from booking.web.submissions import submitted

GOOGLE = "https://calendar.google.com/calendar/r?cid="
"""Google Calendar asks whether to add the address that follows, quoted."""


@dataclass(frozen=True, slots=True)
class NewAddress:
    """An address that was just made, in the forms in which programs take it."""

    https: str
    webcal: str
    google: str
    qr: str
    free_busy: str
    availability: str | None
    """Only feeds of instructors have weekly hours."""


def register(blueprint: Blueprint) -> None:
    """Add the page to the blueprint of feeds."""
    blueprint.add_url_rule("/feeds", view_func=manage)
    blueprint.add_url_rule("/feeds/new", view_func=create, methods=["POST"])
    blueprint.add_url_rule(
        "/feeds/<int:feed_id>/<any(renew, stop):verb>", view_func=change, methods=["POST"]
    )
    blueprint.add_url_rule("/feeds/invitations", view_func=invitations, methods=["POST"])


@requires("feed.manage")
def manage() -> ResponseReturnValue:
    """The addresses in use, a form for a new one, and the choice about invitations."""
    return _page()


@requires("feed.manage")
@keeps_typed
def create() -> ResponseReturnValue:
    """Make an address; it is shown on this page only."""
    form = _address_form()
    whose = calendars.chosen(form.calendar.data or "", form.field.data or "")
    authorise(*calendars.permission(whose))

    def accept() -> ResponseReturnValue:
        with unit_of_work() as session:
            token = service.open_feed(
                session,
                whose,
                user_id=signed_in_id(),
                now=clock.now(),
                name=form.name.data or "",
                busy_only=form.busy_only.data,
                tentative=form.tentative.data,
            )
        return _page(shown=_addresses(token, has_hours=_has_hours(whose.kind)))

    return submitted(form, accept, lambda status: _page(form=form, status=status))


@requires("feed.manage")
def change(feed_id: int, verb: str) -> ResponseReturnValue:
    """Give an address another token, or stop it: the earlier one answers 410 from now on."""
    user_id, now = signed_in_id(), clock.now()
    if verb == "stop":
        with unit_of_work() as session:
            service.revoke(session, feed_id, user_id=user_id, now=now)
        flash(_("Stopped. Calendars that use this address get no more lectures."), "success")
        return redirect(url_for("feeds.manage"), 303)
    with unit_of_work() as session:
        feed, token = service.renew(session, feed_id, user_id=user_id, now=now)
        kind = feed.kind
    return _page(shown=_addresses(token, has_hours=_has_hours(kind)))


@requires("feed.manage")
@keeps_typed
def invitations() -> ResponseReturnValue:
    """Choose whether mails about lectures carry an invitation."""
    form = InvitationsForm()

    def accept() -> ResponseReturnValue:
        with unit_of_work() as session:
            user = session.get_one(User, signed_in_id())
            service.choose_invitations(session, user, wanted=form.invitations.data == "yes")
        flash(_("Saved."), "success")
        return redirect(url_for("feeds.manage"), 303)

    return submitted(form, accept, lambda status: _page(choice=form, status=status))


def _page(
    *,
    form: AddressForm | None = None,
    choice: InvitationsForm | None = None,
    shown: NewAddress | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    in_use = calendars.listed(db.session(), signed_in_id())
    if choice is None:
        answer = "yes" if wants_invitations(current_user) else "no"
        choice = InvitationsForm(formdata=None, invitations=answer)
    page = render_template(
        "calendars/manage.html",
        in_use=in_use,
        form=form or _address_form(empty=True),
        choice=choice,
        asks_choice=calendars.shows_lectures(in_use),
        shown=shown,
        most=service.MOST_FEEDS,
    )
    return page, status


def _address_form(*, empty: bool = False) -> AddressForm:
    session = db.session()
    form = AddressForm(formdata=None) if empty else AddressForm()
    choices = calendars.calendar_choices(session, actor())
    form.calendar.choices = [SelectChoice(*one) for one in choices]
    fields = [("", str(_("All fields")))]
    if may("feed.region"):
        fields += calendars.field_choices(session)
    form.field.choices = [SelectChoice(*one) for one in fields]
    return form


def _has_hours(kind: FeedKind) -> bool:
    return kind is FeedKind.INSTRUCTOR or (kind is FeedKind.MINE and bool(actor().instructor_ids))


def _addresses(token: str, *, has_hours: bool) -> NewAddress:
    """The address by scheme; iOS needs webcal, not webcals."""
    base = f"{current_app.config['BASE_URL']}/feed/{token}"
    webcal = "webcal" + base.removeprefix("https").removeprefix("http") + ".ics"
    return NewAddress(
        https=f"{base}.ics",
        webcal=webcal,
        google=GOOGLE + quote(webcal, safe=""),
        qr=qr_data_uri(webcal),
        free_busy=f"{base}/freebusy.ics",
        availability=f"{base}/availability.ics" if has_hours else None,
    )
