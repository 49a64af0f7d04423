"""Signing in and out, and passwords."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from booking.accounts.guards import SWITCHED_OFF
from booking.notifications.transmission.delivery import deliver
from tests import summaries
from tests.browser import Client
from tests.conftest import Time
from tests.databases import running
from tests.factories import CHEN, LI, PASSWORD, ROOT, WANG, Cast
from tests.mailbox import Mailbox, read

NEW_PASSWORD = "another horse battery"


def _signed_in(client: Client) -> bool:
    return client.get("/start").location != "/login?next=/start"


@pytest.mark.parametrize(
    ("email", "first_page"),
    [(LI, "/lectures"), (CHEN, "/inbox"), (WANG, "/board"), (ROOT, "/board")],
)
def test_signing_in_leads_to_the_work_that_waits(
    client: Client, people: Cast, email: str, first_page: str
) -> None:
    response = client.post("/login", {"email": email, "password": PASSWORD})
    assert (response.status_code, response.location) == (302, "/start")
    assert client.get("/start").location == first_page
    assert client.get(first_page).status_code == 200


def test_signing_out_ends_it(client: Client, people: Cast) -> None:
    client.sign_in(LI)
    assert _signed_in(client)
    client.sign_out()
    assert not _signed_in(client)
    assert client.get("/lectures").status_code == 302


@pytest.mark.parametrize(
    ("email", "password"), [(LI, "wrong horse battery"), ("nobody@example.org", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_address_are_told_the_same(
    client: Client, people: Cast, email: str, password: str
) -> None:
    client.language("en")
    response = client.post("/login", {"email": email, "password": password})
    assert response.status_code == 422
    told = summaries.lines(response.text)
    assert told != []
    assert told == _told(client)
    assert not _signed_in(client)


def _told(client: Client) -> list[summaries.Told]:
    """What somebody is told whose address and password are both unknown."""
    response = client.post("/login", {"email": "no@example.org", "password": "no such password"})
    return summaries.lines(response.text)


def test_a_guarded_page_comes_back_after_signing_in(client: Client, people: Cast) -> None:
    there = client.get("/feeds").location
    assert there == "/login?next=/feeds"
    response = client.post(there, {"email": LI, "password": PASSWORD, "next": "/feeds"})
    assert response.location == "/feeds"


def test_a_signed_in_person_without_the_role_is_refused(client: Client, people: Cast) -> None:
    client.sign_in(LI)
    assert client.get("/inbox").status_code == 403
    assert client.get("/register/import").status_code == 403


def test_changing_the_password(app: Flask, client: Client, people: Cast) -> None:
    client.sign_in(LI)
    form = {"password": PASSWORD, "new_password": NEW_PASSWORD}
    wrong = client.post("/change", form | {"new_password_confirm": "not the same at all"})
    assert wrong.status_code == 422
    right = client.post("/change", form | {"new_password_confirm": NEW_PASSWORD})
    assert right.status_code == 302
    stale = Client(app).post("/login", {"email": LI, "password": PASSWORD})
    assert stale.status_code == 422
    Client(app).sign_in(LI, NEW_PASSWORD)


def test_changing_the_password_needs_the_old_one(client: Client, people: Cast) -> None:
    client.sign_in(LI)
    form = {"new_password": NEW_PASSWORD, "new_password_confirm": NEW_PASSWORD}
    assert client.post("/change", form | {"password": "wrong horse battery"}).status_code == 422


@pytest.mark.parametrize("password", ["short", "short pwd"])
def test_a_short_password_is_refused(client: Client, people: Cast, password: str) -> None:
    client.sign_in(LI)
    form = {"password": PASSWORD, "new_password": password, "new_password_confirm": password}
    assert client.post("/change", form).status_code == 422


def test_an_empty_sign_in_says_one_thing(client: Client) -> None:
    response = client.language("en").post("/login", {"email": "", "password": ""})

    assert (response.status_code, summaries.of_no_field(response.text)) == (
        422,
        ["Authentication failed - identity or password/passcode invalid"],
    )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "If there is an account for this address, a link is coming by mail."),
        ("zh_Hans_CN", "若该地址已有账号，链接将通过邮件发出。"),
    ],
)
@pytest.mark.parametrize("email", [LI, "nobody@example.org"])
def test_a_reset_claims_nothing(
    client: Client, people: Cast, language: str, sentence: str, email: str
) -> None:
    response = client.language(language).post("/reset", {"email": email})

    assert (response.status_code, _notices(response.text)) == (200, [sentence])


@pytest.mark.parametrize("email", ["bad", "", "a@", "a b@example.org"])
def test_a_reset_needs_an_address(client: Client, email: str) -> None:
    response = client.language("en").post("/reset", {"email": email})

    told = re.findall(r'class="field-error"[^>]*>\s*(.*?)\s*<', response.text, re.DOTALL)
    sentence = "This is not an e-mail address, such as name@example.org."
    assert (response.status_code, told, summaries.lines(response.text)) == (
        422,
        [sentence],
        [("email", sentence)],
    )


def _notices(page: str) -> list[str]:
    return re.findall(r'class="notice[^>]*>\s*(.*?)\s*<', page, re.DOTALL)


@pytest.mark.parametrize("path", ["/login", "/reset", "/reset/x", "/change"])
def test_nothing_about_accounts_is_kept_by_caches(client: Client, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "private, no-store"


def test_only_pages_with_the_face_of_the_site_are_left_of_the_library(app: Flask) -> None:
    kept = {
        rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security.")
    }
    # Routes that a library adds together with others, and that answer 404, are no pages.
    assert kept - SWITCHED_OFF == {
        "security.verify",
        "security.two_factor_token_validation",
        "security.tf_select",
        "security.mf_recovery",
        "security.mf_recovery_codes",
        "security.wan_register",
        "security.wan_register_response",
        "security.wan_signin",
        "security.wan_signin_response",
        "security.wan_delete",
        "security.login",
        "security.logout",
        "security.forgot_password",
        "security.reset_password",
        "security.change_password",
        "security.change_email",
        "security.change_email_confirm",
        "security.static",
    }
    assert {"users", "roles"} & set(app.cli.commands) == set()


def test_passwords_outlive_a_change_of_the_key(
    app: Flask, people: Cast, database_url: str, tmp_path: Path
) -> None:
    changed = {"SECRET_KEY": "another-key-which-is-long-enough-too", "SECRET_KEY_FALLBACKS": "x"}
    with running(database_url, tmp_path, changed) as renewed:
        Client(renewed).sign_in(LI)


class TestReset:
    """A new password by a link in the mail, through a real mail server."""

    @pytest.fixture
    def environment(self, smtp: Mailbox) -> dict[str, str]:
        return {"SMTP_URL": smtp.url}

    def test_reset_by_mail(
        self, app: Flask, client: Client, people: Cast, smtp: Mailbox, time: Time
    ) -> None:
        assert client.post("/reset", {"email": LI}).status_code in (200, 302)
        with app.app_context():
            assert deliver(time.now) == 1
        assert [envelope.rcpt_tos for envelope in smtp.envelopes] == [[LI]]
        path = self._link(smtp)
        form = {"password": NEW_PASSWORD, "password_confirm": NEW_PASSWORD}
        assert client.get(path).status_code == 200
        assert client.post(path, form).status_code == 302
        Client(app).sign_in(LI, NEW_PASSWORD)
        # The link works once.
        again = client.post(path, {"password": PASSWORD, "password_confirm": PASSWORD})
        assert again.status_code == 302
        Client(app).sign_in(LI, NEW_PASSWORD)

    def test_an_unknown_address_gets_no_mail_and_the_same_page(
        self, app: Flask, client: Client, people: Cast, smtp: Mailbox, time: Time
    ) -> None:
        known = client.post("/reset", {"email": LI})
        unknown = client.post("/reset", {"email": "nobody@example.org"})
        assert (unknown.status_code, known.status_code) == (200, 200)
        assert _notices(unknown.text) == _notices(known.text)
        with app.app_context():
            assert deliver(time.now) == 1
        assert [envelope.rcpt_tos for envelope in smtp.envelopes] == [[LI]]

    @staticmethod
    def _link(smtp: Mailbox) -> str:
        body = read(smtp.envelopes[0].content or b"").get_body(("plain",))
        assert body is not None
        link = re.search(r"http://localhost(/reset/\S+)", body.get_content())
        assert link is not None
        return link[1]
