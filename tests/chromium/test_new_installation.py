"""A new installation from an empty database to a confirmed lecture, without a terminal.

Only the one-time link of the first start is read from the server's log. Everything else is done
by people in browsers: the administrator and the coordinator at a desk, a branch and an instructor
on telephones. Links are handed over as people do it: what one page shows is opened by another
person. `-s` prints what each of them had to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FilePayload

from tests import factories
from tests.chromium.effort import Booker, Effort
from tests.chromium.server import Site
from tests.chromium.visitors import HEIGHTS, Watch
from tests.chromium.wording import latin_texts
from tests.register.uploads import rows, sheet

REGIONS = "code,name\n990000,汀兰省\n990100,栖云市\n990121,岫云县\n"
PEOPLE = 20
KNOWN, ASKING = "岫云县第一支部", "岫云县第二支部"
TEACHER = "赵安安"
PASSWORD = factories.PASSWORD
PHONES = {"coordinator": "12000900501", "branch": "12000900503"}

MOST = {
    "administrator": (8, 14),
    "coordinator": (22, 29),
    "branch": (13, 20),
    "instructor": (4, 6),
}
"""Pages, and taps and fields together, that each may take; about a tenth above what it takes."""

MAIN_BUTTON = "main form button.btn-primary"


class Walker(Booker):
    """Somebody in a window of their own, whose pages are looked at on the way."""

    watch: Watch

    def arrived(self, path: str = "") -> None:
        """Check the page that is shown: its address, its words, its width, and no error."""
        page = self.page
        assert path in urlsplit(page.url).path, page.url
        assert page.locator(".error-summary").all_inner_texts() == []
        assert latin_texts(page) == set(), page.url
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
        assert self.watch.take() == []

    def goes(self, selector: str, path: str = "") -> None:
        """Follow a link or submit a form, and check where it leads."""
        self.go(selector)
        self.page.wait_for_load_state("load")
        self.arrived(path)

    def opens(self, address: str, path: str = "") -> None:
        """Open an address that somebody has given to the person, or that is known."""
        self.open(address)
        self.arrived(path)

    def chooses_file(self, selector: str, name: str, data: bytes) -> None:
        """Choose a file: one field."""
        self.effort.give(selector, name)
        file = FilePayload(name=name, mimeType="application/octet-stream", buffer=data)
        self.page.set_input_files(selector, file)

    def gets_an_account(self, contact: str = "") -> None:
        """On the page of an invitation: choose a password, and be signed in."""
        if contact:
            self.needs("#contact", contact)
        self.needs("#new_password", PASSWORD)
        self.effort.fields += 1
        self.page.fill("#new_password_confirm", PASSWORD)
        self.goes(MAIN_BUTTON)

    def shown_link(self) -> str:
        """The link of an invitation that the page shows."""
        return self.page.locator("#link-1").inner_text()


class People:
    """Opens a window for each person, and keeps it as long as the test runs."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser = browser
        self._site = site

    @contextmanager
    def window(self, width: int) -> Iterator[Walker]:
        """A window of somebody whom nobody knows yet."""
        context = self._browser.new_context(
            base_url=self._site.base_url,
            viewport={"width": width, "height": HEIGHTS[width]},
            has_touch=True,
            locale="zh-CN",
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        walker = Walker(page)
        walker.watch = Watch(self._site.base_url)
        walker.watch.attach(page)
        try:
            yield walker
        finally:
            context.close()


@pytest.fixture
def people(chromium: Browser, empty_site: Site) -> People:
    """Everybody who comes to the empty installation."""
    return People(chromium, empty_site)


def test_from_an_empty_database_to_a_confirmed_lecture(people: People, empty_site: Site) -> None:
    with (
        people.window(1280) as boss,
        people.window(1280) as desk,
        people.window(360) as branch,
        people.window(360) as instructor,
    ):
        _sets_up(boss, empty_site.setup_link())
        invited = _invites_a_coordinator(boss)

        desk.opens(invited, "/invitation/")
        desk.gets_an_account(PHONES["coordinator"])
        _imports(desk)
        to_instructor = _invites_the_instructor(desk)
        _adds_a_branch(desk)
        asked = _asks_to_join(branch)
        _approves(desk)
        _joins(branch, asked)

        lecture = _books(branch)
        _accepts(instructor, to_instructor)

        branch.opens(lecture)
        assert branch.page.locator(".state-confirmed").count() == 1
        _checklist_counts(desk)
        efforts = {
            "administrator": boss.effort,
            "coordinator": desk.effort,
            "branch": branch.effort,
            "instructor": instructor.effort,
        }
        for person, effort in efforts.items():
            print(f"\n{person}: {effort}", end="")
    too_much = {one for one, effort in efforts.items() if not _is_little(effort, *MOST[one])}
    assert too_much == set()


def _is_little(effort: Effort, most_pages: int, most_interactions: int) -> bool:
    few = effort.pages <= most_pages and effort.interactions <= most_interactions
    return few and effort.typed_twice == 0


def _sets_up(boss: Walker, link: str) -> None:
    boss.opens(link, "/setup/")
    boss.needs("#name", "欧阳文")
    boss.needs("#email", "boss@example.org")
    boss.needs("#password", PASSWORD)
    boss.needs("#site_name", "汀兰平台")
    boss.chooses_file("#file", "regions.csv", REGIONS.encode())
    boss.goes("main form button", "/manage")
    assert _checklist(boss)[0] == "3个地区"


def _invites_a_coordinator(boss: Walker) -> str:
    boss.goes("main a[href='/invitations']", "/invitations")
    boss.goes("main a[href='/people/invite']", "/people/invite")
    boss.goes("main a.preset[href*='coordinator']", "/people/invite")
    boss.needs("[name=region_code]", "990000")
    boss.goes("main form button", "/people/invite")
    boss.needs("#name", "孙协调")
    boss.goes(MAIN_BUTTON, "/people/invite")
    return boss.shown_link()


def _imports(desk: Walker) -> None:
    """From the checklist of the first page through the preview to hours for everybody."""
    desk.goes(".checklist a[href='/register/import']", "/register/import")
    desk.chooses_file("#file", "师资.xlsx", sheet(rows(PEOPLE)))
    desk.goes(MAIN_BUTTON, "/register/import/")
    desk.goes("main form button.btn-primary.btn-lg", "/report")
    desk.goes("main a.btn-primary[href*='/register/hours']", "/register/hours")
    desk.goes("#week-form .save-bar button", "/register/hours")
    assert desk.page.locator(".notice-good").count() == 1


def _invites_the_instructor(desk: Walker) -> str:
    """Of the imported people, one by the link on the own page."""
    desk.goes("main a.btn-primary[href$='#next']", "/report")
    desk.goes(f"main td a:text-is('{TEACHER}')", "/instructors/")
    desk.goes("main a[href*='/people/invite']", "/people/invite")
    desk.goes(MAIN_BUTTON, "/people/invite")
    return desk.shown_link()


def _adds_a_branch(desk: Walker) -> None:
    desk.goes(".site-nav a[href='/manage']", "/manage")
    desk.goes(".checklist a[href='/organisations']", "/organisations")
    desk.goes("main a[href^='/organisations/new']", "/organisations/new")
    desk.needs("#name", KNOWN)
    desk.needs("#region", "990121")
    desk.goes("main form button")


def _asks_to_join(branch: Walker) -> str:
    """Ask for access of a branch that nobody knows yet; the address of the answer."""
    branch.opens("/")
    branch.goes(".site-account a[href^='/login']", "/login")
    branch.goes("main a[href='/join']", "/join")
    branch.needs("#organisation", ASKING)
    branch.needs("#region", "990121")
    branch.needs("#name", "吴桐")
    branch.needs("#contact", PHONES["branch"])
    branch.needs("#reason", "想约一次急救讲座，约六十人。")
    branch.goes(MAIN_BUTTON, "/join/")
    return branch.page.url


def _approves(desk: Walker) -> None:
    desk.goes(".site-nav a[href='/board']", "/board")
    desk.goes("main .notice a[href='/join-requests']", "/join-requests")
    desk.goes("main .plain-list a", "/join-requests/")
    desk.tap("input[name=organisation][value=new]")
    desk.goes("form[action$='/approve'] button")


def _joins(branch: Walker, asked: str) -> None:
    branch.opens(asked, "/join/")
    branch.goes("form[action$='/go-on'] button", "/invitation/")
    branch.gets_an_account()
    branch.arrived("/lectures")


def _books(branch: Walker) -> str:
    """Find the instructor, choose the first time, and send; the address of the lecture."""
    branch.goes("main a.btn-primary[href='/instructors']", "/instructors")
    branch.needs("#q", TEACHER)
    branch.goes("main form[role=search] button")
    branch.goes(".card-instructor a.slot >> nth=0", "/book")
    branch.needs("#place", "岫云县文化馆二楼")
    branch.goes("#booking .btn-primary", "/lectures/YK-")
    assert branch.page.locator(".state-requested").count() == 1
    return branch.page.url


def _accepts(instructor: Walker, invited: str) -> None:
    instructor.opens(invited, "/invitation/")
    instructor.gets_an_account()
    instructor.arrived("/consents/first")
    instructor.goes("button[name=skip]", "/inbox")
    instructor.goes("form[action$='/confirm'] button", "/lectures/YK-")
    assert instructor.page.locator(".state-confirmed").count() == 1


def _checklist(walker: Walker) -> list[str]:
    return walker.page.locator(".checklist .quiet").all_inner_texts()


def _checklist_counts(desk: Walker) -> None:
    """The list is a line that opens, now that there is a lecture, and no longer on the board."""
    desk.goes(".site-nav a[href='/board']", "/board")
    assert _checklist(desk) == []
    desk.goes(".site-nav a[href='/manage']", "/manage")
    assert desk.page.locator("details.checklist[open]").count() == 0
    desk.page.click("details.checklist summary")
    assert _checklist(desk) == [
        "3个地区",
        "2个单位",
        f"共{PEOPLE}人",
        f"{PEOPLE}人中{PEOPLE}人可预约",
        f"{PEOPLE}人中1人已有账号",
        "已约定1场",
    ]
