"""Who must agree to a proposal: for every proposer, and whoever answers in any order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from booking.lectures.engine.agreement import (
    ACTS_FOR,
    Approver,
    ProposalKind,
    given_by_proposing,
    may_act_for,
    needed,
    party_for,
)
from booking.lectures.engine.states import Party

PEOPLE = [party for party in Party if party is not Party.SYSTEM]
kinds, people = st.sampled_from(ProposalKind), st.sampled_from(PEOPLE)
capacities = st.frozensets(st.sampled_from(Party))


@given(kinds, people, st.booleans())
def test_both_sides_have_agreed_in_the_end_and_nobody_twice(
    kind: ProposalKind, party: Party, review: bool
) -> None:
    missing, own = needed(kind, party, review=review), given_by_proposing(kind, party)

    assert not missing & own
    assert missing | own >= {Approver.BRANCH, Approver.INSTRUCTOR}
    assert (Approver.REVIEWER in missing | own) >= review
    if not review:
        assert Approver.REVIEWER not in missing


@given(kinds, people, st.booleans())
def test_a_proposal_always_needs_somebody_else(
    kind: ProposalKind, party: Party, review: bool
) -> None:
    missing = needed(kind, party, review=review)

    assert missing
    assert missing - set(ACTS_FOR[party]) or kind is ProposalKind.REPLACEMENT
    if kind is ProposalKind.REPLACEMENT:
        assert Approver.INSTRUCTOR in missing


@given(kinds, people, st.booleans(), st.lists(capacities, max_size=12))
def test_any_order_of_answers_ends_when_nothing_is_missing(
    kind: ProposalKind, party: Party, review: bool, readers: list[frozenset[Party]]
) -> None:
    missing = needed(kind, party, review=review)
    for reader in readers:
        able = may_act_for(reader, missing)
        assert set(able) <= missing
        assert len(able) == len(set(able))
        for approver in able:
            acting = party_for(reader, approver)
            assert acting in reader
            assert acting is not None
            assert approver in ACTS_FOR[acting]
        for approver in missing - set(able):
            assert party_for(reader, approver) is None
        missing -= set(able[:1])
    assert bool(may_act_for(frozenset(PEOPLE), missing)) is bool(missing)


@given(st.sampled_from(Approver), capacities)
def test_a_side_acts_in_its_own_name_before_on_behalf(
    approver: Approver, reader: frozenset[Party]
) -> None:
    own = {Approver.BRANCH: Party.BRANCH, Approver.INSTRUCTOR: Party.INSTRUCTOR}.get(approver)
    acting = party_for(reader, approver)
    if own in reader:
        assert acting is own
    assert acting is not Party.SYSTEM
