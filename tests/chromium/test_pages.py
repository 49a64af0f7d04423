"""Every page on a telephone and on a desk: sound, readable, reachable.

Every page is opened once: every third in English, the others in Chinese; every eighth also dark.
With EXTENT=whole (`make audit-pages`) all are opened in both languages and both themes. axe judges
each route once, with EXTENT=whole all that is opened, in both widths, and as all other people. With
PICTURES=1 screenshots are left in pytest's temporary folder (`pictures*`).
"""

from __future__ import annotations

import re
from dataclasses import astuple, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response

from tests import factories
from tests.chromium.axe import Axe
from tests.chromium.conftest import Pictures, Province
from tests.chromium.sights import CHEN, LI, PAGES, WANG, Sight
from tests.chromium.visitors import HEIGHTS, WIDTHS, Scheme, Visitors, follow
from tests.chromium.wording import latin_texts
from tests.extent import PART, WHOLE, sample
from tests.markup.page import problems_of

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
FOCUS = (Path(__file__).parent / "focus.js").read_text(encoding="utf-8")
LECTURE = re.compile(r"\{(?:confirmed|declined|cancelled)\}")
LANGS = {"zh_Hans_CN": "zh-CN", "en": "en"}
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def _name(value: object) -> str:
    return value.name if isinstance(value, Sight) else str(value)


def _address(sight: Sight, province: Province, page: Page) -> str:
    cast, numbers = province.cast, province.numbers
    values = {
        "chen": str(cast.chen.id),
        "li": str(cast.li.id),
        "topic": str(cast.chen.topic),
        "branch": str(cast.li.id),
        "requested": numbers.requested,
        "confirmed": numbers.confirmed,
        "declined": numbers.declined,
        "cancelled": numbers.cancelled,
    }
    values |= province.things
    if sight.path.startswith("/mail/"):
        province.site.mail(CHEN, 1)
    if sight.path == "{book}":
        page.goto(f"/instructors/{cast.chen.id}")
        return page.locator("a.slot").first.get_attribute("href") or ""
    return sight.path.format(**values)


def source_problems(page: Page, response: Response, language: str) -> list[str]:
    """What is wrong with the source of a page."""
    lang = page.locator("html").get_attribute("lang")
    wrong = [] if lang == LANGS[language] else [f"lang {lang}"]
    return wrong + problems_of(response.text())


def _problems(page: Page, pictures: Pictures, name: str, axe: Axe | None = None) -> list[str]:
    """What is wrong with a page as it stands in a narrow window and in a wide one."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        problems = [*page.evaluate(AUDIT), *(axe.problems(page) if axe else ())]
        found += [f"at {width} px: {problem}" for problem in problems]
        pictures.take(page, f"{name}-{width}")
    return found


def _seen() -> list[tuple[Sight, str, Scheme]]:
    """The pages to open, each with its language and theme."""
    if WHOLE:
        every = [(sight, language) for language in LANGS for sight in PAGES]
        return [(*one, scheme) for scheme in SCHEMES for one in every]
    english, dark = sample(PAGES, part=3), sample(PAGES, part=PART)
    return [(sight, "en" if sight in english else "zh_Hans_CN", "light") for sight in PAGES] + [
        (sight, "zh_Hans_CN", "dark") for sight in dark
    ]


@pytest.mark.parametrize(("sight", "language", "scheme"), _seen(), ids=_name)
def test_a_page_is_sound(
    sight: Sight,
    language: str,
    scheme: Scheme,
    province: Province,
    visitors: Visitors,
    pictures: Pictures,
    axe: Axe,
) -> None:
    page, watch = visitors.reading_window(sight.who, language=language, scheme=scheme)
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHTS[WIDTHS[0]]})
    response = page.goto(_address(sight, province, page))
    assert response is not None
    assert response.status == sight.status
    assert source_problems(page, response, language) == []
    name = f"{sight.name}-{language}-{scheme}"
    assert _problems(page, pictures, name, axe if WHOLE else None) == []
    assert _latin(page, language) - set(astuple(province.numbers)) == set()
    assert watch.take() == []
    if sight.status != 200 and not sight.form:
        _has_a_way_on(page)


def _latin(page: Page, language: str) -> set[str]:
    return latin_texts(page) if language == "zh_Hans_CN" else set()


Judged = tuple[Sight, str, Scheme, int]
DARK = ("match-wrong", "styleguide", "availability", "board")


def _judged() -> list[Judged]:
    """What axe judges apart: in `make test` each route once, and some in the dark.

    With EXTENT=whole the pages as their own readers see them are judged when they are opened.
    """
    if WHOLE:
        return [(one, *LOOKS[n % 2]) for n, one in enumerate(_of_others())]
    once = {_route(sight): sight for sight in reversed(PAGES)}
    dark = [sight for sight in PAGES if sight.name in DARK]
    return [(sight, *LOOKS[0]) for sight in once.values()] + [
        (sight, "zh_Hans_CN", "dark", WIDTHS[1]) for sight in dark
    ]


LOOKS: tuple[tuple[str, Scheme, int], ...] = (
    ("zh_Hans_CN", "light", WIDTHS[0]),
    ("en", "dark", WIDTHS[1]),
)


def _route(sight: Sight) -> str:
    """What pages of one route have in common; all refusals look alike, all forms that came back."""
    if sight.status not in (200, 422):
        return "refused"
    return LECTURE.sub("{requested}", sight.path).partition("?")[0] + ("!" if sight.form else "")


def _of_others() -> list[Sight]:
    """Each page as everybody else might see it."""
    return [
        replace(
            sight, name=f"{sight.name}-{(who or 'nobody').partition('@')[0]}", who=who, other=True
        )
        for sight in PAGES
        for who in (None, LI, CHEN, WANG, factories.ROOT)
        if sight.status in (200, 422) and who != sight.who and sight.path != "{book}"
    ]


@pytest.mark.parametrize(("sight", "language", "scheme", "width"), _judged(), ids=_name)
def test_axe_finds_nothing(
    sight: Sight,
    language: str,
    scheme: Scheme,
    width: int,
    province: Province,
    visitors: Visitors,
    axe: Axe,
) -> None:
    page, _watch = visitors.reading_window(sight.who, language=language, scheme=scheme)
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    response = page.goto(_address(sight, province, page))
    assert response is not None
    if sight.other and response.status != sight.status:
        return  # Refused: the page of the refusal is judged once.
    assert response.status == sight.status
    assert axe.problems(page) == []


def _has_a_way_on(page: Page, there: str = "/instructors") -> None:
    """A refusal has the site's face, a sentence, and a main action that leads somewhere."""
    assert page.locator("header .brand").count() == 1
    assert len(page.inner_text("h1").strip()) > 5
    follow(page, "main .btn-primary")
    assert urlsplit(page.url).path == there


@pytest.mark.parametrize("language", LANGS)
@pytest.mark.parametrize(
    ("who", "path"),
    [
        (CHEN, "/inbox"),
        (CHEN, "/instructors/{chen}/availability"),
        (CHEN, "/instructors/{chen}/availability/timetables/new"),
        (WANG, "/instructors/{chen}/terms"),
        (LI, "/lectures/{confirmed}"),
        (None, "/instructors"),
    ],
)
def test_what_only_shows_after_a_tap_is_sound(
    who: str | None,
    path: str,
    language: str,
    province: Province,
    visitors: Visitors,
    pictures: Pictures,
) -> None:
    with visitors.window(who, language=language, width=360) as (page, watch):
        page.goto(_address(Sight("opened", who, path), province, page))
        for _again in range(page.locator("main details:not([open])").count()):
            page.locator("main details:not([open]) > summary").first.click()
        assert page.locator("main details:not([open])").count() == 0
        assert _problems(page, pictures, f"opened-{path.rpartition('/')[2]}-{language}") == []
        assert watch.take() == []


@pytest.mark.parametrize("language", LANGS)
def test_hours_that_are_refused_are_kept_and_sound(
    language: str, province: Province, visitors: Visitors, pictures: Pictures
) -> None:
    with visitors.window(CHEN, language=language, width=360) as (page, watch):
        page.goto(f"/instructors/{province.cast.chen.id}/availability")
        page.click(".typed-hours > summary")
        page.fill("#day0", "whenever")
        answer = follow(page, "form[action$='/week'] button.btn-primary")
        assert answer.status == 422
        assert source_problems(page, answer, language) == []
        assert _problems(page, pictures, f"refused-week-{language}") == []
        assert page.input_value("#day0") == "whenever"
        assert watch.take() == []


@pytest.mark.parametrize("language", LANGS)
def test_a_sign_in_that_is_refused_is_sound(
    language: str, province: Province, visitors: Visitors, pictures: Pictures
) -> None:
    with visitors.window(None, language=language, width=360) as (page, _watch):
        page.goto("/login")
        page.fill("#email", LI)
        page.fill("#password", "not the password")
        answer = follow(page, "main form button[name=submit]")
        assert source_problems(page, answer, language) == []
        assert _problems(page, pictures, f"refused-login-{language}") == []
        assert page.locator("main [role=alert], main .field-error").count() == 1


@pytest.mark.parametrize("language", LANGS)
def test_a_form_from_a_lost_session_gets_a_page_with_a_way_on(
    language: str, province: Province, visitors: Visitors, pictures: Pictures
) -> None:
    with visitors.window(None, language=language, width=360) as (page, _watch):
        page.goto("/login")
        page.evaluate("document.querySelector('main [name=csrf_token]').value = 'stale'")
        page.fill("#email", LI)
        page.fill("#password", factories.PASSWORD)
        answer = follow(page, "main form button[name=submit]")
        assert answer.status == 400
        assert source_problems(page, answer, language) == []
        assert _problems(page, pictures, f"stale-{language}") == []
        _has_a_way_on(page, "/login")


@pytest.mark.parametrize("language", LANGS)
def test_a_feed_address_is_shown_once_and_a_revoked_one_says_so(
    language: str, province: Province, visitors: Visitors, pictures: Pictures
) -> None:
    with visitors.window(factories.ZHOU, language=language, width=360) as (page, watch):
        page.goto("/feeds")
        answer = follow(page, "form[action$='/feeds/new'] button")
        assert source_problems(page, answer, language) == []
        assert _problems(page, pictures, f"feed-address-{language}") == []
        address = page.input_value("#address")
        assert page.locator("img.qr").evaluate("image => image.naturalWidth > 0")
        page.set_viewport_size({"width": 360, "height": HEIGHTS[360]})
        # The telephone that shows it cannot take a picture of it.
        assert not page.locator("img.qr").is_visible()
        page.click("details:has(form[action$='/stop']) > summary")
        follow(page, "form[action$='/stop'] button")
        gone = page.goto(address)
        assert gone is not None
        assert gone.status == 410
        assert source_problems(page, gone, language) == []
        assert _problems(page, pictures, f"feed-gone-{language}") == []
        assert watch.take() == []
        _has_a_way_on(page)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        (None, "/"),
        (None, "/instructors"),
        (None, "/instructors/{chen}"),
        (None, "/login"),
        (CHEN, "/inbox"),
        (CHEN, "/instructors/{chen}/availability"),
        (WANG, "/instructors/{chen}/terms"),
        (LI, "/lectures/{requested}"),
        (LI, "{book}"),
        (WANG, "/register/import"),
    ],
)
def test_the_focus_of_a_keyboard_can_be_seen(
    who: str | None, path: str, province: Province, visitors: Visitors
) -> None:
    with visitors.window(who, language="en", width=1280) as (page, _watch):
        page.goto(_address(Sight("focus", who, path), province, page))
        page.keyboard.press("Tab")
        skip_link = page.locator("a[href='#main']")
        assert skip_link.evaluate("link => link === document.activeElement")
        assert (skip_link.bounding_box() or {"height": 0})["height"] > 20
        assert page.evaluate(FOCUS) == []
