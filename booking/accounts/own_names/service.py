"""Links that confirm an added address, changes of a number. The caller owns the transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_security.utils import send_mail
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking import audit, i18n
from booking.accounts.models import User
from booking.accounts.service import as_subject
from booking.errors import Conflict, Invalid, NotFound
from booking.i18n import with_site_name
from booking.sentences import N_

LINK_WORKS = timedelta(hours=2)
"""Lifetime of a link; as that of a change of address."""


class AddressTaken(Conflict):
    """Another account got the address before the link was used."""

    sentence = N_("This address has an account by now. Nothing was changed.")


def send_link(session: Session, *, user_id: int, address: str, now: datetime) -> None:
    """Send the link that adds an address to an account without one.

    To an address that has an account nothing is sent: the page answers as if it were.
    """
    user = session.get_one(User, user_id)
    if user.email is not None or _taken(session, address):
        return
    until = (now + LINK_WORKS).isoformat()
    token = str(_serializer().dumps([user.fs_uniquifier, address, until]))
    send_mail(
        with_site_name(_("confirm your e-mail address")),
        address,
        "security/email/address_added",
        user=user,
        url=f"{current_app.config['BASE_URL']}/account/address/{token}",
    )


def meant(session: Session, token: str, *, now: datetime, lock: bool = False) -> tuple[User, str]:
    """The account and the address of a link that works; raises `NotFound` for any other.

    It works once: an account that has an address needs none.
    """
    try:
        uniquifier, address, until = _serializer().loads(token)
    except (BadSignature, ValueError):
        raise NotFound(_LINK_GONE) from None
    if now >= datetime.fromisoformat(until):
        raise NotFound(_LINK_GONE)
    query = select(User).where(User.fs_uniquifier == uniquifier)
    if lock:
        query = query.with_for_update(of=User)
    user = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if user is None or not user.active or user.email is not None:
        raise NotFound(_LINK_GONE)
    return user, address


_LINK_GONE = N_("This link is too old or was used. Ask for a new one on the page of your account.")


def add_address(session: Session, token: str, *, now: datetime) -> User:
    """Add the address of a link to its account; raises `NotFound` or `AddressTaken`."""
    user, address = meant(session, token, now=now, lock=True)
    if _taken(session, address):
        raise AddressTaken()
    user.email = address
    session.flush()
    about = as_subject(user)
    # The holder of the link acts for the account, signed in or not.
    audit.record(
        session,
        audit.Action.ADDRESS_CHANGED,
        about=about,
        by=audit.By(user.id, about.label),
        detail={"change": "added"},
    )
    return user


def set_phone(session: Session, *, user_id: int, phone: str | None) -> bool:
    """Set the number of an account; False if it is so already.

    Raises `Invalid` for the number of another account. A mail tells the account's address.
    """
    user = session.get_one(User, user_id, with_for_update={"of": User}, populate_existing=True)
    if user.phone == phone:
        return False
    if phone is None and user.email is None:
        raise Invalid(N_("This account would be known by nothing."), field="phone")
    other = select(User.id).where(User.phone == phone)
    if phone is not None and session.scalar(other) is not None:
        raise Invalid(
            N_(
                "Another account is known by this number. Check the digits; if it is yours, tell "
                "your coordinator."
            ),
            field="phone",
        )
    change = "added" if user.phone is None else "removed" if phone is None else "replaced"
    user.phone = phone
    session.flush()
    audit.record(
        session, audit.Action.PHONE_CHANGED, about=as_subject(user), detail={"change": change}
    )
    _tell(user)
    return True


def _tell(user: User) -> None:
    if user.email is None:
        return  # No mail reaches this person; the page and the audit log tell it.
    with force_locale(user.language or i18n.languages()[0]):
        send_mail(
            with_site_name(_("your telephone number was changed")),
            user.email,
            "security/email/phone_changed",
            user=user,
        )


def _taken(session: Session, address: str) -> bool:
    return session.scalar(select(User.id).where(func.lower(User.email) == address)) is not None


def _serializer() -> URLSafeSerializer:
    """Signs with the present key, and knows those before it, newest last."""
    config = current_app.config
    keys = [*(config.get("SECRET_KEY_FALLBACKS") or ()), config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt="account-address")
