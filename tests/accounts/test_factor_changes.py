"""Whoever's ways of signing in were changed is told by mail, in their language, and the log is."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from email.message import EmailMessage
from html import unescape

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import select

from booking.accounts.models import Passkey, User
from booking.db import db
from tests.accounts.factors import (
    APP,
    CODES,
    FACTORS,
    key_of,
    recovery_codes,
    set_up_app,
)  # fmt: skip
from tests.accounts.test_address_change import body, mails
from tests.audit_log import last_id, told
from tests.browser import Client
from tests.conftest import Time
from tests.factories import LI, Cast
from tests.mailbox import Mailbox

KEYS, NAME = "/account/passkeys", "办公室电脑7"
languages = pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
SUBJECTS = {
    "en": "Yueke: how you sign in was changed",
    "zh_Hans_CN": "约课：您的登录验证方式已变更",
}
WAY_OUT = {
    "en": "If it was not you, change your password and tell your administrator at once.",
    "zh_Hans_CN": "如非您本人操作，请立即修改密码，并联系系统管理员。",
}
WHEN = {"en": "Time: Mon 23 Nov 2026, 10:00", "zh_Hans_CN": "时间：2026年11月23日"}
TOLD = {
    "en": [
        "An authenticator app was set up",
        "New recovery codes were made",
        "A passkey was added",
        "A passkey was removed",
        "The authenticator app was removed",
        "An administrator removed the authenticator app",
    ],
    "zh_Hans_CN": [
        "已设置身份验证器应用",
        "已生成新的恢复码",
        "已添加通行密钥",
        "已删除通行密钥",
        "已删除身份验证器应用",
        "系统管理员已删除您约课账号",
    ],
}


@pytest.fixture
def environment(smtp: Mailbox) -> dict[str, str]:
    """Mail goes to the test's server; passkeys are made for the name that the client uses."""
    return {"SMTP_URL": smtp.url, "BASE_URL": "http://localhost"}


def b64(data: bytes) -> str:
    """Base64url without padding, as browsers write it."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def credential(options: dict[str, str]) -> str:
    """What a browser answers that has made a passkey (Web Authentication, 6.5, format "none")."""
    client_data = json.dumps(
        {
            "type": "webauthn.create",
            "challenge": options["challenge"],
            "origin": "http://localhost",
        }
    ).encode()
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    # COSE (RFC 9053, 7.1.1): type EC2, algorithm ES256, curve P-256.
    key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
    identity = b"a key of the test"
    present_and_verified = bytes([0x45])
    data = (
        hashlib.sha256(b"localhost").digest() + present_and_verified + bytes(4) + bytes(16)
        + len(identity).to_bytes(2) + identity + cbor2.dumps(key)
    )  # fmt: skip
    attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
    return json.dumps(
        {
            "id": b64(identity),
            "rawId": b64(identity),
            "type": "public-key",
            "response": {
                "clientDataJSON": b64(client_data),
                "attestationObject": b64(attestation),
            },
            "clientExtensionResults": {},
        }
    )


def add_passkey(client: Client) -> None:
    """Add a passkey, as the page's script does it."""
    page = client.post(KEYS, {"name": NAME, "usage": "secondary"}).text
    action = re.search(r'action="(/account/passkeys/[^"]+)"', page)
    options = re.search(r"data-options=\"([^\"]+)\"|data-options='([^']+)'", page)
    assert action is not None, page
    assert options is not None, page
    given = json.loads(unescape(options[1] or options[2]))
    made = client.post(unescape(action[1]), {"credential": credential(given)})
    assert (made.status_code, made.location) == (302, FACTORS), made.text


def whole(mail: EmailMessage) -> str:
    """All parts of a mail as text."""
    return "".join(str(part.get_content()) for part in mail.walk() if not part.is_multipart())


@languages
def test_each_change_is_mailed_and_recorded(
    app: Flask, people: Cast, smtp: Mailbox, time: Time, language: str
) -> None:
    client = Client(app).sign_in(LI)
    client.post(f"/language/{language}")
    start = last_id(app)

    key = key_of(client.get(APP).text)
    set_up_app(client, time.now)
    secrets = [key, key.lower(), *recovery_codes(client), NAME]
    add_passkey(client)
    client.post(f"{KEYS}/remove", {"name": NAME})
    client.post(f"{APP}/remove")
    app.test_cli_runner().invoke(args=["user", "reset-factors", LI])

    sent = mails(app, smtp, time)
    assert [(mail["To"], str(mail["Subject"])) for mail in sent] == [(LI, SUBJECTS[language])] * 6
    for mail, sentence in zip(sent, TOLD[language], strict=True):
        text = body(mail)
        assert [part in text for part in (sentence, WHEN[language], WAY_OUT[language])] == [
            True
        ] * 3, text
        assert WAY_OUT[language] in whole(mail)
        assert [one for one in secrets if one in whole(mail)] == []
    # Going on in the same browser after a change is no sign-in.
    assert told(app, "action", "detail", after=start) == [
        ("factor_added", {"factor": "authenticator"}),
        ("recovery_codes_made", {}),
        ("factor_added", {"factor": "passkey"}),
        ("factor_removed", {"factor": "passkey"}),
        ("factor_removed", {"factor": "authenticator"}),
        ("factor_removed", {"factor": "all"}),
        ("sessions_ended", {"ended": 1}),
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_changes_nothing_tells_nobody(
    app: Flask, people: Cast, smtp: Mailbox, time: Time
) -> None:
    client = Client(app).sign_in(LI)

    client.post(APP, {"code": "000000"})
    client.post(f"{APP}/remove")
    client.post(f"{KEYS}/remove", {"name": "unknown"})
    client.get(f"{CODES}?show_codes=1")
    app.test_cli_runner().invoke(args=["user", "reset-factors", "nobody@example.org"])

    assert mails(app, smtp, time) == []
    with app.app_context():
        assert db.session().scalars(select(User.tf_primary_method)).unique().all() == [None]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestLastPasskey:
    """A role that needs a second step keeps one."""

    @pytest.fixture
    def environment(self, smtp: Mailbox) -> dict[str, str]:
        needed = {"TWO_FACTOR_ROLES": "branch"}
        return {"SMTP_URL": smtp.url, "BASE_URL": "http://localhost", **needed}

    def test_it_stays_until_there_is_another_factor(
        self, app: Flask, people: Cast, smtp: Mailbox, time: Time
    ) -> None:
        client = Client(app).language("en").sign_in(LI)
        add_passkey(client)

        def passkeys() -> list[str]:
            with app.app_context():
                return list(db.session().scalars(select(Passkey.name)))

        refused = client.post(f"{KEYS}/remove", {"name": NAME})

        assert refused.status_code == 409
        assert "this passkey is the only one" in refused.text
        assert passkeys() == [NAME]
        set_up_app(client, time.now)
        assert client.post(f"{KEYS}/remove", {"name": NAME}).status_code == 302
        assert passkeys() == []
