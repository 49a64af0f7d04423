"""Whatever an address or a form holds, the answer is the product's and never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import TooManyRequests
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from booking.accounts.guards import requires
from booking.attendance import service as attendance
from booking.attendance.service import Keeping
from booking.db import db, unit_of_work
from booking.errors import Invalid
from booking.lectures import service as lectures
from booking.lectures.models import Lecture
from booking.recruiting.models import RecruitingCase
from tests import factories
from tests.attendance import halls
from tests.browser import Client
from tests.counting import row_counts
from tests.databases import SqliteTemplate
from tests.evaluations import evaluating
from tests.extent import sample
from tests.factories import CHEN, COUNTY, LI, ROOT, WANG, Cast
from tests.follow_ups import asking
from tests.knowledge_tests import made
from tests.nominations import nominating
from tests.orders import ordering
from tests.recruiting import needing

HUGE = ("2147483648", "9223372036854775808", "9" * 30, "9" * 5000)


def _numbered(app: Flask) -> Iterator[Rule]:
    """The routes with a number in their address."""
    for rule in app.url_map.iter_rules():
        if "<int:" in rule.rule:
            yield rule


def _addresses(rule: Rule, known: int) -> Iterator[str]:
    """The address of a route with each number in turn too large for an id."""
    numbers = [part for part in rule.rule.split("/") if part.startswith("<int:")]
    for huge in sample(HUGE, part=len(HUGE), first=len(rule.rule) % len(HUGE)):
        for one in numbers:
            path = rule.rule.replace(one, huge)
            for other in numbers:
                path = path.replace(other, str(known))
            yield path


@pytest.mark.parametrize("email", [None, CHEN, ROOT])
def test_no_id_is_too_large_for_any_route(app: Flask, people: Cast, email: str | None) -> None:
    browser = Client(app)
    if email:
        browser.sign_in(email)
    asked = [
        (method, path)
        for rule in _numbered(app)
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        for path in _addresses(rule, people.chen.id)
    ]
    assert len(asked) > 30

    told = {
        (method, path[:70]): (
            browser.get(path) if method == "GET" else browser.post(path, {"last": "2026-12-01"})
        ).status_code
        for method, path in asked
    }

    # 405 where the address is known by another method: the router asks for that first.
    assert {one: status for one, status in told.items() if status not in (404, 405)} == {}


def test_the_interface_for_programs_says_404_as_json(client: Client) -> None:
    answer = client.get(f"/api/v1/instructors/{'9' * 30}/slots")

    assert (answer.status_code, answer.content_type) == (404, "application/json")


@pytest.mark.parametrize("huge", [*HUGE, "\u0663", "-1", "1e3"])
@pytest.mark.parametrize(
    "path",
    [
        "/instructors?page={}",
        "/instructors/{chen}?topic={}",
        "/match?topic={}",
        "/match?minutes={}",
        "/api/v1/matches?topic={}",
        "/api/v1/instructors?page={}",
        "/api/v1/instructors/{chen}/slots?topic={}",
        "/instructors/{chen}/book?topic={}&start=2026-11-26T09:00",
    ],
)
def test_no_number_of_a_query_is_a_crash(app: Flask, people: Cast, path: str, huge: str) -> None:
    browser = Client(app).sign_in(LI)

    assert browser.get(path.format(huge, chen=people.chen.id)).status_code < 500


CONTROLS = "".join(map(chr, [*range(9), *range(11, 32), 127]))


def _booking(people: Cast, **more: str) -> tuple[str, dict[str, str]]:
    path = f"/instructors/{people.chen.id}/book?topic={people.chen.topic}&start=2026-11-26T09:00"
    good = {
        "organisation": str(people.li.id),
        "region": COUNTY,
        "place": "县文化馆",
        "format": "lecture",
    }
    return path, good | more


def test_control_characters_are_taken_out_of_a_booking(app: Flask, people: Cast) -> None:
    browser = Client(app).sign_in(LI)
    wanted = {
        "place": f"县文{CONTROLS}化馆",
        "note": f"\x00第一行\r\n第二\t行{CONTROLS}",
        "region": f"{COUNTY}\x00",
        "attendees": "\x0060",
    }

    assert browser.post(*_booking(people, **wanted)).status_code == 303

    with app.app_context():
        kept = db.session().scalars(select(Lecture)).one()
        told = (kept.place, kept.note, kept.region_code, kept.attendees)
    assert told == ("县文化馆", "第一行\n第二\t行", COUNTY, 60)


@pytest.mark.parametrize("nothing", ["\u200b\u3000", "\u2060", "\x00", "\u3164", " \t\n"])
def test_a_place_that_nobody_can_see_is_missing(app: Flask, people: Cast, nothing: str) -> None:
    browser = Client(app).language("en").sign_in(LI)

    answer = browser.post(*_booking(people, place=nothing))

    assert answer.status_code == 422
    # In the summary of the errors, and at the field.
    assert answer.text.count("Say where the lecture takes place.") == 2


@pytest.mark.parametrize("nothing", ["\u200b", "\x00\x7f", "\ufeff\u3000"])
def test_a_reason_that_nobody_can_see_is_missing(app: Flask, people: Cast, nothing: str) -> None:
    number = factories.requested(app, people)
    browser = Client(app).sign_in(CHEN)

    answer = browser.post(f"/lectures/{number}/decline", {"reason": nothing})

    assert (answer.status_code, 'id="error-summary"' in answer.text) == (422, True)


def test_services_see_nothing_in_it_either(app: Flask, people: Cast) -> None:
    with app.app_context():
        for wrong in ("\u200b", "\x00", "\u3000\u200b"):
            booking_request = replace(factories.booking_request(people), place=wrong)
            with pytest.raises(Invalid), unit_of_work() as session:
                lectures.request_lecture(
                    session,
                    booking_request=booking_request,
                    user_id=people.li.user,
                    now=factories.NOW,
                    zone=factories.ZONE,
                )


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/lectures/{number}/decline", {"reason": "a\x00b"}),
        ("/instructors/{chen}/availability/overrides", {
            "kind": "closed", "first": "2026-12-01", "note": "a\x00b", "hours": "\x009-10",
        }),
        ("/instructors/{chen}/availability/week", {"day0": "9\x00-10", "fill_with": "\x00"}),
        ("/login", {"email": "a\x00b@example.org", "password": "a\x00b"}),
        ("/reset", {"email": "a\x00b@example.org"}),
    ],
)  # fmt: skip
def test_no_control_character_in_a_form_is_a_crash(
    app: Flask, people: Cast, path: str, values: dict[str, str]
) -> None:
    number = factories.requested(app, people)
    browser = Client(app)
    if not path.startswith(("/login", "/reset")):
        browser.sign_in(CHEN)

    answer = browser.post(path.format(number=number, chen=people.chen.id), values)

    assert answer.status_code < 500


@pytest.mark.parametrize(
    "path",
    [
        "/lectures/%00",
        "/lectures/a%00b",
        "/lectures/a%00b.ics",
        "/answer/a%00b",
        "/feed/a%00b.ics",
        "/reset/a%00b",
        "/static/a%00b",
        "/language/%00",
        "/instructors?q=a%00b&region=%00&field=%00",
        "/match?topic=a%00b&region=%00&field=%00",
        "/api/v1/instructors?q=a%00b&region=%00&field=%00",
        "/api/v1/matches?title=%00&region=%00&field=%00",
    ],
)
def test_no_control_character_in_an_address_is_a_crash(app: Flask, people: Cast, path: str) -> None:
    assert Client(app).sign_in(WANG).get(path).status_code < 500


def test_a_body_of_json_is_no_form(app: Flask, people: Cast) -> None:
    answer = Client(app).flask.post("/login", json={"email": "a\x00b", "password": "a\x00b"})

    assert answer.status_code == 400


def _afterwards(app: Flask, people: Cast) -> tuple[str, str, str]:
    """A lecture of last Friday with a name on its list: its number and the paths of its codes."""
    number = asking.delivered(app, people, factories.at(-3, 9))
    with app.app_context(), unit_of_work() as session:
        attendance.add(session, number=number, pasted="甲", keeping=Keeping(None, factories.NOW))
    return number, halls.opened(app, number), evaluating.opened(app, number)


def _questions(word: str) -> dict[str, str]:
    """The form of a version of the questions of evaluations."""
    names = ("content", "method", "usefulness")
    return {f"{language}_{name}": f"{word} {name}?" for name in names for language in ("zh", "en")}


def _case(app: Flask, people: Cast) -> int:
    """The id of an open case of recruiting."""
    with app.app_context(), unit_of_work() as session:
        needing.add(session, people, 0)
        return session.scalars(select(RecruitingCase.id)).one()


class TestStaleToken:
    """Somebody signed out, or out and in again, while a form stood open elsewhere."""

    @pytest.fixture
    def browser(self, app: Flask, people: Cast) -> Client:
        return Client(app).language("en").sign_in(LI)

    @pytest.fixture(params=["sqlite"])
    def database_url(self, sqlite_template: SqliteTemplate, sqlite_folder: Path) -> str:
        """Tokens do not depend on the database: one kind is enough."""
        return sqlite_template.copy_to(sqlite_folder)

    def _late(
        self, browser: Client, path: str, values: dict[str, str], back: str | None
    ) -> TestResponse:
        token = browser.token()
        browser.sign_out()
        if back:
            browser.sign_in(back)
        return browser.post(path, values | {"csrf_token": token}, csrf=False)

    def test_the_booking_form_comes_back_with_what_was_typed(
        self, app: Flask, people: Cast, browser: Client
    ) -> None:
        before = row_counts(app)
        path, values = _booking(people, note="请多讲案例", place="二楼会议室", attendees="60")

        answer = self._late(browser, path, values, LI)

        assert (answer.status_code, row_counts(app)) == (400, before)
        assert answer.text.count("Nothing is lost: send once more.") == 1
        kept = ["请多讲案例", 'value="二楼会议室"', 'value="60"', f'value="{COUNTY}" selected']
        assert [one for one in kept if one not in answer.text] == []
        assert browser.post(path, values).status_code == 303

    def test_a_signed_out_person_keeps_it_too(
        self, app: Flask, people: Cast, browser: Client
    ) -> None:
        before = row_counts(app)
        path, values = _booking(people, note="请多讲案例\n第二行")

        answer = self._late(browser, path, values, None)

        assert (answer.status_code, row_counts(app)) == (401, before)
        assert "请多讲案例\n第二行</textarea>" in answer.text
        assert f'action="{path.replace("&", "&amp;")}"' in answer.text

    def test_every_marked_view_refuses_and_keeps(self, app: Flask, people: Cast) -> None:
        number = factories.requested(app, people)
        other = factories.requested(app, people, factories.at(4, 9))
        third = factories.requested(app, people, factories.at(7, 9))
        chen = f"/instructors/{people.chen.id}"
        span = {"first": "2026-12-01", "last": "2026-12-02"}
        day = {"kind": "closed", "first": "2026-12-01", "note": "KEPT"}
        rules = {
            "notice_days": "17",
            "horizon_days": "90",
            "buffer_minutes": "0",
            "step_minutes": "60",
            "shortest_minutes": "15",
            "longest_minutes": "480",
            "makeup": "own",
        }
        parts = {"region": "990100", "morning": "8-11", "afternoon": "13-17", "evening": "18-20"}
        order = ordering.placed(app, people)
        entry, topic = f"/entries/{people.chen.id}", {"title": "KEPT", "minutes": "60"}
        past, halls_path, listeners = _afterwards(app, people)
        asked = {"text": "KEPT", "kind": "single", "choices": "甲", "choice_b": "乙", "right": "A"}
        pasted = "1. KEPT\nA. 一\nB. 二\n答案: A"
        bank = f"{entry}/topics/{people.chen.topic}/questions"
        [question, *_more] = made.fill(app, people)
        scores = {"score_content": "4", "score_method": "4", "score_usefulness": "4"}
        given = scores | {"version": "1", "again": "yes", "remarks": "KEPT"}
        [outcome, *_others] = asking.outcome_ids(app)
        effect = asking.asked(app, people)
        [signed, *_rest] = halls.ids(app)
        cases = [
            ("orders.reject", WANG, f"/orders/{order}/reject", {"reason": "KEPT"}),
            ("lectures.act", CHEN, f"/lectures/{number}/decline", {"reason": "KEPT"}),
            ("lectures.name_attendee", LI, f"/lectures/{third}/attendees",
             {"name": "KEPT", "email": "he@example.org"}),
            ("availability.save_week", CHEN, f"{chen}/availability/week", {"day0": "07:00-07:30"}),
            ("availability.add_override", CHEN, f"{chen}/availability/overrides", day),
            ("availability.save_rules", CHEN, f"{chen}/availability/rules", rules),
            ("availability.new_timetable", CHEN, f"{chen}/availability/timetables/new",
             span | {"title": "KEPT", "day0": "9-10", "every_weeks": "1", "replaces": "yes"}),
            ("availability.add_calendar", CHEN, f"{chen}/availability/calendars/address",
             {"address": "https://example.org/KEPT.ics", "all_day": "busy"}),
            ("availability.add_term", WANG, f"{chen}/terms", span | {"certificate": "KEPT"}),
            ("availability.suspend", WANG, f"{chen}/suspensions", span | {"reason": "KEPT"}),
            ("availability.topic_days", WANG, f"{chen}/topics/{people.chen.topic}/days", span),
            ("availability.half_days", WANG, "/half-days", parts),
            ("lectures.quota", WANG, f"/request-limits/{people.li.id}", {"open_limit": "37"}),
            ("synonyms.overview", WANG, "/synonyms", {"word": "KEPT", "means": "急救"}),
            ("nominations.new", WANG, "/nominate", nominating.TYPED | {"name": "KEPT"}),
            ("contacts.ask", LI, f"/contact-requests/ask/{people.chen.id}",
             {"organisation": str(people.li.id), "reason": "KEPT"}),
            ("contacts.add", LI, "/contacts/account/add", {"value": "0571-88880000"}),
            ("lectures.board_act", WANG, "/board/decline", {"row": other, "reason": "KEPT"}),
            ("entries.section", CHEN, f"{entry}/introduction", {"text": "KEPT"}),
            ("entries.new_topic", CHEN, f"{entry}/topics/new", topic),
            ("entries.topic", CHEN, f"{entry}/topics/{people.chen.topic}",
             topic | {"title": "KEPT anew"}),
            ("entries.new", WANG, "/entries/new",
             {"name": "林森", "workplace": "KEPT", "region": "990102"}),
            ("organisations.add", WANG, "/organisations/new",
             {"name": "KEPT支部", "region": "990102"}),
            ("organisations.edit", WANG, f"/organisations/{people.li.id}",
             {"name": "KEPT第一支部", "region": "990121"}),
            ("regions.add", ROOT, "/regions/new", {"code": "990199", "name": "KEPT区"}),
            ("fields.add", ROOT, "/fields/new", {"name": "KEPT领域", "parent": ""}),
            ("administration.settings_group", ROOT, "/manage/settings/site",
             {"site_name": "KEPT", "site_name_en": "", "contact_line": ""}),
            ("notifications.choices", LI, "/notifications",
             dict.fromkeys(("calendar", "progress", "contact", "register", "reminder"), "mail")
             | {"quiet": "y", "quiet_from": "21:37", "quiet_until": "07:00"}),
            ("attendance.show", LI, f"/lectures/{past}/listeners", {"names": "KEPT"}),
            ("attendance.entry", LI, f"/lectures/{past}/listeners/{signed}", {"name": "KEPT乙"}),
            ("attendance.sign", WANG, halls_path, {"name": "KEPT丙"}),
            ("evaluations.give", LI, f"/lectures/{past}/evaluation", given),
            ("evaluations.answer", WANG, listeners, given),
            ("evaluations.questions", ROOT, "/evaluations/questions", _questions("KEPT")),
            ("follow_ups.answer", LI, f"/lectures/{effect}/effect/first",
             {"outcomes": str(outcome), "text": "KEPT"}),
            ("follow_ups.outcomes", ROOT, "/effects/outcomes",
             {"name": "KEPT", "name_en": "KEPT in English"}),
            ("follow_ups.outcome", ROOT, f"/effects/outcomes/{outcome}",
             {"name": "KEPT乙", "name_en": "KEPT again"}),
            ("knowledge_tests.new_question", CHEN, f"{bank}/new", asked),
            ("knowledge_tests.question", CHEN, f"{bank}/{question}", asked | {"text": "KEPT乙"}),
            ("knowledge_tests.paste", CHEN, f"{bank}/paste", {"pasted": pasted}),
            ("recruiting.close", WANG, f"/recruiting/{_case(app, people)}/close",
             {"reason": "KEPT"}),
        ]  # fmt: skip
        kept = {
            "contacts.add": 'value="0571-88880000"',
            "availability.save_week": "07:00-07:30",
            "availability.save_rules": 'value="17"',
            "notifications.choices": 'value="21:37"',
            "availability.topic_days": 'value="2026-12-02"',
            "availability.half_days": 'value="8-11"',
            "lectures.quota": 'value="37"',
        }
        # These two need a row first, and are the same code as those above them.
        others = {"availability.timetable", "availability.end_suspension"}
        # These have tests of their own.
        others |= {"lectures.book", "lectures.answer", "me.leave", "me.leave_for"}
        # These are the same code for a proposal, a record or an order that must be there first;
        # most have nothing but a button.
        others |= {name for name in app.view_functions if name.startswith("orders.")}
        others.remove("orders.reject")
        others |= {"lectures.move", "lectures.replace", "lectures.answer_proposal"}
        others |= {"lectures.proposal_link", "lectures.record", "lectures.not_held"}
        others |= {"lectures.reviews", "entries.reviews", "entries.send_back"}
        # Boxes and files, which no browser keeps.
        others |= {"entries.bulk", "entries.portrait", "knowledge_tests.upload"}
        # These are the same code for a nomination, a term or a departure that must be there first.
        others |= {name for name in app.view_functions if name.startswith("nominations.")}
        others.remove("nominations.new")
        # These are the same code for a request, a thread or a lecture that must be there first.
        others |= {f"contacts.{name}" for name in ("grant", "decline", "relay", "withdraw")}
        others |= {f"contacts.{name}" for name in ("revoke", "answer", "edit", "branch_case")}
        others |= {"lectures.message"}
        # Of days off: a step before the change, and a file, which no page shows again.
        others |= {"availability.change_day", "availability.preview_days"}
        # These need a row, a link or a file first, and are the same code as those above them.
        others |= {"administration.mail_server", "administration.mailbox"}
        others |= {"administration.text_messages", "notifications.robots", "notifications.robot"}
        others |= {"administration.setup", "administration.text"}
        others |= {"fields.one", "organisations.close", "regions.one", "register.fill_hours"}
        others |= {"members.accept", "members.approve", "members.decline", "members.new_password"}
        # These show a secret link or a contact once instead of leading on.
        others |= {"members.invite", "members.join", "contacts.case", "feeds.create"}
        # Two radio buttons, which come with a calendar address.
        others |= {"feeds.invitations"}
        # This one changes nothing and always shows the page again.
        others |= {"lectures.board_again"}
        marked = {name for name, view in app.view_functions.items() if hasattr(view, "keeps_typed")}
        assert {case[0] for case in cases} == marked - others
        before = row_counts(app)
        for name, email, path, values in cases:
            browser = Client(app).language("en").sign_in(email)

            answer = self._late(browser, path, values, email)

            assert (name, answer.status_code) == (name, 400)
            assert (name, answer.text.count("Nothing is lost: send once more.")) == (name, 1)
            assert (name, kept.get(name, "KEPT") in answer.text) == (name, True)
            assert (name, row_counts(app)) == (name, before)
            # With a good token the very same is accepted.
            assert (name, browser.post(path, values).status_code) == (name, 303)
            before = row_counts(app)

    def test_elsewhere_the_page_says_the_truth_and_leads_back(
        self, app: Flask, people: Cast, browser: Client
    ) -> None:
        number = factories.requested(app, people)
        browser.sign_out()
        browser.sign_in(LI)
        there = f"/lectures/{number}"

        answer = browser.post(
            "/logout", {"csrf_token": "old"}, csrf=False,
            headers={"Referer": f"http://localhost{there}"},
        )  # fmt: skip
        foreign = browser.post(
            "/logout", {}, csrf=False, headers={"Referer": "https://elsewhere.example/there"}
        )

        assert (answer.status_code, foreign.status_code) == (400, 400)
        assert f'href="{there}">Open the page again' in answer.text
        assert "Open the page again</a>" not in foreign.text


@pytest.mark.own_application
def test_errors_keep_the_headers_that_say_what_to_do(app: Flask) -> None:
    @app.get("/busy")
    @requires("public")
    def busy() -> NoReturn:
        raise TooManyRequests(retry_after=30)

    client = Client(app)
    page, api = client.post("/"), client.post("/api/v1/instructors")
    wait = client.get("/busy")

    assert (page.status_code, set(page.headers["Allow"].split(", "))) == (
        405,
        {"GET", "HEAD", "OPTIONS"},
    )
    assert (api.status_code, set(api.headers["Allow"].split(", "))) == (
        405,
        {"GET", "HEAD", "OPTIONS"},
    )
    assert (wait.status_code, wait.headers["Retry-After"]) == (429, "30")
    assert page.content_type == "text/html; charset=utf-8"
