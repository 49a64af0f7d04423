"""A page of another site, in a real browser: what it sends is refused and changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, Response

from tests import factories
from tests.chromium.conftest import Province
from tests.chromium.visitors import Visitors, follow, sign_in
from tests.factories import CHEN, LI

TYPED = "typed by another site"


class Foreign:
    """Another site on this machine: `localhost` is another site than `127.0.0.1`."""

    def __init__(self) -> None:
        self.page = ""
        other = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = other.page.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}/"


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    """A site that somebody else runs."""
    site = Foreign()
    thread = threading.Thread(target=site.server.serve_forever, daemon=True)
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()
    thread.join()


def _sent(foreign: Foreign, page: Page, action: str, *, head: str = "", **fields: str) -> Response:
    """What the browser gets when it opens the other site and its form is sent."""
    inputs = "".join(f'<input name="{name}" value="{text}">' for name, text in fields.items())
    foreign.page = (
        f"<!doctype html><head>{head}</head><body>"
        f'<form method="post" action="{action}">{inputs}<button>Win a prize</button></form>'
    )
    page.goto(foreign.url)
    return follow(page, "button")


HEADS = ("", '<meta name="referrer" content="no-referrer">')


@pytest.mark.parametrize("head", HEADS)
def test_a_foreign_form_is_refused_and_nobody_is_signed_out(
    province: Province, visitors: Visitors, foreign: Foreign, head: str
) -> None:
    number = province.numbers.confirmed
    base = province.site.base_url
    with visitors.window(LI, language="en", width=1280) as (page, _watch):
        before = page.context.cookies(base)

        answer = _sent(foreign, page, f"{base}/lectures/{number}/cancel", head=head, reason=TYPED)

        assert answer.status == 403
        assert answer.header_value("set-cookie") is None
        assert (TYPED in page.content(), page.locator("form").count()) == (False, 0)
        assert page.context.cookies(base) == before
        page.goto(f"{base}/lectures/{number}")
        assert page.locator(f'form[action$="{number}/cancel"]').count() == 1
        assert TYPED not in page.content()


@pytest.mark.parametrize("head", HEADS)
def test_nobody_is_signed_in_or_out_by_another_site(
    province: Province, visitors: Visitors, foreign: Foreign, head: str
) -> None:
    base = province.site.base_url
    with visitors.window(None, language="en", width=1280) as (page, _watch):
        wanted = {"email": CHEN, "password": factories.PASSWORD}
        answer = _sent(foreign, page, f"{base}/login", head=head, **wanted)
        assert (answer.status, answer.header_value("set-cookie")) == (403, None)
        page.goto(f"{base}/inbox")
        assert page.url.startswith(f"{base}/login")
    with visitors.window(LI, language="en", width=1280) as (page, _watch):
        assert _sent(foreign, page, f"{base}/logout", head=head).status == 403
        page.goto(f"{base}/lectures")
        assert page.url == f"{base}/lectures"


def test_a_sandboxed_frame_is_another_site_too(
    province: Province, visitors: Visitors, foreign: Foreign
) -> None:
    base = province.site.base_url
    with visitors.window(LI, language="en", width=1280) as (page, _watch):
        foreign.page = (
            '<iframe sandbox="allow-forms allow-top-navigation allow-scripts" srcdoc="'
            f"<form method=post target=_top action={base}/lectures/{province.numbers.confirmed}/"
            f'cancel><input name=reason value=x><button>Win</button></form>"></iframe>'
        )
        page.goto(foreign.url)
        with page.expect_navigation() as answer:
            page.frame_locator("iframe").locator("button").click()
        assert answer.value.status == 403


def test_what_was_typed_here_comes_back_and_is_seen(province: Province, visitors: Visitors) -> None:
    """Signed out elsewhere, while a form stood open on this site."""
    number = province.numbers.confirmed
    with visitors.window(LI, language="en", width=360) as (page, watch):
        page.goto(f"/lectures/{number}")
        form = page.locator(f'form[action$="{number}/cancel"]')
        page.locator("details", has=form).locator("summary").click()
        form.locator("[name=reason]").fill("The hall is closed.")
        page.context.clear_cookies()
        beside = page.context.new_page()
        beside.goto("/language/en")
        beside.close()
        with page.expect_navigation() as answer:
            form.locator("button").click()
        assert answer.value.status == 401
        shown = page.get_by_label("Reason")
        assert (shown.is_visible(), shown.input_value()) == (True, "The hall is closed.")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        with page.context.expect_page() as opened:
            page.click("main a[target=_blank]")
        sign_in(opened.value, LI)
        with page.expect_navigation() as again:
            page.get_by_role("button", name="Send again").click()
        assert again.value.status in (200, 400)
        assert "The hall is closed." in page.content()
        watch.take()
