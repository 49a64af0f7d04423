"""The pages that add an address to one's own account, and set its number."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from booking import clock
from booking.accounts.engine.sign_in_names import shown_phone
from booking.accounts.guards import requires, signed_in_id
from booking.accounts.own_names import service
from booking.accounts.own_names.forms import AddAddressForm, PhoneForm
from booking.db import db, unit_of_work
from booking.errors import Conflict
from booking.web.submissions import submitted


def register(blueprint: Blueprint) -> None:
    """Add the routes to the feature's blueprint."""
    add = blueprint.add_url_rule
    add("/account/address", "address", address, methods=["GET", "POST"])
    link = "/account/address/<token>"
    add(link, "confirm_address", confirm_address, methods=["GET", "POST"])
    add("/account/phone", "phone", phone, methods=["GET", "POST"])


@requires("account.use")
def address() -> ResponseReturnValue:
    """Ask for the link that adds a mail address. The answer never tells if it has an account."""
    if current_user.email is not None:
        return redirect(url_for("security.change_email"))
    form = AddAddressForm()
    if request.method == "GET":
        return _address(form, 200)
    if not form.validate():
        return _address(form, form.refusal.status if form.refusal else 422)
    typed = form.email.data or ""
    with unit_of_work() as session:
        service.send_link(session, user_id=signed_in_id(), address=typed, now=clock.now())
    flash(_("A link is coming to %(email)s. Open it and confirm there.", email=typed), "success")
    return redirect(url_for("accounts.account"), 303)


@requires("public")  # Authorised by the signed link.
def confirm_address(token: str) -> ResponseReturnValue:
    """Show a page on GET, and add the address on POST: mail scanners open links as well."""
    if request.method == "GET":
        _user, added = service.meant(db.session(), token, now=clock.now())
        return render_template("security/change_email_confirm.html", address=added)
    try:
        with unit_of_work() as session:
            service.add_address(session, token, now=clock.now())
    except Conflict:
        # Another account has confirmed the same address in the meantime.
        flash(str(service.AddressTaken.sentence), "error")
        return redirect(url_for("accounts.account"), 303)
    flash(_("Your address is confirmed. You can sign in with it from now on."), "success")
    return redirect(url_for("accounts.account"), 303)


@requires("account.use")
def phone() -> ResponseReturnValue:
    """Set or remove the number with which one signs in."""
    form = PhoneForm()
    if request.method == "GET":
        form.phone.data = shown_phone(current_user.phone or "")
        return _phone(form, 200)
    return submitted(
        form,
        lambda: _set_phone(form),
        lambda status: _phone(form, form.refusal.status if form.refusal else status),
    )


def _set_phone(form: PhoneForm) -> ResponseReturnValue:
    user_id = signed_in_id()
    with unit_of_work() as session:
        changed = service.set_phone(session, user_id=user_id, phone=form.number())
    flash(_("Saved.") if changed else _("Nothing was changed."), "success")
    return redirect(url_for("accounts.account"), 303)


def _address(form: AddAddressForm, status: int) -> ResponseReturnValue:
    return render_template("accounts/address.html", form=form), status


def _phone(form: PhoneForm, status: int) -> ResponseReturnValue:
    return render_template("accounts/phone.html", form=form), status
