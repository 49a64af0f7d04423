"""Requests for other people's things: all routes, all roles, all ids; the database decides.

Routes, forms and ids are discovered from the running application, so a new feature is attacked
without being listed here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from zlib import crc32

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from booking.accounts.guards import SWITCHED_OFF
from tests.attacks import crawler, world
from tests.attacks.contents import text_of
from tests.attacks.crawler import Visit
from tests.attacks.html_forms import FormRequest
from tests.attacks.snapshots import Rows, difference, integers, references, snapshot, texts
from tests.attacks.world import CONTACT, INSIDERS, MARKER, OUTSIDERS, STRANGER
from tests.browser import Client
from tests.extent import WHOLE
from tests.factories import CITY, SUN, Cast

RECORDS_ABOUT_REQUESTS = frozenset({"audit_entry", "sign_in", "failed_sign_in"})
"""Tables that only say who asked for what; a refused request may leave a row there."""

NOT_SENT = {
    "security.login": "signs in; nothing of anybody else is named",
    "security.logout": "ends the own session only",
    "security.forgot_password": "open to everybody",
    "security.reset_password": "the secret link is the key; no page shows it",
    "security.change_email_confirm": "the secret link is the key; no page shows it",
    "attendance.sign": "the secret link is the key; see tests/attendance/test_listeners",
    "evaluations.answer": "the secret link is the key; see tests/evaluations/test_listeners",
    "evaluations.questions": "for administrators; see tests/evaluations/test_branches",
    "knowledge_tests.answer": "the secret link is the key; see tests/knowledge_tests/test_answers",
    "dossiers.issue_certificate": "where something is recorded; see tests/dossiers",
    **dict.fromkeys(
        ("recruiting.ask", "recruiting.close", "recruiting.nominate", "recruiting.open_case"),
        "where needs were not met; see tests/recruiting/test_cases",
    ),
    "lectures.answer": "the secret link is the key; no page shows it",
    "lectures.leave": "the secret link is the key; no page shows it",
    "lectures.proposal_link": "the secret link is the key; no page shows it",
    "notifications.unsubscribe": "the secret link is the key; no page shows it",
    "members.accept": "the secret link is the key; no page shows it",
    "members.new_password": "the secret link is the key; no page shows it",
    "members.go_on": "the secret link is the key; no page shows it",
    "lectures.expire": "for administrators, while a round of expiries waits",
    "accounts.address": "for who has no address; see tests/accounts/test_own_names",
    "accounts.confirm_address": "the secret link is the key; no page shows it",
    "me.take_back": "offered while the account leaves; see tests/privacy/test_own_page",
    "me.take_back_for": "offered while the person leaves; see tests/privacy/test_own_page",
    **dict.fromkeys(
        (
            "administration.mail_server",
            "administration.mailbox",
            "administration.text_messages",
            "administration.restore_text",
            "administration.settings_default",
            "administration.settings_group",
            "administration.text",
        ),
        "for administrators; see tests/administration/test_foreign_settings",
    ),
    "administration.setup": "the secret link is the key; no page shows it",
    **dict.fromkeys(
        ("accounts.ask_code", "accounts.type_code"), "signs in; see tests/accounts/test_codes"
    ),
    "notifications.texts": "where a service is set; see tests/notifications/test_texts",
    "nominations.link_withdraw": "the secret link is the key; no page shows it",
    "nominations.link_correct": "the secret link is the key; no page shows it",
    **dict.fromkeys(
        (
            "follow_ups.outcomes",
            "follow_ups.outcome",
            "follow_ups.retire_outcome",
            "follow_ups.restore_outcome",
        ),
        "for administrators; see tests/follow_ups/test_outcomes",
    ),
    "operations.run_job": "for administrators; see tests/administration/test_operations",
    "operations.retry_event": "for administrators; see tests/administration/test_operations",
    **dict.fromkeys(
        ("notifications.retry_event", "notifications.retry_events"),
        "for administrators; see tests/notifications/test_deliveries",
    ),
    **dict.fromkeys(
        ("notifications.retry", "notifications.give_up", "notifications.retry_parked"),
        "offered after a failure; see tests/notifications/test_deliveries",
    ),
    "operations.back_up": "for administrators; see tests/administration/test_operations",
    "availability.change_day": "for administrators; see tests/availability/test_days_off_pages",
    "availability.preview_days": "for administrators; see tests/availability/test_days_off_pages",
    "availability.import_days": "for administrators; see tests/availability/test_days_off_pages",
    "security.two_factor_token_validation": "between the password and the second step",
    "security.tf_select": "between the password and the second step",
    "security.mf_recovery": "between the password and the second step",
    "security.wan_signin": "signs in; nothing of anybody else is named",
    "security.wan_signin_response": "answers a challenge that this browser was given",
    "security.wan_register_response": "answers a challenge that this browser was given",
    "security.wan_delete": "for those who have a passkey, which needs a real authenticator",
    **dict.fromkeys(
        ("regions.add", "regions.one", "regions.merge", "regions.upload", "regions.preview"),
        "for administrators; see tests/organisations/test_regions",
    ),
    **dict.fromkeys(
        ("fields.add", "fields.one", "fields.merge", "fields.take_back"),
        "for coordinators of the topmost region; see tests/instructors/test_fields",
    ),
    **dict.fromkeys(SWITCHED_OFF, "is switched off"),
}
"""POST routes that no page of an insider leads to, and why."""


DATABASES = ("sqlite", "postgresql") if WHOLE else ("sqlite",)
pytestmark = pytest.mark.parametrize("database_url", DATABASES, indirect=True)


@dataclass(frozen=True, slots=True)
class Province:
    """The people, and addresses of insiders to which no page leads."""

    cast: Cast
    more: dict[str, list[str]]


KEPT_TOGETHER = frozenset({"synonym"})
"""Tables that the coordinators of all regions keep together (decision 0103)."""

OPEN_TO_EVERYBODY = frozenset({"nomination"})
"""Tables to which anybody may add a row about any region; not one of somebody else's unit."""

REFUSED_TO_INSIDERS = {
    "security.change_password": "the crawler's text is too short for a new password",
    "factors.authenticator": "asks for a code of the authenticator app",
    "feeds.create": "the crawler's text is no field; see tests/calendars/test_feed_kinds",
    "notifications.robots": "the crawler's text is no address; see tests/notifications/test_robots",
    "synonyms.overview": "the crawler's two words are the same; see tests/directory/test_synonyms",
    "orders.join": "the crawler selects no orders; see tests/orders/test_guests",
    "nominations.reject": "the crawler gives no reason; see tests/nominations/test_review",
    "nominations.send_back": "the crawler gives no reason; see tests/nominations/test_review",
    "entries.bulk": "the crawler chooses one entry; see tests/entries/test_pages",
    "orders.let_go": "the held time is taken before; see tests/orders/test_waiting_list",
    "orders.reject": "every order is dispatched before; see tests/orders/test_order_pages",
    "members.decline": "the crawler gives no reason; see tests/members/test_sign_up",
    "members.join": "the crawler gives no reason; see tests/members/test_sign_up",
    "members.give": "the person is an instructor already; see tests/members/test_people",
    "entries.approve": "the person withdraws all changes before; see tests/entries/test_pages",
    "entries.send_back": "the person withdraws all changes before; see tests/entries/test_pages",
    "entries.new": "the import has added somebody of this name; see tests/entries/test_pages",
    "entries.portrait": "the crawler's file is no picture; see tests/entries/test_portraits",
    "lectures.board_again": "changes nothing: it asks for one of the buttons",
    "nominations.new": "the crawler's text is no telephone number; see tests/nominations",
    "nominations.own_correct": "the crawler's text is no telephone number; see tests/nominations",
    "nominations.arrange_trial": "the crawler's text is no time of day; see tests/nominations",
    "nominations.renew": "the crawler selects no terms; see tests/nominations/test_renewals",
    "accounts.phone": "the crawler's text is no number; see tests/accounts/test_own_names",
    "contacts.add": "the crawler's text is no contact; see tests/contacts/test_cases",
    "contacts.edit": "the crawler's text is no contact; see tests/contacts/test_cases",
    "contacts.ask": "the branch has asked already; see tests/contacts/test_requests",
    "contacts.decline": "the request is granted before; see tests/contacts/test_requests",
    "contacts.relay": "the request is granted before; see tests/contacts/test_requests",
    "contacts.withdraw": "the request is granted before; see tests/contacts/test_requests",
    "me.leave": "the crawler's text is not the person's name; see tests/privacy/test_own_page",
    "nominations.leave": "Chen has lectures to come; see tests/nominations/test_departures",
    "knowledge_tests.upload": "the file is a register; see tests/knowledge_tests/test_sheets",
}
"""POST routes that refuse the values that the crawler fills in, and why."""


def _visits(app: Flask, province: Province) -> dict[str, Visit]:
    """What each insider can reach."""
    return {
        email: crawler.crawl(
            app, world.browser(app, email), MARKER, province.more[email], most=OF_A_CRAWL
        )
        for email in INSIDERS
    }


def _leaks(text: str) -> bool:
    shown = unescape(text)
    return MARKER in shown or CONTACT in shown


def _forms(visits: dict[str, Visit]) -> dict[FormRequest, str]:
    """Every request that an insider's pages offer, and an insider who may send it."""
    forms: dict[FormRequest, str] = {}
    for email, visit in visits.items():
        for request in visit.requests:
            if not request.path.startswith(crawler.SIGN_OUT):
                forms.setdefault(request, email)
    return forms


def _harm(cast: Cast, attacker: str | None, before: Rows, after: Rows) -> list[object]:
    """What happened to rows that are not the attacker's own account."""
    change = difference(before, after)
    own_tables = RECORDS_ABOUT_REQUESTS | (KEPT_TOGETHER if attacker == SUN else frozenset())
    inside = {
        "instructor.id": {cast.chen.id},
        "organisation.id": {cast.li.id},
        "user.id": {cast.chen.user, cast.li.user, cast.wang},
    }
    own = {key for key, row in before.items() if key[0] == "user" and row["email"] == attacker}
    harm: list[object] = [key for key in change.removed if key[0] not in own_tables]
    harm += [
        (key, columns, [before[key][name] for name in columns])
        for key, columns in change.altered.items()
        if key not in own and key[0] not in own_tables
    ]
    for (table, key), row in change.added.items():
        codes = () if table in OPEN_TO_EVERYBODY else references(table, row, "region.code")
        named = any(
            set(references(table, row, column)) & ids for column, ids in inside.items()
        ) or any(code.startswith(CITY[:4]) for code in codes)
        if named and table not in RECORDS_ABOUT_REQUESTS:
            harm.append((table, key, row))
    return harm


class Attacker:
    """An outsider's browser, which signs in again whenever a request has signed it out."""

    def __init__(self, app: Flask, email: str | None) -> None:
        self._app, self._email = app, email
        self._client = world.browser(app, email)

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self._client.get(path)

    def send(self, request: FormRequest) -> TestResponse:
        """Send a form of somebody else."""
        if self._email is not None and "/login" in (self._client.get("/start").location or ""):
            self._client = world.browser(self._app, self._email)
        return crawler.send(self._client, request)


@pytest.fixture
def province(app: Flask, people: Cast) -> Province:
    """The province with private data in 栖云市."""
    return Province(people, world.build(app, people))


def _insiders_see_the_private_data(visits: dict[str, Visit]) -> None:
    for email, visit in visits.items():
        shown = [path for path, page in visit.pages.items() if _leaks(page)]
        assert len(shown) >= 5, (email, shown)


def _every_post_route_is_discovered(app: Flask, forms: Iterable[FormRequest]) -> None:
    discovered = {str(crawler.endpoint(app, request.path, "POST")) for request in forms}
    posting = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    missing = sorted(posting - discovered - set(NOT_SENT))
    assert missing == [], " ".join(missing)


def test_foreign_pages_and_forms_are_refused(app: Flask, province: Province) -> None:
    visits = _visits(app, province)
    paths = {path for visit in visits.values() for path in visit.pages}
    forms = _forms(visits)
    # Without these two the rest would prove nothing.
    _insiders_see_the_private_data(visits)
    _every_post_route_is_discovered(app, forms)
    assert len(paths) > 50
    sent = _few_of_each_route(app, forms)
    assert len(sent) > 100
    paths = set(_part(app, paths))
    for email in OUTSIDERS if WHOLE else FEW_OUTSIDERS:
        before = snapshot(app)
        attacker = Attacker(app, email)
        shown = [path for path in sorted(paths) if _shows(attacker.get(path))]
        assert shown == [], email
        answered = [request.path for request in sent if _shows(attacker.send(request), request)]
        assert answered == [], email
        assert _harm(province.cast, email, before, snapshot(app)) == [], email
    # After the outsiders, as they changed nothing that counts: building all of it takes long.
    _the_same_forms_change_something_when_insiders_send_them(app, forms)


def _few_of_each_route(app: Flask, forms: Iterable[FormRequest]) -> list[FormRequest]:
    """All forms, or a few of each route, chosen by a hash of what they send."""
    if WHOLE:
        return list(forms)
    of_routes: dict[str | None, list[FormRequest]] = defaultdict(list)
    for request in sorted(forms, key=lambda form: crc32(repr(form).encode())):
        of_routes[crawler.endpoint(app, request.path, "POST")].append(request)
    return [request for found in of_routes.values() for request in found[:OF_EACH_ROUTE]]


def _shows(response: TestResponse, request: FormRequest | None = None) -> bool:
    """Whether private data is in an answer; what was sent itself may come back."""
    assert response.status_code < 500, (response.request.path, response.status_code)
    sent = "" if request is None else " ".join(value for _name, value in request.fields)
    return _leaks(text_of(response)) and MARKER not in sent


def _the_same_forms_change_something_when_insiders_send_them(
    app: Flask, forms: dict[FormRequest, str]
) -> None:
    """The forms are complete: outsiders are refused for who they are."""
    browsers = {email: world.browser(app, email) for email in INSIDERS}
    before, accepted, refused = snapshot(app), Counter[str](), {}
    for request, email in sorted(forms.items(), key=_turn):
        name = str(crawler.endpoint(app, request.path, "POST"))
        if accepted[name] >= OF_EACH_ROUTE and not WHOLE:
            continue
        answer = crawler.send(browsers[email], request)
        if answer.status_code < 400:
            accepted[name] += 1
        else:
            refused[name] = request
    unexpected = set(refused) - set(accepted) - set(REFUSED_TO_INSIDERS)
    assert unexpected == set(), " ".join(sorted(unexpected))
    assert difference(before, snapshot(app))


EARLIER = (
    "/attendees",
    "/show",
    "/message",
    "/correct",
    "/trial",
    "/answer-link",
    "/season",
    "/undo",
    "/recall",
    "/unclaim",
    "/needs/",
    "/accept",
    "/join",
    "/separate",
    "/unpublish",
    "/take",
)
"""Parts of paths that other forms would make impossible, in the order in which they are sent."""

LATER = ("/remove", "/close", "/end", "/cancel", "/reject", "/let-go", "/retire", "/listed")
"""Ends of paths that remove what other forms are about; those are sent last."""

LAST = ("/merge", "/me/leave", "/leaving", "/not-held")
"""Ends of paths after which even those would be refused: what was merged cannot be removed.

Of a lecture that was not held there is no list, no evaluation and no document.
"""

ACCOUNTS = "/people/"
"""What changes the accounts of those who send the forms comes after all others."""


def _turn(form: tuple[FormRequest, str]) -> int:
    """The place of a form in the order in which all are sent."""
    path = form[0].path.partition("?")[0]
    for place, part in enumerate(EARLIER):
        if part in path:
            return place
    # What an entry and its hours say decides what can be booked.
    decides = path.startswith(("/entries/", "/instructors/")) and not path.endswith("/book")
    later = 2 if path.endswith(LATER) else decides
    return len(EARLIER) + later + 4 * path.endswith(LAST) + 8 * path.startswith(ACCOUNTS)


OF_EACH_ROUTE = 2
"""Addresses of a route that `make test` asks for, and forms of a route that it sends."""
OF_A_CRAWL = 1_000_000 if WHOLE else 24
"""Pages of a route that an insider opens to discover forms and links."""
FEW_OUTSIDERS = (None, STRANGER)
"""Those who attack in `make test`."""


def _part(app: Flask, paths: Iterable[str]) -> list[str]:
    """All addresses, or a few of each route, spread over its ids and names."""
    every = sorted(set(paths))
    if WHOLE:
        return every
    of_routes = defaultdict(list)
    for path in every:
        of_routes[crawler.endpoint(app, path, "GET") or crawler.endpoint(app, path, "POST")].append(
            path
        )
    return [
        path for found in of_routes.values() for path in found[:: -(-len(found) // OF_EACH_ROUTE)]
    ]


@pytest.mark.parametrize("email", OUTSIDERS if WHOLE else FEW_OUTSIDERS)
def test_no_id_leads_to_private_data(app: Flask, province: Province, email: str | None) -> None:
    client: Client = world.browser(app, email)
    before = snapshot(app)
    known = [text for text in texts(before) if "/" not in text]
    largest = max(integers(before)) if WHOLE else 12
    paths = _part(app, crawler.addresses(app, range(1, min(largest, 60) + 1), known))
    assert len(paths) > 100
    token = {"csrf_token": client.token()}
    for path in paths:
        if path.startswith("/language"):
            continue
        answers = [client.get(path)]
        if crawler.endpoint(app, path, "POST"):
            answers.append(client.post(path, dict(token), csrf=False))
        assert [answer.status_code for answer in answers if answer.status_code >= 500] == [], path
        assert not any(_leaks(text_of(answer)) for answer in answers), path
    assert _harm(province.cast, email, before, snapshot(app)) == []
