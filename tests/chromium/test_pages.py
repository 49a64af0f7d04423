"""Every page on a telephone and on a desk: sound, readable, reachable.

Every page is opened in Chinese and every third in English, all light and every fifth also dark;
with EXTENT=whole (`make audit-pages`) all are opened in both languages and both themes. With
PICTURES=1 screenshots are left in pytest's temporary folder (`pictures*`).
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response

from tests import factories
from tests.chromium.axe import Axe
from tests.chromium.conftest import Pictures, Province
from tests.chromium.visitors import HEIGHTS, WIDTHS, Scheme, Visitors, follow
from tests.extent import WHOLE, sample
from tests.markup.page import problems_of

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
FOCUS = (Path(__file__).parent / "focus.js").read_text(encoding="utf-8")
LATIN, CHINESE = re.compile(r"[A-Za-z]{3,}"), re.compile(r"[\u4e00-\u9fff]")
LANGS = {"zh_Hans_CN": "zh-CN", "en": "en"}

CHEN, LI, WANG = factories.CHEN, factories.LI, factories.WANG


@dataclass(frozen=True, slots=True)
class Sight:
    """A page as somebody sees it. {…} in the path are values of the running installation."""

    name: str
    who: str | None
    path: str
    status: int = 200
    form: bool = False
    """A form that came back: what to do stands at its fields."""


PAGES = (
    Sight("home", None, "/"),
    Sight("search", None, "/instructors?q=ming&region=990102"),
    Sight("search-all", None, "/instructors"),
    Sight("search-filters", None, "/instructors?format=lecture&audience=students"),
    Sight("search-nobody", None, "/instructors?q=nobodyatall&region=990202"),
    Sight("match", None, "/match"),
    Sight("match-answer", LI, "/match?q=急救&region=990102&part=morning&part=09:30"),
    Sight("match-nobody", None, "/match?q=nobodyatall+whoever&region=990102"),
    Sight("match-wrong", None, "/match?q=急救&minutes=5&to=2000-01-01", 422, form=True),
    Sight("instructor", None, "/instructors/{chen}"),
    Sight("instructor-past", None, "/instructors/{chen}?day=2000-01-03"),
    Sight("instructor-far", None, "/instructors/{chen}?day=2999-01-03"),
    Sight("login", None, "/login"),
    Sight("styleguide", None, "/styleguide"),
    Sight("forgotten", None, "/reset"),
    Sight("mail", factories.ROOT, "/mail"),
    Sight("audit", factories.ROOT, "/audit"),
    Sight("audit-nothing", factories.ROOT, "/audit?last=2001-01-01"),
    Sight("audit-wrong", factories.ROOT, "/audit?first=2002-01-01&last=2001-01-01", 422, form=True),
    Sight("book", LI, "{book}"),
    Sight("book-refused", LI, "/instructors/{chen}/book?topic={topic}&start=8999-12-03T08:30"),
    Sight("book-times", LI, "/instructors/{chen}/book?topic={topic}&start=8999-12-03T08:30&day="),
    Sight(
        "login-chosen",
        None,
        "/login?next=/instructors/{chen}/book%3Ftopic={topic}%26start=8999-12-03T08:30",
    ),
    Sight("instructor-coordinator", WANG, "/instructors/{chen}"),
    Sight("requested-branch", LI, "/lectures/{requested}"),
    Sight("confirmed-branch", LI, "/lectures/{confirmed}"),
    Sight("declined-branch", LI, "/lectures/{declined}"),
    Sight("cancelled-branch", LI, "/lectures/{cancelled}"),
    Sight("mine", LI, "/lectures"),
    Sight("feeds-branch", LI, "/feeds"),
    Sight("account", LI, "/account"),
    Sight("sign-ins", LI, "/account/sign-ins"),
    Sight("address", LI, "/change-email"),
    Sight("password", LI, "/change"),
    Sight("inbox", CHEN, "/inbox"),
    Sight("calendar-instructor", CHEN, "/inbox/calendar"),
    Sight("calendar-branch", LI, "/lectures/calendar?view=week"),
    Sight("calendar-region", WANG, "/board/calendar?view=list"),
    Sight("requested-instructor", CHEN, "/lectures/{requested}"),
    Sight("availability", CHEN, "/instructors/{chen}/availability"),
    Sight("calendars", CHEN, "/instructors/{chen}/availability/calendars"),
    Sight("timetable-new", CHEN, "/instructors/{chen}/availability/timetables/new"),
    Sight("terms", CHEN, "/instructors/{chen}/terms"),
    Sight("terms-coordinator", WANG, "/instructors/{chen}/terms"),
    Sight("suspensions", WANG, "/instructors/{chen}/suspensions"),
    Sight("topics", CHEN, "/instructors/{chen}/topics"),
    Sight("topic-days", CHEN, "/instructors/{chen}/topics/{topic}/days"),
    Sight("closed-days", CHEN, "/instructors/{chen}/closed-days"),
    Sight("half-days", WANG, "/half-days"),
    Sight("feeds-instructor", CHEN, "/feeds"),
    Sight("import", WANG, "/register/import"),
    Sight("board", WANG, "/board"),
    Sight("board-month", WANG, "/board?show=all&month="),
    Sight("board-nothing", WANG, "/board?q=nobodyatall&account=none&due=soon"),
    Sight("request-limits", WANG, "/request-limits"),
    Sight("request-limit", WANG, "/request-limits/{branch}"),
    Sight("availability-coordinator", WANG, "/instructors/{chen}/availability"),
    Sight("requested-coordinator", WANG, "/lectures/{requested}"),
    Sight("error-404", None, "/nowhere", 404),
    Sight("error-403", WANG, "/inbox", 403),
    Sight("error-404-other", factories.ZHAO, "/lectures/{requested}", 404),
    Sight("error-404-lecture", LI, "/lectures/YK-2026-999999", 404),
    Sight("error-answer", None, "/answer/spoilt", 404),
    Sight("error-time", LI, "/instructors/{chen}/book?topic={topic}&start=noon", 422),
    Sight("error-405", LI, "/lectures/{requested}/cancel", 405),
    Sight("error-feed", None, "/feed/nothing.ics", 404),
)


def _name(value: object) -> str:
    return value.name if isinstance(value, Sight) else str(value)


def _address(sight: Sight, province: Province, page: Page) -> str:
    cast, numbers = province.cast, province.numbers
    values = {
        "chen": str(cast.chen.id),
        "topic": str(cast.chen.topic),
        "branch": str(cast.li.id),
        "requested": numbers.requested,
        "confirmed": numbers.confirmed,
        "declined": numbers.declined,
        "cancelled": numbers.cancelled,
    }
    if sight.path == "{book}":
        page.goto(f"/instructors/{cast.chen.id}")
        return page.locator("a.slot").first.get_attribute("href") or ""
    return sight.path.format(**values)


def source_problems(page: Page, response: Response, language: str) -> list[str]:
    """What is wrong with the source of a page."""
    lang = page.locator("html").get_attribute("lang")
    wrong = [] if lang == LANGS[language] else [f"lang {lang}"]
    return wrong + problems_of(response.text())


def _problems(page: Page, pictures: Pictures, name: str) -> list[str]:
    """What is wrong with a page as it stands in a narrow window and in a wide one."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        found += [f"at {width} px: {problem}" for problem in page.evaluate(AUDIT)]
        pictures.take(page, f"{name}-{width}")
    return found


def _seen() -> list[tuple[Sight, str, Scheme]]:
    """The pages to open, each with its language and theme."""
    english = sample(PAGES, part=3)
    seen = [(sight, "zh_Hans_CN") for sight in PAGES] + [(sight, "en") for sight in english]
    dark = seen if WHOLE else sample(seen[: len(PAGES)])
    return [(*one, "light") for one in seen] + [(*one, "dark") for one in dark]


@pytest.mark.parametrize(("sight", "language", "scheme"), _seen(), ids=_name)
def test_a_page_is_sound(
    sight: Sight,
    language: str,
    scheme: Scheme,
    province: Province,
    visitors: Visitors,
    pictures: Pictures,
) -> None:
    page, watch = visitors.reading_window(sight.who, language=language, scheme=scheme)
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHTS[WIDTHS[0]]})
    response = page.goto(_address(sight, province, page))
    assert response is not None
    assert response.status == sight.status
    assert source_problems(page, response, language) == []
    assert _problems(page, pictures, f"{sight.name}-{language}-{scheme}") == []
    assert _latin(page, language) - set(astuple(province.numbers)) == set()
    assert watch.take() == []
    if sight.status != 200 and not sight.form:
        _has_a_way_on(page)


def _latin(page: Page, language: str) -> set[str]:
    """Headings, buttons and links of a Chinese page that are in Latin letters only.

    Left out are the switch of the language, addresses of mail, and what somebody typed.
    """
    if language != "zh_Hans_CN":
        return set()
    texts = page.locator("h1, h2, h3, button, a, label, th, dt, legend").all_inner_texts()
    return {
        text
        for text in texts
        if LATIN.search(text)
        and not (CHINESE.search(text) or "@" in text or text.startswith("“") or text == "English")
    }


def _judged() -> list[tuple[Sight, str, Scheme]]:
    """The pages whose accessibility axe judges."""
    if WHOLE:
        return _seen()
    chosen = "search match-wrong instructor book login styleguide availability board".split()
    chosen.append("calendar-instructor")
    dark = ("match-wrong", "styleguide", "availability", "board")
    return [(sight, "zh_Hans_CN", "light") for sight in PAGES if sight.name in chosen] + [
        (sight, "zh_Hans_CN", "dark") for sight in PAGES if sight.name in dark
    ]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("sight", "language", "scheme"), _judged(), ids=_name)
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
    page.goto(_address(sight, province, page))
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
        answer = follow(page, "form[action$='/open'] button")
        assert source_problems(page, answer, language) == []
        assert _problems(page, pictures, f"feed-address-{language}") == []
        address = page.input_value("#address")
        assert page.locator("img.qr").evaluate("image => image.naturalWidth > 0")
        page.click("details:has(form[action$='/close']) > summary")
        follow(page, "form[action$='/close'] button")
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
