"""Revision 0014 with data: people keep their passwords, and factors come and go."""

from __future__ import annotations

from datetime import timedelta

import flask_migrate
from flask import Flask
from sqlalchemy import inspect

from booking.accounts.models import Passkey
from booking.db import db, unit_of_work
from tests import databases
from tests.accounts.factors import set_up_app, stored
from tests.browser import Client
from tests.conftest import Time
from tests.factories import LI, NOW, Cast

COLUMNS = {
    "tf_primary_method",
    "tf_totp_secret",
    "totp_last_counter",
    "mf_recovery_codes",
    "fs_webauthn_user_handle",
    "factor_failures",
    "factor_wait_until",
}


def test_people_outlive_going_down_and_up(app: Flask, people: Cast, time: Time) -> None:
    set_up_app(Client(app).sign_in(LI), time.now)
    time.now += timedelta(minutes=1)
    with app.app_context(), unit_of_work() as session:
        key = Passkey(
            user_id=people.li.user,
            name="钥匙",
            credential_id=b"id",
            public_key=b"key",
            sign_count=2**32 - 1,
            transports=["usb", "nfc"],
            backup_state=False,
            device_type="single_device",
            usage="first",
            lastuse_datetime=NOW,
        )
        session.add(key)

    with app.app_context():
        db.session.remove()
        flask_migrate.downgrade(revision="0013")
        seen = inspect(db.engine)
        assert not seen.has_table("passkey")
        assert COLUMNS & {column["name"] for column in seen.get_columns("user")} == set()
    databases.migrate(app)

    user = stored(app, LI)
    assert (user.name, user.tf_primary_method, user.factor_failures) == ("李静", None, 0)
    Client(app).sign_in(LI)
