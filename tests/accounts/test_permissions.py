"""The table of permissions, written down a second time, and scopes of regions."""

from __future__ import annotations

import pytest

from booking.accounts.engine.permissions import NOTHING, PERMISSIONS, Subject, allowed
from booking.accounts.engine.roles import (
    ANONYMOUS,
    Actor,
    Role,
    Standing,
    lineage,
    scope_prefix,
    within,
)

ACTORS = {
    "nobody": ANONYMOUS,
    "stranger": Actor(1),
    "branch": Actor(2, (Standing(Role.BRANCH, organisation_id=1),)),
    "instructor": Actor(3, (Standing(Role.INSTRUCTOR, instructor_id=1),)),
    "coordinator": Actor(4, (Standing(Role.COORDINATOR, region_code="990100"),)),
    "admin": Actor(5, (Standing(Role.ADMIN),)),
}
EVERYBODY = " ".join(ACTORS)
SIGNED_IN = "stranger branch instructor coordinator admin"
SIDES = "branch instructor coordinator admin"

OWN = Subject(1, 1, frozenset({"990121", "990102"}))
FOREIGN = Subject(2, 2, frozenset({"990202"}))
HALF = Subject(2, 1, frozenset({"990202", "990102"}))
"""A lecture of our instructor for a branch of another city."""

TABLE = {
    # permission: who in general, who for their own, who for a thing of others
    "public": (EVERYBODY, EVERYBODY, EVERYBODY),
    "account.use": (SIGNED_IN, SIGNED_IN, SIGNED_IN),
    "directory.search": (EVERYBODY, EVERYBODY, EVERYBODY),
    "instructor.read": (EVERYBODY, EVERYBODY, EVERYBODY),
    "availability.edit": ("instructor coordinator admin", "instructor coordinator admin", "admin"),
    "term.edit": ("coordinator admin", "coordinator admin", "admin"),
    "half_days.edit": ("coordinator admin", "coordinator admin", "admin"),
    "lecture.request": ("branch coordinator admin", "branch coordinator admin", "admin"),
    "review.edit": ("coordinator admin", "coordinator admin", "admin"),
    "lecture.list": ("branch", "branch", ""),
    "lecture.read": (SIDES, SIDES, "admin"),
    "lecture.change": (SIDES, SIDES, "admin"),
    "lecture.listen": ("branch coordinator admin", "branch coordinator admin", "admin"),
    "lecture.inbox": ("instructor", "instructor", ""),
    "attendee.edit": ("branch coordinator admin", "branch coordinator admin", "admin"),
    "link.edit": (SIDES, SIDES, "admin"),
    "recruiting.edit": ("coordinator admin", "coordinator admin", "admin"),
    "listener.link": (EVERYBODY, EVERYBODY, EVERYBODY),
    "statistics.read": ("coordinator admin", "coordinator admin", "admin"),
    "evaluation.give": ("branch", "branch", ""),
    "evaluation.own": ("instructor", "instructor", ""),
    "evaluation.read": ("coordinator admin", "coordinator admin", "admin"),
    "evaluation.edit": ("admin", "admin", "admin"),
    "question.edit": ("instructor coordinator admin", "instructor coordinator admin", "admin"),
    "test.edit": (SIDES, SIDES, "admin"),
    "order.place": ("branch", "branch", ""),
    "order.list": ("branch", "branch", ""),
    "order.read": ("branch coordinator admin", "branch coordinator admin", "admin"),
    "order.cancel": ("branch", "branch", ""),
    "order.take": ("branch coordinator admin", "branch coordinator admin", "admin"),
    "order.dispatch": ("coordinator admin", "coordinator admin", "admin"),
    "order.claim": ("instructor", "instructor", ""),
    "contact.own": (SIDES, SIDES, "admin"),
    "contact.ask": ("branch", "branch", ""),
    "contact.request": (SIDES, SIDES, "admin"),
    "contact.message": ("branch instructor", "branch instructor", ""),
    "contact.case": ("coordinator admin", "coordinator admin", "admin"),
    "contact.log": ("coordinator admin", "coordinator admin", "admin"),
    "quota.edit": ("coordinator admin", "coordinator admin", "admin"),
    "attendance.keep": ("branch coordinator admin", "branch coordinator admin", "admin"),
    "follow_up.answer": ("branch", "branch", ""),
    "follow_up.document": ("branch coordinator admin", "branch coordinator admin", "admin"),
    "follow_up.overview": ("coordinator admin", "coordinator admin", "admin"),
    "outcome.edit": ("admin", "admin", "admin"),
    "lecture.board": ("coordinator admin", "coordinator admin", "admin"),
    "dossier.read": (SIDES, SIDES, "admin"),
    "dossier.branch": ("branch coordinator admin", "branch coordinator admin", "admin"),
    "dossier.instructor": (
        "instructor coordinator admin",
        "instructor coordinator admin",
        "admin",
    ),
    "dossier.region": ("coordinator admin", "coordinator admin", "admin"),
    "feed.manage": (SIGNED_IN, SIGNED_IN, SIGNED_IN),
    "feed.owner": ("branch instructor", "branch instructor", ""),
    "feed.region": ("coordinator admin", "coordinator admin", "admin"),
    "feed.read": (EVERYBODY, EVERYBODY, EVERYBODY),
    "answer.link": (EVERYBODY, EVERYBODY, EVERYBODY),
    "attendee.link": (EVERYBODY, EVERYBODY, EVERYBODY),
    "unsubscribe.link": (EVERYBODY, EVERYBODY, EVERYBODY),
    "delivery.read": ("coordinator admin", "coordinator admin", "admin"),
    "robot.edit": ("coordinator admin", "coordinator admin", "admin"),
    "manage.open": ("coordinator admin", "coordinator admin", "admin"),
    "entry.edit": ("instructor coordinator admin", "instructor coordinator admin", "admin"),
    "entry.keep": ("coordinator admin", "coordinator admin", "admin"),
    "audit.read": ("admin", "admin", "admin"),
    "retention.read": ("admin", "admin", "admin"),
    "lecture.expire": ("admin", "admin", "admin"),
    "register.import": ("coordinator admin", "coordinator admin", "admin"),
    "export.read": ("coordinator admin", "coordinator admin", "admin"),
    "register.export": ("coordinator admin", "coordinator admin", "admin"),
    "hours.default": ("coordinator admin", "coordinator admin", "admin"),
    "synonyms.edit": ("coordinator admin", "coordinator admin", "admin"),
    "organisation.edit": ("coordinator admin", "coordinator admin", "admin"),
    "region.read": ("coordinator admin", "coordinator admin", "admin"),
    "region.edit": ("admin", "admin", "admin"),
    "field.read": ("coordinator admin", "coordinator admin", "admin"),
    "field.edit": ("coordinator admin", "coordinator admin", "admin"),
    "settings.edit": ("admin", "admin", "admin"),
    "setup.use": (EVERYBODY, EVERYBODY, EVERYBODY),
    "mail.read": ("admin", "admin", "admin"),
    "member.invite": ("coordinator admin", "coordinator admin", "admin"),
    "member.manage": ("coordinator admin", "coordinator admin", "admin"),
    "join.decide": ("coordinator admin", "coordinator admin", "admin"),
    "join.ask": (EVERYBODY, EVERYBODY, EVERYBODY),
    "invitation.accept": (EVERYBODY, EVERYBODY, EVERYBODY),
    "reset.link": (EVERYBODY, EVERYBODY, EVERYBODY),
    "nomination.make": (EVERYBODY, EVERYBODY, EVERYBODY),
    "nomination.own": (SIGNED_IN, SIGNED_IN, SIGNED_IN),
    "nomination.link": (EVERYBODY, EVERYBODY, EVERYBODY),
    "nomination.review": ("coordinator admin", "coordinator admin", "admin"),
    "departure.edit": ("coordinator admin", "coordinator admin", "admin"),
    "days_off.edit": ("admin", "admin", "admin"),
    "operations.run": ("admin", "admin", "admin"),
}


def _who(permission: str, subject: Subject) -> str:
    return " ".join(name for name, actor in ACTORS.items() if allowed(permission, actor, subject))


def test_the_table_is_complete() -> None:
    assert set(TABLE) == set(PERMISSIONS)


@pytest.mark.parametrize("permission", TABLE)
def test_who_has_a_permission(permission: str) -> None:
    found = tuple(_who(permission, subject) for subject in (NOTHING, OWN, FOREIGN))
    assert found == TABLE[permission]


@pytest.mark.parametrize("permission", ["lecture.read", "lecture.change"])
def test_one_side_in_scope_is_enough_for_a_coordinator(permission: str) -> None:
    assert _who(permission, HALF) == "instructor coordinator admin"


def test_an_unknown_permission_is_a_bug() -> None:
    with pytest.raises(KeyError):
        allowed("no.such", ANONYMOUS)


@pytest.mark.parametrize(
    ("code", "scope", "inside"),
    [
        ("990102", "990102", True),
        ("990102", "990100", True),
        ("990102", "990000", True),
        ("990100", "990100", True),
        ("990100", "990102", False),
        ("990000", "990100", False),
        ("990202", "990100", False),
        ("990112", "990102", False),
        ("980102", "990000", False),
        ("991000", "990100", False),
        ("991002", "991000", True),
        ("990110", "990100", True),
    ],
)
def test_a_scope_covers_what_lies_under_it(code: str, scope: str, inside: bool) -> None:
    assert within(code, scope) is inside
    assert (scope in lineage(code)) is inside


def test_prefixes_have_two_digits_a_level() -> None:
    codes = ("990000", "990100", "990102", "991000", "990110", "100000")
    assert [scope_prefix(code) for code in codes] == [
        "99",
        "9901",
        "990102",
        "9910",
        "990110",
        "10",
    ]


def test_the_lineage_begins_nearest() -> None:
    assert lineage("990102") == ("990102", "990100", "990000")
    assert lineage("990100") == ("990100", "990000")
    assert lineage("990000") == ("990000",)
