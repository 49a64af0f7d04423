"""No page asks the database more often where it lists thirty things instead of one.

The routes are discovered from the application: a new one is counted, or is told here to have no
page, with the reason. Each is opened as everybody who may; `make test` opens the pages of one of
three routes, as two people each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes, policy
from pathlib import Path
from zlib import crc32

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule

from booking.accounts import guards
from booking.attendance.models import AttendanceEntry
from booking.availability.models import Suspension, Term, Timetable
from booking.calendars.feeds import service as calendars
from booking.calendars.feeds.engine.kinds import of_instructor
from booking.db import db, unit_of_work
from booking.lectures.attendees.engine import leave_links
from booking.lectures.attendees.models import NamedAttendee
from booking.lectures.attendees.service import Naming, name_attendee
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from booking.listener_links.engine.purposes import LinkPurpose
from booking.nominations.engine import links
from booking.nominations.engine.application import Origin
from booking.nominations.engine.lifecycle import NominationState
from booking.nominations.models import Nomination
from booking.notifications.choices.engine.unsubscribe_links import Unsubscribing, sign
from booking.notifications.engine.kinds import MessageKind
from booking.notifications.transmission.delivery import mail_folder
from booking.orders.season.models import SeasonPlan
from booking.settings import service as settings
from booking.year_reviews import cache
from tests import databases
from tests.attendance import halls
from tests.browser import Client
from tests.counting import QueryCount
from tests.databases import SqliteTemplate
from tests.evaluations import evaluating
from tests.exports import ready_files
from tests.extent import CASES, WHOLE
from tests.factories import CHEN, CITY, LI, NOW, ROOT, WANG, Cast
from tests.knowledge_tests import made
from tests.members import things as members
from tests.organisations import uploads
from tests.pages.growth import grow
from tests.pages.routes import NOT_OPENED
from tests.register.uploads import rows, sheet, upload

MANY = 30
OF_A_PAGE = 5 if WHOLE else 2
"""People who open each page, of those who may."""
READERS = (None, LI, CHEN, WANG, ROOT)
EVERYBODY: dict[str, tuple[str | None, ...]] = {
    **dict.fromkeys(("public", "directory.search", "instructor.read"), (None, LI)),
    **dict.fromkeys(("join.ask", "invitation.accept", "reset.link"), (None,)),
    "account.use": (LI, CHEN),
}
"""Permissions of those who are not asked for a role, and who opens such pages."""

_ANSWER = re.compile(r"http://localhost/answer/(\S+)")
_PROPOSAL = re.compile(r"http://localhost/proposal/(\S+)")

QUERIES = {
    "lectures.book": ("?topic={topic}&start={start}", "?topic={topic}&start={start}&day="),
    "directory.instructor": ("", "?day={start}"),
    "directory.search": ("", "?q=急救&region=990102"),
    "directory.match": ("", "?q=急救&region=990102"),
    "lectures.board": ("", "?q=陈明"),
    "organisations.overview": ("", "?name=支部&region=990100"),
    "organisations.merge": ("", "?name=支部"),
    "regions.merge": ("?into=990102",),
    "orders.board": ("", "?show=all&q=急救"),
    "orders.new": ("", "?q=急救&like=DD-2026-000001"),
    "lectures.instructor_calendar": ("?view=month", "?view=week", "?view=list"),
    "lectures.branch_calendar": ("?view=month", "?view=week", "?view=list"),
    "lectures.region_calendar": ("?view=month", "?view=week", "?view=list"),
    "security.login": ("", "?next=/instructors/{instructor}/book%3Ftopic={topic}%26start={start}"),
    "api.slots": ("?topic={topic}",),
    "nominations.queue": ("", "?show=returned", "?show=over"),
    "oversight.export_entries": ("?format=csv",),
    "oversight.export_reveals": ("?format=csv",),
    "availability.days_off": ("?year=2026",),
    "api.matches": ("?q=急救",),
    "statistics.lectures": ("", "?from=2025-06-01&to=2027-05-01"),
    "statistics.units": ("", "?reached=yes&from=2025-06-01&to=2027-05-01"),
    "statistics.needs": ("", "?from=2025-06-01&to=2027-05-01"),
    "statistics.instructors": ("",),
    "statistics.topics": ("", "?asked=period&from=2025-06-01&to=2027-05-01"),
    "year_reviews.branch": ("?year=2026",),
    "year_reviews.instructor": ("?year=2026",),
    "statistics.report": ("?from=2025-06-01&to=2027-05-01",),
    "members.people": ("", "?role=branch&region=990100"),
    "members.invitations": ("", "?state=all"),
    "members.invite": ("", "?role=branch&q=支部", "?instructor_id={instructor}"),
    "members.give": ("?role=branch&q=支部", "?instructor_id={instructor}"),
}
"""What is asked of a page; of others nothing."""

STATISTICS = ("demand", "totals", "coverage", "conduct", "effect")

START = "2027-01-20T10:00"
"""A free time of Chen."""

_FIRST_ENTRY = select(AttendanceEntry.lecture_id).where(AttendanceEntry.id == 1).scalar_subquery()

Counts = dict[tuple[str, str | None], int]


@pytest.fixture
def database_url(sqlite_template: SqliteTemplate, tmp_path: Path) -> str:
    """The number of queries does not depend on the kind of database."""
    return sqlite_template.copy_to(tmp_path)


def _values(app: Flask, cast: Cast) -> dict[str, object]:
    """What the arguments of routes are filled with; `endpoint.argument` goes before `argument`.

    A route is opened with each value of a tuple.
    """
    with app.app_context():
        session = db.session()
        written = sorted(mail_folder().glob("*.eml"))
        letters = [_text(path) for path in written]
        first = {
            f"{model.__tablename__}_id": session.scalar(select(func.min(model.id)))
            for model in (Suspension, Term, Timetable)
        }
        # The last plan has all the orders.
        plan = session.scalar(select(func.max(SeasonPlan.id)))
        asked = session.scalar(
            select(func.min(Lecture.number)).where(Lecture.state == State.DELIVERED)
        )
        listed = session.scalar(select(func.min(Lecture.number)).where(Lecture.id == _FIRST_ENTRY))
        heard = session.scalar(
            select(Lecture.number)
            .where(Lecture.state == State.DELIVERED)
            .order_by(Lecture.starts_at.desc())
            .limit(1)
        )
        requested, confirmed = (
            session.scalar(select(func.min(Lecture.number)).where(Lecture.state == state))
            for state in (State.REQUESTED, State.CONFIRMED)
        )
        returned, submitted, by_nobody = (
            session.scalar(select(func.min(Nomination.id)).where(*conditions))
            for conditions in (
                (Nomination.state == NominationState.RETURNED,),
                (Nomination.state == NominationState.SUBMITTED,),
                (Nomination.origin == Origin.SELF,),
            )
        )
    hall = halls.opened(app, listed or "").rpartition("/")[2]
    attendee = _named(app, cast, confirmed or "")
    evaluating_path = evaluating.opened(app, heard or "")
    tested = made.opened(app, confirmed or "", LinkPurpose.TEST_BEFORE, NOW)
    token = links.sign(by_nobody or 0, app.config["SECRET_KEY"])
    return first | {
        "request_id": 1,
        "thread_id": 1,
        "contact_id": 1,
        "robot_id": 1,
        "contacts.edit.owner": "account",
        "me.part.name": "lectures",
        "me.preview.name": "branch",
        "nomination_id": submitted,
        "nominations.own_correct.nomination_id": returned,
        "nominations.link_show.token": token,
        "nominations.link_correct.token": token,
        "instructor_id": cast.chen.id,
        "topic_id": cast.chen.topic,
        "entries.merge.other_id": cast.zhou.id,
        "entries.section.section": "regions",
        "organisation_id": cast.li.id,
        "number": requested,
        "calendars.download.number": confirmed,
        "follow_ups.answer.number": asked,
        "follow_ups.document.number": asked,
        "stage": "first",
        "case_id": 1,
        "outcome_id": 1,
        "attendance.show.number": listed,
        "attendance.entry.number": listed,
        "entry_id": 1,
        "side": ("regions", "branches", "instructors"),
        "owner": (CITY, cast.li.id, cast.chen.id),
        "dossiers.listing_file.kind": "xlsx",
        "dossiers.show.number": asked,
        "dossiers.show_pdf.number": asked,
        "certificate_id": 1,
        "question_id": 1,
        "knowledge_tests.show.number": confirmed,
        "knowledge_tests.answer.token": tested,
        "evaluations.give.number": heard,
        "evaluations.answer.token": evaluating_path.rpartition("/")[2],
        "attendance.sign.token": hall,
        "purpose": "attendance",
        "listener_links.show.number": listed,
        "orders.show.number": "DD-2026-000001",
        "orders.claim.number": "DD-2026-000001",
        "plan_id": plan,
        "code": "990121",
        "field_id": 1,
        "kind": "csv",
        "statistics.show.name": STATISTICS,
        "statistics.export.name": STATISTICS,
        "administration.settings_group.code": "language",
        "administration.text.code": "privacy",
        "language": "en",
        "notifications.one_mail.number": int(written[0].stem),
        "lectures.answer.token": next(filter(None, map(_ANSWER.search, letters)))[1],
        "lectures.proposal_link.token": next(filter(None, map(_PROPOSAL.search, letters)))[1],
        "lectures.leave.token": leave_links.sign(attendee, databases.SECRET_KEY),
        "notifications.unsubscribe.token": sign(
            Unsubscribing(cast.li.user, MessageKind.REMINDER), databases.SECRET_KEY
        ),
    }


def _named(app: Flask, cast: Cast, number: str) -> leave_links.Leaving:
    """Somebody who is named for a lecture."""
    naming = Naming(cast.li.user, "zh_Hans_CN", NOW, 9)
    with app.app_context(), unit_of_work() as session:
        one = session.scalars(select(NamedAttendee).limit(1)).one_or_none() or name_attendee(
            session, number=number, name="何宁", email="n@example.org", naming=naming
        )
        return leave_links.Leaving(one.id, one.named_at)


def _text(path: Path) -> str:
    body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
    return body.get_content() if body else ""


def _imports(app: Flask, wang: Client, people: int, name: str) -> dict[str, str]:
    """The report of an import of so many people, and a draft with the same."""
    report = _draft(wang, people, name)
    assert wang.post(f"/register/import/{report}").status_code == 303
    draft = _draft(wang, people, name)
    file = ready_files.add(app, WANG, CITY, now=NOW, name=f"{name}.xlsx")
    return {
        "exports.show.key": file,
        "exports.download.key": file,
        "register.show_report.key": report,
        "register.show_draft.key": draft,
        "register.marked.key": draft,
    }


def _lists(root: Client, number: int) -> dict[str, str]:
    """Previews of lists of so many organisations and regions."""
    names = (f"第{one}组织" for one in range(number))
    units = uploads.organisations(root, *names, region="990121")
    lines = (f"9904{one + 1:02},县" for one in range(number))
    regions = uploads.regions(root, "990400,远市", *lines)
    return {
        "organisations.preview.key": units.rpartition("/")[2],
        "regions.preview.key": regions.rpartition("/")[2],
    }


def _draft(wang: Client, people: int, name: str) -> str:
    status, path, page = upload(wang, sheet(rows(people, f"栖云市{name}")))
    assert status == 303, page
    return path.rpartition("/")[2]


def _feed(app: Flask, cast: Cast) -> dict[str, str]:
    with app.app_context(), unit_of_work() as session:
        token = calendars.open_feed(
            session,
            of_instructor(cast.chen.id),
            user_id=cast.chen.user,
            now=NOW,
        )
    return {
        "feeds.feed.token": token,
        "feeds.document.token": token,
        "feeds.document.part": "freebusy",
    }


def _members(app: Flask, cast: Cast, number: int) -> dict[str, object]:
    """Somebody with an account, a request to join, and the tokens of secret links."""
    with app.app_context(), unit_of_work() as session:
        added = members.add(session, cast, name=f"末位{number}", number=number, now=NOW)
    return {
        "user_id": added.user,
        "request_id": added.request,
        "members.accept.token": added.invitation_token,
        "members.joined.token": added.joined_token,
        "members.new_password.token": added.reset_token,
    }


def _pages(app: Flask, values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Every page that can be asked for: its endpoint with what is asked, and its address."""
    texts = {"topic": values["topic_id"], "instructor": values["instructor_id"], "start": START}
    for rule in _rules(app):
        for number, arguments in enumerate(_arguments(rule, values)):
            built = rule.build(arguments)
            assert built is not None, rule
            name = f"{rule.endpoint}?{number}" if number else rule.endpoint
            for asked in QUERIES.get(rule.endpoint, ("",)):
                yield name + asked, built[1] + asked.format(**texts)


def _rules(app: Flask) -> list[Rule]:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [rule for rule in rules if rule.endpoint not in NOT_OPENED and _chosen(rule)]


def _chosen(rule: Rule) -> bool:
    """Whether the pages of a route are counted: in `make test` those of one of three routes."""
    return CASES or crc32(rule.rule.encode()) % 3 == 0


def _arguments(rule: Rule, values: Mapping[str, object]) -> list[dict[str, object]]:
    """What a route is opened with: once, or with each value in turn of those that are tuples."""
    found = {
        name: values.get(f"{rule.endpoint}.{name}", values.get(name)) for name in rule.arguments
    }
    times = max((len(one) for one in found.values() if isinstance(one, tuple)), default=1)
    return [
        {name: one[turn] if isinstance(one, tuple) else one for name, one in found.items()}
        for turn in range(times)
    ]


def _readers(app: Flask, endpoint: str) -> tuple[str | None, ...]:
    """Who opens a page, from another one on for each route.

    What anybody may open looks the same to all who do not book.
    """
    with app.app_context():
        permission = guards.permission_of(endpoint) or ""
    if WHOLE or permission not in EVERYBODY:
        turn = crc32(endpoint.encode()) % len(READERS)
        return READERS[turn:] + READERS[:turn]
    return EVERYBODY[permission]


def _counted(
    app: Flask, values: Mapping[str, object], clients: Mapping[str | None, Client], seen: QueryCount
) -> Counts:
    """The number of queries of each page, by who may open it."""
    counts: Counts = {}
    for name, path in _pages(app, values):
        opened = 0
        for reader in _readers(app, name.partition("?")[0]):
            if opened == OF_A_PAGE:
                break
            with seen() as statements:
                answer = clients[reader].get(path)
            if answer.status_code == 200:
                counts[name, reader] = len(statements)
                opened += 1
    return counts


def test_pages_ask_as_often_for_thirty_things_as_for_one(
    app: Flask, people: Cast, queries: QueryCount
) -> None:
    clients = {
        reader: Client(app, checks_html=False).sign_in(reader) if reader else Client(app)
        for reader in READERS
    }
    with app.app_context(), unit_of_work() as session:
        codes = {"text_service": "hook", "phone_codes": "yes"}
        settings.change_several(session, codes, now=NOW)
    counts: list[Counts] = []
    for numbers in (range(1), range(1, MANY)):
        grow(app, people, numbers)
        with app.app_context():
            cache.forget()  # The second look would ask nothing at all.
        values = _values(app, people) | _feed(app, people)
        values |= _imports(app, clients[WANG], len(numbers), f"第{len(numbers)}组")
        values |= _lists(clients[ROOT], len(numbers))
        values |= _members(app, people, 90 + len(counts))
        counts.append(_counted(app, values, clients, queries))
    one, many = counts
    opened = {name.partition("?")[0] for name, _reader in one}
    # A code is typed by who has asked for one, and shows nothing that could grow.
    assert {rule.endpoint for rule in _rules(app)} - opened <= {"accounts.type_code"}
    assert len(opened) > 50
    assert {page: (one.get(page), many[page]) for page in many if one.get(page) != many[page]} == {}
    assert len(one) == len(many)


def test_routes_that_open_no_page_exist(app: Flask) -> None:
    assert set(NOT_OPENED) - {rule.endpoint for rule in app.url_map.iter_rules()} == set()
