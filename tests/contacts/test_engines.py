"""The pure parts: masks, typed contacts, the table of requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from booking.contacts.engine.masks import masked
from booking.contacts.engine.reveals import is_over, lecture_until
from booking.contacts.engine.values import read
from booking.contacts.requests.engine.lifecycle import (
    CONTACT_TRANSITIONS,
    LONGEST_REASON,
    ContactCommand,
    ContactParty,
    ContactRequestMovedOn,
    ContactRequestState,
    possible_commands,
    state_at,
    take_transition,
)
from booking.errors import Forbidden, Invalid
from booking.instructors.engine.vocabulary import Channel

S, C, P = ContactRequestState, ContactCommand, ContactParty
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

MASKS = {
    "13800008000": "138****8000",
    "+8613800008000": "138****8000",
    "0992-80000002": "099****0002",
    "80000002": "****02",
    "li.jing@example.org": "l****@example.org",
}
VALUES = {
    "138 0000 8000": (Channel.PHONE, "13800008000"),
    "+86 138-0000-8000": (Channel.PHONE, "13800008000"),
    "0571-88880000": (Channel.PHONE, "0571-88880000"),
    " Li@Example.ORG ": (Channel.EMAIL, "Li@example.org"),
}
TABLE = {
    (S.ASKED, C.GRANT): (S.GRANTED, {P.PERSON, P.COORDINATOR}),
    (S.ASKED, C.DECLINE): (S.DECLINED, {P.PERSON, P.COORDINATOR}),
    (S.ASKED, C.RELAY): (S.RELAYED, {P.PERSON, P.COORDINATOR}),
    (S.ASKED, C.WITHDRAW): (S.WITHDRAWN, {P.ASKER}),
    (S.ASKED, C.EXPIRE): (S.EXPIRED, {P.SYSTEM}),
    (S.GRANTED, C.REVOKE): (S.REVOKED, {P.PERSON, P.COORDINATOR}),
    (S.GRANTED, C.EXPIRE): (S.EXPIRED, {P.SYSTEM}),
}
"""The table, written down a second time."""


@pytest.mark.parametrize(("value", "mask"), MASKS.items())
def test_masks(value: str, mask: str) -> None:
    assert masked(value) == mask


@pytest.mark.parametrize(("typed", "stored"), VALUES.items())
def test_typed_contacts(typed: str, stored: tuple[Channel, str]) -> None:
    assert read(typed) == stored


@pytest.mark.parametrize("typed", ["", "x", "12", "a@b", "@", "１２", "1" * 200, "me@" + "x" * 200])
def test_what_is_no_contact(typed: str) -> None:
    with pytest.raises(Invalid):
        read(typed)


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("command", C)
@pytest.mark.parametrize("party", P)
def test_every_command_of_every_party(
    state: ContactRequestState, command: ContactCommand, party: ContactParty
) -> None:
    expected = TABLE.get((state, command))
    possible = command in possible_commands(state, frozenset({party}))
    assert possible == (expected is not None and party in expected[1])
    if expected is None:
        with pytest.raises(ContactRequestMovedOn):
            take_transition(state, command, party, "x")
    elif party not in expected[1]:
        with pytest.raises(Forbidden):
            take_transition(state, command, party, "x")
    else:
        assert take_transition(state, command, party, "x").target is expected[0]


def test_the_table_has_no_further_row() -> None:
    assert {(row.source, row.command) for row in CONTACT_TRANSITIONS} == set(TABLE)


@pytest.mark.parametrize("reason", ["", " \u200b ", "x" * (LONGEST_REASON + 1)])
def test_declining_needs_a_reason(reason: str) -> None:
    with pytest.raises(Invalid):
        take_transition(S.ASKED, C.DECLINE, P.PERSON, reason)


def test_periods_end_to_the_instant() -> None:
    second = timedelta(microseconds=1)
    until = lecture_until(NOW, 7)
    assert until == NOW + timedelta(days=7)
    assert [is_over(until, until - second), is_over(until, until), is_over(None, until)] == [
        False, True, False,
    ]  # fmt: skip
    assert state_at(S.GRANTED, until, until - second) is S.GRANTED
    assert state_at(S.GRANTED, until, until) is S.EXPIRED
    assert state_at(S.REVOKED, until, until) is S.REVOKED
