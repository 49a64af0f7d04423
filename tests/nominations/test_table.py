"""The transition table of nominations, and the pure parts beside it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.errors import Forbidden, Invalid
from booking.nominations.engine import links, terms
from booking.nominations.engine.application import Application, ProposedTopic, check
from booking.nominations.engine.lifecycle import (
    LONGEST_REASON,
    NOMINATION_TRANSITIONS,
    OVER,
    NominationCommand,
    NominationMovedOn,
    NominationParty,
    NominationState,
    RemarksMissing,
    possible_commands,
    take_transition,
)

S, C, P = NominationState, NominationCommand, NominationParty

TABLE = {
    # state: commands of the nominator; of the reviewer
    S.SUBMITTED: ({C.WITHDRAW}, {C.ARRANGE, C.ACCEPT, C.RETURN, C.REJECT}),
    S.RETURNED: ({C.WITHDRAW, C.CORRECT}, {C.REJECT}),
    S.TRIAL: ({C.WITHDRAW}, {C.ARRANGE, C.NOTE, C.RETURN, C.REJECT}),
    S.TRIED: ({C.WITHDRAW}, {C.ACCEPT, C.RETURN, C.REJECT}),
    S.ACCEPTED: (set(), set()),
    S.REJECTED: (set(), set()),
    S.WITHDRAWN: (set(), set()),
}


def test_who_can_do_what() -> None:
    found = {
        state: tuple(set(possible_commands(state, party)) for party in P)
        for state in NominationState
    }
    assert found == TABLE


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("command", C)
@pytest.mark.parametrize("party", P)
def test_the_table_decides_about_every_command(
    state: NominationState, command: NominationCommand, party: NominationParty
) -> None:
    rows = [row for row in NOMINATION_TRANSITIONS if (row.source, row.command) == (state, command)]
    if not rows:
        with pytest.raises(NominationMovedOn):
            take_transition(state, command, party, "缘由")
        return
    (row,) = rows
    if row.who is not party:
        with pytest.raises(Forbidden):
            take_transition(state, command, party, "缘由")
        return
    assert take_transition(state, command, party, "缘由") == row
    if row.needs_reason:
        for nothing in ("", "  ", "\u200b"):
            with pytest.raises(RemarksMissing):
                take_transition(state, command, party, nothing)
    with pytest.raises(Invalid):
        take_transition(state, command, party, "缘" * (LONGEST_REASON + 1))


def test_what_is_over_stays_over() -> None:
    assert {row.source for row in NOMINATION_TRANSITIONS} & set(OVER) == set()


GOOD = Application("林晓", "税务局", "990121", topics=(ProposedTopic("个税", 5),), phone="1")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "\u200b"}, "name"),
        ({"topics": ()}, "topic_1"),
        ({"topics": (ProposedTopic("个税", 4),)}, "minutes_1"),
        ({"topics": (ProposedTopic("个税", 5), ProposedTopic("安全", 481))}, "minutes_2"),
        ({"topics": (ProposedTopic("个税", 5), ProposedTopic("个税", 9))}, "topic_2"),
        ({"phone": ""}, "phone"),
    ],
)
def test_what_an_application_needs(changed: dict[str, object], field: str) -> None:
    check(GOOD)
    values = {name: getattr(GOOD, name) for name in GOOD.__dataclass_fields__}
    with pytest.raises(Invalid) as refused:
        check(Application(**values | changed))
    assert refused.value.field == field


@given(st.dates(date(2000, 1, 1), date(2190, 1, 1)), st.sampled_from(terms.YEARS))
def test_a_term_lasts_whole_years_and_the_next_follows_without_a_gap(
    first: date, years: int
) -> None:
    last = terms.last_day(first, years)
    after = last + timedelta(days=1)
    assert after.year == first.year + years
    assert terms.years_of(first, last) == years
    leap = (first.month, first.day) == (2, 29)
    assert (after.month, after.day) == ((3, 1) if leap else (first.month, first.day))


def test_only_offered_lengths() -> None:
    for years in (0, 4, -1, 100):
        with pytest.raises(Invalid):
            terms.last_day(date(2027, 1, 1), years)


@given(st.text(max_size=60))
def test_no_other_text_is_a_link(text: str) -> None:
    assert links.read(text, ["one secret", "another"]) is None


def test_a_link_holds_for_one_nomination_and_outlives_a_rotation_of_keys() -> None:
    token = links.sign(7, "old")
    assert links.read(token, ["new", "old"]) == 7
    assert links.read(token, ["new"]) is None
    assert links.read(token[:-1] + ("A" if token[-1] != "A" else "B"), ["old"]) is None
