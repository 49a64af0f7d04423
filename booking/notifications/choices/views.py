"""The page “My notifications”, and the page of a link that turns one kind of mail off."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from booking import clock
from booking.accounts.engine.roles import Role
from booking.accounts.guards import actor, requires
from booking.accounts.models import User
from booking.db import db, unit_of_work
from booking.errors import NotFound
from booking.notifications.choices import forms, queries, service, words
from booking.notifications.choices.engine import unsubscribe_links
from booking.notifications.choices.engine.unsubscribe_links import Unsubscribing
from booking.notifications.choices.engine.ways import URGENT_DAYS, USUAL, MessageWay, Preset
from booking.notifications.choices.ports import is_offered
from booking.notifications.engine.kinds import MessageKind
from booking.web import pages
from booking.web.request_safety import keeps_typed


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    presets = ",".join(Preset)
    rule = blueprint.add_url_rule
    rule("/notifications", "choices", choices, methods=["GET", "POST"])
    rule(f"/notifications/<any({presets}):preset>", "preset", apply_preset, methods=["POST"])
    rule("/unsubscribe/<token>", "unsubscribe", unsubscribe, methods=["GET", "POST"])
    # Mail programs send a bare POST (RFC 8058, section 3.2); the signed link is the key.
    pages.csrf.exempt(unsubscribe)


@requires("account.use")
@keeps_typed
def choices() -> ResponseReturnValue:
    """The own choices: shown, and stored."""
    user, who = _own_account(), actor()
    coordinator = service.is_coordinator(who)
    present = queries.preferences_of(db.session(), user.id)
    chosen = {**USUAL, **queries.choices_of(db.session(), user.id)}
    offered = frozenset(way for way in (MessageWay.TEXT, MessageWay.ROBOT) if is_offered(way, user))
    form = forms.form_class(
        offered, coordinator=coordinator, books=who.has(Role.BRANCH) or who.has(Role.INSTRUCTOR)
    )(data=forms.values(chosen, present))
    if form.is_submitted():
        if form.validate():
            with unit_of_work() as session:
                service.choose(
                    session,
                    user=session.get_one(User, user.id),
                    choices=form.ways(chosen),
                    preferences=form.preferences(present),
                    now=clock.now(),
                )
            flash(_("Kept. It holds from the next message on."), "success")
            return redirect(url_for("notifications.choices"), 303)
        return _page(form, user, coordinator), HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(form, user, coordinator)


@requires("account.use")
def apply_preset(preset: str) -> ResponseReturnValue:
    """Choose all by one button."""
    chosen, who = Preset(preset), actor()
    if chosen is Preset.DIGEST and not service.is_coordinator(who):
        raise NotFound()
    with unit_of_work() as session:
        user = session.get_one(User, _own_account().id)
        service.apply_preset(session, user=user, preset=chosen, now=clock.now())
    name = words.PRESET_NAMES[chosen]
    flash(_("Kept: %(preset)s. You can change each of them below.", preset=name), "success")
    return redirect(url_for("notifications.choices"), 303)


@requires("unsubscribe.link")
def unsubscribe(token: str) -> ResponseReturnValue:
    """Ask whether one kind of mail is to be turned off; a POST does it, by whoever has the link.

    A mail program sends the POST by itself, without cookies, and follows no redirect.
    """
    link = unsubscribe_links.read(token, _secrets())
    if link is None or db.session().get(User, link.user_id) is None:
        raise NotFound(_("This link is not valid. Sign in to change what you get."))
    if request.method == "POST":
        with unit_of_work() as session:
            service.unsubscribe(session, link, now=clock.now())
    return _unsubscribe_page(link, token)


def _unsubscribe_page(link: Unsubscribing, token: str) -> ResponseReturnValue:
    return render_template(
        "notifications/unsubscribe.html",
        kind_name=words.KIND_NAMES[link.kind],
        done=request.method == "POST",
        token=token,
    )


def _page(form: forms.ChoiceForm, user: User, coordinator: bool) -> str:
    presets = [one for one in Preset if coordinator or one is not Preset.DIGEST]
    return render_template(
        "notifications/choices.html",
        form=form,
        kinds=forms.CHOSEN_KINDS,
        presets=presets,
        has_address=user.email is not None,
        urgent_days=URGENT_DAYS,
        MessageKind=MessageKind,
        KIND_NAMES=words.KIND_NAMES,
        KIND_HINTS=words.KIND_HINTS,
        PRESET_NAMES=words.PRESET_NAMES,
        PRESET_HINTS=words.PRESET_HINTS,
    )


def _own_account() -> User:
    user: User = current_user._get_current_object()
    return user


def _secrets() -> list[str]:
    config = current_app.config
    return [config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"]]
