"""Sign-in with an authenticator app and recovery codes, over both databases."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_security.signals import user_authenticated, user_failed_authn
from passlib.totp import TOTP, AppWallet

from booking.accounts.factors.security import totp_secrets
from booking.db import unit_of_work
from tests.accounts.factors import (
    APP,
    CODE,
    CODES,
    FACTORS,
    Phone,
    change,
    key_of,
    notices,
    password_only,
    recovery_codes,
    send,
    set_up_app,
    signed_in,
    stored,
)
from tests.browser import Client
from tests.conftest import Time
from tests.databases import running
from tests.factories import LI, PASSWORD, ROOT, ZHAO, Cast

FIRST_KEY = "the-first-key-with-Entropy-0123456789abcdefghij"
OTHER_KEY = "quite-another-key-with-Entropy-0123456789abcdef"
HALF_MINUTE = timedelta(seconds=30)


@pytest.fixture
def phone(app: Flask, people: Cast, time: Time) -> Phone:
    """The app of Li, who has signed in once to set it up; half a minute ago."""
    made = set_up_app(Client(app).language("en").sign_in(LI), time.now)
    time.now += 2 * HALF_MINUTE
    return made


def at_code(app: Flask, email: str = LI) -> Client:
    """A browser in which the password was right."""
    client = Client(app).language("en")
    assert password_only(client, email, PASSWORD).startswith(CODE)
    return client


def test_a_password_alone_no_longer_signs_in(app: Flask, phone: Phone, time: Time) -> None:
    client = at_code(app)
    assert not signed_in(client)
    assert client.get("/lectures").location == "/login?next=/lectures"

    response = send(client, CODE, {"code": phone.code(time.now)})

    assert (response.status_code, response.location) == (302, "/start")
    assert signed_in(client)


def test_the_page_that_was_asked_for_comes_after_the_code(
    app: Flask, phone: Phone, time: Time
) -> None:
    client = Client(app)
    there = client.post("/login?next=/feeds", {"email": LI, "password": PASSWORD}).location
    assert send(client, there, {"code": phone.code(time.now)}).location == "/feeds"


def test_a_code_is_taken_once(app: Flask, phone: Phone, time: Time) -> None:
    code = phone.code(time.now)
    assert send(at_code(app), CODE, {"code": code}).status_code == 302

    again = send(at_code(app), CODE, {"code": code})
    earlier = send(at_code(app), CODE, {"code": phone.code(time.now, step=-1)})

    assert [again.status_code, earlier.status_code] == [422, 422]
    assert "was used already" in notices(again.text)[0]
    assert send(at_code(app), CODE, {"code": phone.code(time.now, step=1)}).status_code == 302


def test_the_code_that_set_the_app_up_does_not_sign_in(
    app: Flask, people: Cast, time: Time
) -> None:
    phone = set_up_app(Client(app).sign_in(LI), time.now)
    assert send(at_code(app), CODE, {"code": phone.code(time.now)}).status_code == 422


@pytest.mark.parametrize("step", [-3, 3])
def test_a_code_of_another_time_is_wrong(app: Flask, phone: Phone, time: Time, step: int) -> None:
    time.now += 10 * HALF_MINUTE
    code = phone.code(time.now, step=step)
    assert send(at_code(app), CODE, {"code": code}).status_code == 422


@pytest.mark.parametrize("typed", ["{0} {1}", " {0}{1}", "wide"])
def test_a_code_may_be_typed_as_people_type(
    app: Flask, phone: Phone, time: Time, typed: str
) -> None:
    code = phone.code(time.now)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    sent = wide if typed == "wide" else typed.format(code[:3], code[3:])
    assert send(at_code(app), CODE, {"code": sent}).status_code == 302


@pytest.mark.parametrize("sent", ["", "x", "12345", "1" * 4000, "é", "000000 OR 1=1"])
def test_nonsense_is_a_wrong_code(app: Flask, phone: Phone, sent: str) -> None:
    response = send(at_code(app), CODE, {"code": sent})
    assert response.status_code == 422
    assert notices(response.text) != []


def test_wrong_codes_wait_longer_and_longer(app: Flask, phone: Phone, time: Time) -> None:
    # Each in a window of its own: tries are counted with the account.
    for _ in range(5):
        assert send(at_code(app), CODE, {"code": "000000"}).status_code == 422

    blocked = send(at_code(app), CODE, {"code": phone.code(time.now)})
    assert (blocked.status_code, notices(blocked.text)) == (
        422,
        ["Too many wrong codes. Wait 1 minute, then try again."],
    )
    time.now += timedelta(seconds=61)
    send(at_code(app), CODE, {"code": "000000"})
    longer = send(at_code(app), CODE, {"code": phone.code(time.now)})
    assert notices(longer.text) == ["Too many wrong codes. Wait 2 minutes, then try again."]

    time.now += timedelta(seconds=121)
    assert send(at_code(app), CODE, {"code": phone.code(time.now)}).status_code == 302
    assert stored(app, LI).factor_failures == 0


def test_whoever_hears_of_a_sign_in_brings_no_code_back(
    app: Flask, people: Cast, time: Time
) -> None:
    """A unit of work forgets what the library has not committed yet."""

    def write(*_: object, **_more: object) -> None:
        with unit_of_work():
            pass

    user_authenticated.connect(write, app)
    user_failed_authn.connect(write, app)
    first = Client(app).sign_in(LI)
    phone, codes = set_up_app(first, time.now), recovery_codes(first)
    time.now += 2 * HALF_MINUTE
    for _ in range(3):
        assert send(at_code(app), CODE, {"code": "000000"}).status_code == 422
    assert stored(app, LI).factor_failures == 3

    statuses = [send(at_code(app), CODE, {"code": phone.code(time.now)}).status_code for _ in "12"]
    assert statuses == [302, 422]
    by_code = [send(at_code(app), "/login/recovery", {"code": codes[0]}).status_code for _ in "12"]
    assert by_code == [302, 422]


# The arithmetic of the delays is the same on both, and the tests above count codes on both.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_day_of_guessing_is_a_few_codes(app: Flask, phone: Phone, time: Time) -> None:
    change(app, LI, factor_failures=400)
    tried = 0
    for _half_hour in range(48):
        client = at_code(app)
        response = send(client, CODE, {"code": "000000"})
        tried += "Too many" not in notices(response.text)[0]
        time.now += timedelta(minutes=30)
    assert tried <= 25


def test_a_password_does_not_wait_for_ever(app: Flask, phone: Phone, time: Time) -> None:
    client = at_code(app)
    time.now += timedelta(minutes=11)
    assert client.get(CODE).location == "/login"
    assert not signed_in(client)


def test_a_recovery_code_signs_in_once(app: Flask, people: Cast, time: Time) -> None:
    first = Client(app).language("en").sign_in(LI)
    set_up_app(first, time.now)
    codes = recovery_codes(first)
    # The library shows them again to whoever typed the password just now.
    assert all(code in first.get(f"{CODES}?show_codes=1").text for code in codes)

    client = at_code(app)
    typed = codes[3].replace("-", " ").upper()
    assert send(client, "/login/recovery", {"code": typed}).status_code == 302
    assert "9 codes are left." in client.get(FACTORS).text
    again = send(at_code(app), "/login/recovery", {"code": codes[3]})
    assert (again.status_code, "was used already" in again.text) == (422, True)
    assert send(at_code(app), "/login/recovery", {"code": codes[4]}).status_code == 302


def test_recovery_codes_cannot_be_guessed_either(app: Flask, phone: Phone, time: Time) -> None:
    for _ in range(5):
        assert send(at_code(app), "/login/recovery", {"code": "0000"}).status_code == 422
    blocked = send(at_code(app), "/login/recovery", {"code": "0000"})
    assert notices(blocked.text) == ["Too many wrong codes. Wait 1 minute, then try again."]


def test_a_mistyped_code_keeps_the_key(app: Flask, people: Cast, time: Time) -> None:
    client = Client(app).language("en").sign_in(LI)
    key = key_of(client.get(APP).text)

    wrong = client.post(APP, {"code": "000000"})

    assert (wrong.status_code, key_of(wrong.text)) == (422, key)
    assert 'value="000000"' in wrong.text
    assert not stored(app, LI).tf_primary_method
    assert client.post(APP, {"code": Phone(key).code(time.now)}).status_code == 303


def test_changes_ask_for_the_password_again(app: Flask, people: Cast, time: Time) -> None:
    client = Client(app).language("en").sign_in(LI)
    set_up_app(client, time.now)
    with client.flask.session_transaction() as session:
        session["fs_paa"] -= 3600
        session.pop("fs_gexp", None)

    changing = (APP, f"{APP}/remove", CODES, "/account/passkeys")
    there = [client.get(path).location for path in changing]
    assert there == [f"/verify?next={path}" for path in changing]
    assert client.post(f"{APP}/remove").location == f"/verify?next={APP}/remove"
    assert client.post(CODES, {"generate_new_codes": "1"}).location == f"/verify?next={CODES}"
    assert stored(app, LI).tf_primary_method == "authenticator"

    assert client.post(there[0], {"password": "wrong horse battery"}).status_code == 422
    assert client.post(there[0], {"password": PASSWORD}).location == APP
    assert client.get(APP).status_code == 200


def test_other_browsers_are_signed_out_by_a_new_app(app: Flask, people: Cast, time: Time) -> None:
    external_busy, here = Client(app).sign_in(LI), Client(app).sign_in(LI)
    set_up_app(here, time.now)
    assert (signed_in(here), signed_in(external_busy)) == (True, False)


def test_removing_the_app(app: Flask, people: Cast, time: Time) -> None:
    client = Client(app).sign_in(LI)
    set_up_app(client, time.now)
    assert client.get(f"{APP}/remove").status_code == 200
    assert stored(app, LI).tf_primary_method == "authenticator"
    assert client.post(f"{APP}/remove").status_code == 303
    Client(app).sign_in(LI)
    assert stored(app, LI).tf_totp_secret is None


def test_nobody_opens_the_second_step_without_the_first(app: Flask, phone: Phone) -> None:
    client = Client(app)
    for path in (CODE, "/login/way", "/login/recovery"):
        assert client.get(path).location == "/login"
        assert client.post(path, {"code": "000000"}).location == "/login"


def test_the_page_for_codes_signs_nobody_out(app: Flask, people: Cast) -> None:
    client = Client(app).sign_in(LI)
    assert client.get(CODE).location == "/start"
    assert signed_in(client)


@pytest.mark.parametrize("path", ["/tf-setup", "/tf-setup/x", "/tf-rescue", "/wan-verify"])
def test_what_is_not_needed_is_switched_off(app: Flask, people: Cast, path: str) -> None:
    client = Client(app).sign_in(LI)
    assert client.post(path).status_code == 404


class TestKeys:
    """Secrets at rest."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"SECRET_KEY": FIRST_KEY}

    def test_nothing_is_stored_as_it_is(self, app: Flask, people: Cast, time: Time) -> None:
        client = Client(app).sign_in(LI)
        key = key_of(client.get(APP).text).rstrip("=")
        set_up_app(client, time.now)
        codes = recovery_codes(client)
        user = stored(app, LI)
        kept = f"{user.tf_totp_secret} {user.mf_recovery_codes}"
        assert key not in kept
        assert [code for code in codes if code in kept] == []

    def test_a_change_of_the_key_keeps_factors(
        self, app: Flask, people: Cast, time: Time, database_url: str, tmp_path: Path
    ) -> None:
        client = Client(app).sign_in(LI)
        phone = set_up_app(client, time.now)
        codes = recovery_codes(client)
        before = stored(app, LI).tf_totp_secret
        time.now += 2 * HALF_MINUTE

        both = {"SECRET_KEY": OTHER_KEY, "SECRET_KEY_FALLBACKS": FIRST_KEY}
        with running(database_url, tmp_path, both) as renewed:
            assert send(at_code(renewed), CODE, {"code": phone.code(time.now)}).status_code == 302
            assert stored(renewed, LI).tf_totp_secret != before
            printed = renewed.test_cli_runner().invoke(args=["user", "renew-factors"]).output
            assert printed == "1 people's factors renewed, 0 could not be opened by any key.\n"

        time.now += 2 * HALF_MINUTE
        with running(database_url, tmp_path, {"SECRET_KEY": OTHER_KEY}) as later:
            assert send(at_code(later), CODE, {"code": phone.code(time.now)}).status_code == 302
            assert send(at_code(later), "/login/recovery", {"code": codes[0]}).status_code == 302

    def test_a_secret_of_earlier_rounds_is_read_and_renewed(
        self, app: Flask, phone: Phone, time: Time
    ) -> None:
        keys = totp_secrets([FIRST_KEY])
        secret = stored(app, LI).tf_totp_secret
        assert secret is not None
        assert json.loads(secret)["enckey"]["c"] == 0
        wallet = AppWallet(keys, encrypt_cost=14)
        slow = TOTP.using(issuer="Yueke", wallet=wallet).from_source(secret).to_json(encrypt=True)
        change(app, LI, tf_totp_secret=slow)

        assert send(at_code(app), CODE, {"code": phone.code(time.now)}).status_code == 302

        renewed = stored(app, LI).tf_totp_secret
        assert renewed is not None
        assert (json.loads(slow)["enckey"]["c"], json.loads(renewed)["enckey"]["c"]) == (14, 0)

    def test_a_lost_key_is_told_and_lets_nobody_in(
        self, app: Flask, phone: Phone, time: Time, database_url: str, tmp_path: Path
    ) -> None:
        with running(database_url, tmp_path, {"SECRET_KEY": OTHER_KEY}) as other:
            response = send(at_code(other), CODE, {"code": phone.code(time.now)})
            assert response.status_code == 422
            assert "ask an administrator to reset it" in notices(response.text)[0]
            printed = other.test_cli_runner().invoke(args=["user", "renew-factors"]).output
            assert "1 could not be opened" in printed


def test_a_command_helps_whoever_lost_everything(app: Flask, phone: Phone) -> None:
    runner = app.test_cli_runner()
    done = runner.invoke(args=["user", "reset-factors", LI.upper()])
    assert done.output == f"{LI} is signed out and signs in with the password alone now.\n"
    Client(app).sign_in(LI)
    unknown = runner.invoke(args=["user", "reset-factors", "nobody@example.org"])
    assert unknown.exit_code == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_signs_the_lost_device_out(app: Flask, people: Cast, time: Time) -> None:
    lost = Client(app).sign_in(LI)
    set_up_app(lost, time.now)
    assert signed_in(lost)

    app.test_cli_runner().invoke(args=["user", "reset-factors", LI])

    assert not signed_in(lost)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("remember", [True, False])
def test_setting_up_an_app_keeps_whether_the_browser_is_remembered(
    app: Flask, people: Cast, time: Time, remember: bool
) -> None:
    client = Client(app)
    form = {"email": LI, "password": PASSWORD} | ({"remember": "y"} if remember else {})
    client.post("/login", form)
    set_up_app(client, time.now)

    client.flask.delete_cookie("session")  # As when the browser is closed.

    assert signed_in(client) == remember


class TestRequired:
    """A role that needs a second step."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"TWO_FACTOR_ROLES": "admin,coordinator"}

    def test_nothing_else_opens_before_it_is_set_up(
        self, app: Flask, people: Cast, time: Time
    ) -> None:
        client = Client(app).language("en").sign_in(ROOT)
        closed = [
            rule.rule
            for rule in app.url_map.iter_rules()
            if not rule.arguments and "GET" in (rule.methods or ())
        ]
        opened = {path for path in closed if client.get(path).location != FACTORS}
        assert opened == {
            FACTORS,
            APP,
            "/verify",
            "/account/passkeys",
            # The library's switched-off and static files hold nothing of anybody.
        }
        assert client.post("/register/import").status_code == 403
        assert "Your role needs a second step" in client.get(FACTORS).text

        set_up_app(client, time.now)
        assert client.get("/board").status_code == 200
        assert client.post(f"{APP}/remove").status_code == 409
        client.sign_out()
        assert not signed_in(client)

    def test_signing_out_stays_possible(self, app: Flask, people: Cast) -> None:
        client = Client(app).sign_in(ROOT)
        client.post("/logout")
        assert not signed_in(client)

    def test_other_roles_are_left_alone(self, app: Flask, people: Cast) -> None:
        client = Client(app).sign_in(ZHAO)
        assert client.get("/lectures").status_code == 200
        assert Client(app).get("/instructors").status_code == 200


def test_a_setting_that_names_no_role_stops_the_start() -> None:
    import config

    with pytest.raises(config.SettingsError, match="TWO_FACTOR_ROLES is 'root'"):
        config.load({"TWO_FACTOR_ROLES": "root"})
    assert config.load({"TWO_FACTOR_ROLES": " Admin, coordinator"}).two_factor_roles == (
        "admin",
        "coordinator",
    )
    assert config.load({}).two_factor_roles == ()
