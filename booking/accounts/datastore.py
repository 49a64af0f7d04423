"""Flask-Security's access to users."""

from __future__ import annotations

from flask import current_app
from flask_security.core import RoleMixin, UserMixin
from flask_security.datastore import SQLAlchemyUserDatastore

from booking.accounts.models import Passkey, User
from booking.db import db


class Users(SQLAlchemyUserDatastore):
    """Flask-Security's access to users."""

    def tf_set(
        self,
        user: UserMixin,
        primary_method: str,
        totp_secret: str | None = None,
        phone: str | None = None,
    ) -> None:
        """Keep an authenticator app's secret, encrypted with the present key."""
        if totp_secret is not None:
            totp_secret = current_app.extensions["security"].totp_factory.renewed(totp_secret)
        super().tf_set(user, primary_method, totp_secret, phone)


datastore = Users(db, User, RoleMixin, Passkey)
