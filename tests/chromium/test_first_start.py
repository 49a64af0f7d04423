"""The first start in a browser: from an empty database to a signed-in administrator."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests import factories
from tests.chromium.server import Site
from tests.extent import WHOLE
from tests.mailbox import Mailbox

BOSS = "boss@example.org"


@pytest.mark.parametrize("width", [360, 1280] if WHOLE else [360])
def test_from_an_empty_database_to_a_signed_in_administrator(
    empty_site: Site, chromium: Browser, smtp: Mailbox, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 740})
    page = context.new_page()
    page.goto(empty_site.base_url)
    assert page.locator("main .notice").count() == 1
    _set_up(page, empty_site.setup_link(), smtp.port)

    assert page.url == f"{empty_site.base_url}/manage"
    assert page.locator(".notice-good").count() == 2
    assert "汀兰平台" in page.title()
    response = page.goto(empty_site.setup_link())
    assert response is not None
    assert response.status == 404
    page.goto(empty_site.base_url)
    assert page.locator("main .notice").count() == 0
    _change_a_word(page, empty_site)
    context.close()
    assert [mail["To"] for mail in smtp.messages] == [BOSS]


def _set_up(page: Page, link: str, port: int) -> None:
    page.goto(link)
    page.fill("#name", "欧阳文")
    page.fill("#email", BOSS)
    page.fill("#password", "1234567890")
    page.fill("#site_name", "汀兰平台")
    page.select_option("#province", "330000")
    page.fill("#mail_server", "127.0.0.1")
    page.select_option("#mail_security", "smtp")
    page.fill("#mail_port", str(port))
    page.fill("#mail_from", "platform@example.org")
    page.click("main form button")
    # The password is refused, and all else is still there.
    assert page.locator(".error-summary li").count() == 1
    assert page.input_value("#name") == "欧阳文"
    assert page.input_value("#province") == "330000"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.fill("#password", factories.PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/manage")


def _change_a_word(page: Page, empty_site: Site) -> None:
    """The administrator calls people 专家, and every page follows."""
    page.goto(f"{empty_site.base_url}/manage/settings/language")
    page.fill("#instructor_word", "专家")
    page.click("main form button")
    page.wait_for_url("**/manage/settings#language")
    assert "找专家" in page.inner_text(".site-nav")
