"""Passkeys in a real browser, with Chromium's virtual authenticator (WebAuthn in CDP).

Nothing is skipped of what browsers demand: the address is http://localhost, the page has the
product's Content-Security-Policy, and the authenticator signs.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from booking import clock
from tests import databases, factories
from tests.accounts.factors import Phone
from tests.chromium.axe import Axe
from tests.chromium.conftest import Pictures
from tests.chromium.server import Site
from tests.chromium.visitors import HEIGHTS, Watch, follow, sign_in
from tests.databases import SqliteTemplate
from tests.extent import WHOLE
from tests.factories import LI, PASSWORD, ROOT, WANG, ZHAO

FACTORS = "/account/factors"


@pytest.fixture(scope="module")
def home(
    chromium: Browser, sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A running installation at a name, where administrators need a second step."""
    folder = tmp_path_factory.mktemp("passkeys")
    url = sqlite_template.copy_to(folder)
    site = Site(folder, url, host="localhost", more={"TWO_FACTOR_ROLES": "admin"})
    try:
        site.start()
        with databases.running(url, folder, {"BASE_URL": site.base_url}) as app:
            factories.invite(app)
        yield site
    finally:
        site.stop()


class Device:
    """A virtual authenticator of one window."""

    def __init__(self, page: Page, *, verifies: bool = True, resident: bool = True) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal" if verifies else "usb",
            "hasResidentKey": resident,
            "hasUserVerification": verifies,
            "isUserVerified": verifies,
            "automaticPresenceSimulation": True,
        }
        self._id = self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})[
            "authenticatorId"
        ]

    def keys(self) -> list[dict[str, object]]:
        """The credentials that it holds."""
        found = self._cdp.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        keys: list[dict[str, object]] = found["credentials"]
        return keys

    def take(self, keys: list[dict[str, object]]) -> None:
        """Hold keys of another window's device: the same device, plugged in here."""
        for key in keys:
            more = {"authenticatorId": self._id, "credential": key}
            self._cdp.send("WebAuthn.addCredential", more)


@contextmanager
def window(
    chromium: Browser,
    site: Site,
    *,
    width: int = 1280,
    javascript: bool = True,
    address: str | None = None,
) -> Iterator[Page]:
    """A window without cookies; nothing may go wrong in it."""
    address = address or site.base_url
    context = chromium.new_context(
        base_url=address,
        viewport={"width": width, "height": HEIGHTS[width]},
        java_script_enabled=javascript,
    )
    context.set_default_timeout(20_000)
    watch = Watch(address)
    page = context.new_page()
    watch.attach(page)
    page.goto("/language/en")
    try:
        yield page
        assert watch.take() == []
    finally:
        context.close()


def register(page: Page, name: str, usage: str = "first") -> None:
    """Add a passkey by the form; the page's script does the rest."""
    page.goto("/account/passkeys")
    page.fill("#name", name)
    page.check(f"input[value={usage}]")
    page.click("main form button[name=submit]")
    page.wait_for_url(f"**{FACTORS}")
    assert name in page.inner_text("#factors")


def by_password(page: Page, email: str) -> None:
    page.goto("/login")
    sign_in(page, email)


def by_passkey(page: Page) -> None:
    """The button of the sign-in page; the browser answers without a question."""
    page.goto("/login")
    page.click("main form[action='/login/passkey'] button")


def test_a_passkey_signs_in_without_a_password(chromium: Browser, home: Site) -> None:
    with window(chromium, home) as page:
        device = Device(page)
        by_password(page, LI)
        register(page, "办公室 computer")
        keys = device.keys()
        assert [key["isResidentCredential"] for key in keys] == [True]
    with window(chromium, home) as page:
        Device(page).take(keys)
        by_passkey(page)
        page.wait_for_url("**/lectures")
        assert page.inner_text(".account-name") == "李静"


def test_after_a_password_the_passkey_is_asked_for(chromium: Browser, home: Site) -> None:
    with window(chromium, home) as page:
        device = Device(page, verifies=False, resident=False)
        by_password(page, ZHAO)
        register(page, "old key", "secondary")
        keys = device.keys()
    with window(chromium, home) as page:
        Device(page, verifies=False, resident=False).take(keys)
        by_password(page, ZHAO)
        assert page.url.startswith(f"{home.base_url}/login/passkey")
        page.goto("/lectures")
        assert "/login" in page.url
        by_password(page, ZHAO)
        page.click("main form button[name=submit]")
        page.wait_for_url("**/lectures")


def test_a_key_without_a_lock_does_not_sign_in_alone(chromium: Browser, home: Site) -> None:
    with window(chromium, home) as page:
        Device(page, verifies=False)
        by_password(page, WANG)
        page.goto("/account/passkeys")
        page.fill("#name", "no lock")
        page.check("input[value=first]")
        page.click("main form button[name=submit]")
        page.wait_for_selector("[data-trouble=refused]:visible")


def test_a_passkey_of_somebody_else_is_no_second_step(chromium: Browser, home: Site) -> None:
    """The password of one person with the key of another signs in as neither."""
    with window(chromium, home) as page:
        device = Device(page)
        by_password(page, WANG)
        register(page, "Wang desk")
        stolen = device.keys()
    with window(chromium, home) as page:
        device = Device(page)
        by_password(page, factories.SUN)
        register(page, "Sun desk")
    with window(chromium, home) as page:
        Device(page).take(stolen)
        by_password(page, factories.SUN)
        # A page may ask the browser for any key, whatever the server named.
        page.add_init_script(
            "const get = navigator.credentials.get.bind(navigator.credentials);"
            "navigator.credentials.get = o => get({publicKey: {...o.publicKey,"
            " allowCredentials: [], userVerification: 'required'}})"
        )
        page.click("main form button[name=submit]")
        # Until the script has run, another notice says that it is needed.
        page.wait_for_selector(".notice-bad:visible:has-text('user handle')")
        page.goto("/board")
        assert "/login" in page.url


def test_an_answer_is_taken_once(chromium: Browser, home: Site) -> None:
    with window(chromium, home) as page:
        device = Device(page)
        by_password(page, factories.CHEN)
        register(page, "phone")
        keys = device.keys()
    with window(chromium, home) as page:
        Device(page).take(keys)
        sent: list[tuple[str, str | None]] = []
        page.on(
            "request",
            lambda one: (
                sent.append((one.url, one.post_data))
                if one.method == "POST" and "/login/passkey/" in one.url
                else None
            ),
        )
        by_passkey(page)
        page.wait_for_url("**/inbox")
        follow(page, ".site-account form[action='/logout'] button")
        [(address, body)] = sent
        page.goto("/login")
        again = page.request.post(
            address,
            data=(body or ""),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            max_redirects=0,
        )
        assert again.status in (302, 400)
        page.goto("/inbox")
        assert "/login" in page.url


def test_an_administrator_is_led_to_set_up(
    chromium: Browser, home: Site, pictures: Pictures
) -> None:
    with window(chromium, home, width=360) as page:
        Device(page)
        by_password(page, ROOT)
        assert page.url == f"{home.base_url}{FACTORS}"
        pictures.take(page, "needed")
        page.goto("/board")
        assert page.url == f"{home.base_url}{FACTORS}"
        register(page, "desk")
        page.goto("/board")
        assert page.url == f"{home.base_url}/board"


def test_without_javascript_a_page_says_so(chromium: Browser, home: Site) -> None:
    with window(chromium, home, javascript=False) as page:
        page.goto("/login")
        follow(page, "main form[action='/login/passkey'] button")
        assert page.is_visible("[data-trouble=none]")
        assert not page.is_visible("[data-again]")


def test_pages_at_another_name_offer_no_passkeys(chromium: Browser, home: Site) -> None:
    other = home.base_url.replace("localhost", "127.0.0.1")
    with window(chromium, home, address=other) as page:
        page.goto("/login")
        assert page.query_selector("form[action='/login/passkey']") is None
        answer = page.goto("/login/passkey")
        assert answer is not None
        assert answer.status == 400
        assert home.base_url in page.inner_text("h1")


SHOTS = list(itertools.product(("zh_Hans_CN", "en"), sorted(HEIGHTS)))


@pytest.mark.parametrize(("language", "width"), SHOTS if WHOLE else SHOTS[:1])
def test_no_page_is_wider_than_the_window(
    chromium: Browser, home: Site, pictures: Pictures, axe: Axe, language: str, width: int
) -> None:
    """Every page of the second step, at both widths and in both languages, judged by axe."""
    judge = axe if axe.installed and (WHOLE or (language, width) == SHOTS[0]) else None
    with window(chromium, home, width=width) as page:
        page.goto(f"/language/{language}")
        by_password(page, factories.ZHOU)
        for name, path in (
            ("factors", FACTORS),
            ("app", "/account/factors/authenticator"),
            ("verify", "/verify"),
            ("passkeys", "/account/passkeys"),
            ("codes", "/account/recovery-codes"),
        ):
            page.goto(path)
            _fits(page, pictures, judge, f"{name}-{language}-{width}")
        page.goto("/account/factors/authenticator")
        phone = Phone(_padded(page.inner_text(".setup-key")))
        page.fill("#code", "123")
        follow(page, "main form button[name=submit]")
        _fits(page, pictures, judge, f"app-wrong-{language}-{width}")
        page.fill("#code", phone.code(clock.now()))
        follow(page, "main form button[name=submit]")
        _fits(page, pictures, judge, f"factors-set-{language}-{width}")
        page.goto("/account/factors/authenticator/remove")
        _fits(page, pictures, judge, f"remove-{language}-{width}")
        page.goto("/account/recovery-codes")
        follow(page, "main button[name=generate_new_codes]")
        _fits(page, pictures, judge, f"codes-made-{language}-{width}")
        Device(page)
        page.goto("/account/passkeys")
        page.fill("#name", f"key {language} {width}")
        page.click("main form button[name=submit]")
        page.wait_for_url(f"**{FACTORS}")
        _fits(page, pictures, judge, f"factors-all-{language}-{width}")
        page.goto("/account/passkeys")
        _fits(page, pictures, judge, f"passkeys-one-{language}-{width}")
        follow(page, ".site-account form[action='/logout'] button")
        page.goto("/login")
        _fits(page, pictures, judge, f"login-{language}-{width}")
        page.goto("/login/passkey")
        _fits(page, pictures, judge, f"passkey-sign-in-{language}-{width}")
        page.goto("/login")
        page.fill("#email", factories.ZHOU)
        page.fill("#password", PASSWORD)
        follow(page, "main form button[name=submit]")
        _fits(page, pictures, judge, f"way-{language}-{width}")
        follow(page, "main form button[name=submit]")
        page.fill("#code", "000000")
        follow(page, "main form button[name=submit]")
        _fits(page, pictures, judge, f"code-wrong-{language}-{width}")
        page.goto("/login/recovery")
        _fits(page, pictures, judge, f"recovery-{language}-{width}")
    home.flask("user", "reset-factors", factories.ZHOU)


def _fits(page: Page, pictures: Pictures, axe: Axe | None, name: str) -> None:
    pictures.take(page, name)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, name
    assert axe is None or axe.problems(page) == [], name


def _padded(shown: str) -> str:
    plain = shown.replace("-", "")
    return plain + "=" * (-len(plain) % 8)
