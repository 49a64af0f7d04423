"""The user datastore of Flask-Security."""

from __future__ import annotations

from flask import current_app
from flask_security.core import RoleMixin, UserMixin
from flask_security.datastore import SQLAlchemyUserDatastore

from booking.accounts.models import Passkey, User
from booking.db import db


class Users(SQLAlchemyUserDatastore):
    """The user datastore, which encrypts authenticator secrets with the current key."""

    def tf_set(
        self,
        user: UserMixin,
        primary_method: str,
        totp_secret: str | None = None,
        phone: str | None = None,
    ) -> None:
        """Store an authenticator app's secret, encrypted with the current key."""
        if totp_secret is not None:
            totp_secret = current_app.extensions["security"].totp_factory.renewed(totp_secret)
        super().tf_set(user, primary_method, totp_secret, phone)


datastore = Users(db, User, RoleMixin, Passkey)
