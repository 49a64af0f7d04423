"""The table of visibility: complete, about columns that exist, and monotonic."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from booking.accounts.engine.roles import ANONYMOUS, Actor, Role, Standing
from booking.db import Base
from booking.settings.engine.declarations import PublicRegister
from booking.visibility.engine.capacities import readers_of_account, readers_of_entry
from booking.visibility.engine.data import STORED, Datum
from booking.visibility.engine.publicity import SeenEntries, is_public, seen_entries
from booking.visibility.engine.readers import Access, Purpose, Reader
from booking.visibility.engine.table import EVERYBODY, VISIBILITY, access

PUBLIC = frozenset({Reader.PUBLIC})
MEMBER = PUBLIC | {Reader.MEMBER}
READERS = st.frozensets(st.sampled_from(Reader)).map(lambda some: some | PUBLIC)
CONSENTS = st.frozensets(st.sampled_from(Purpose))
DATA = st.sampled_from(Datum)


def test_each_datum_has_a_rule_with_its_articles_and_the_columns_that_hold_it() -> None:
    assert set(VISIBILITY) == set(STORED) == set(Datum)
    for datum, rule in VISIBILITY.items():
        assert {6, 13} <= set(rule.articles), datum
        assert STORED[datum], datum


def test_the_columns_exist(app: Flask) -> None:
    known = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
    }
    named = {name for names in STORED.values() for name in names}
    assert named - known == set()


@given(DATA, READERS, READERS, CONSENTS, CONSENTS, st.booleans())
def test_who_is_more_and_may_more_never_sees_less(
    datum: Datum,
    readers: frozenset[Reader],
    more: frozenset[Reader],
    consents: frozenset[Purpose],
    others: frozenset[Purpose],
    public: bool,
) -> None:
    seen = access(datum, readers, consents, public_entry=public)
    assert seen <= access(datum, readers | more, consents | others, public_entry=public)
    assert seen <= access(datum, readers, consents, public_entry=True)


@given(DATA, CONSENTS)
def test_without_a_public_entry_the_public_sees_nothing(
    datum: Datum, consents: frozenset[Purpose]
) -> None:
    assert access(datum, PUBLIC, consents, public_entry=False) is Access.NONE


@pytest.mark.parametrize("datum", [Datum.PHONE, Datum.EMAIL])
def test_contacts_are_hidden_until_the_person_agrees(datum: Datum) -> None:
    coordinator = MEMBER | {Reader.COORDINATOR}
    counterpart = MEMBER | {Reader.COUNTERPART}
    none = frozenset[Purpose]()
    assert access(datum, PUBLIC, none) is access(datum, MEMBER, none) is Access.NONE
    assert access(datum, counterpart, none) is Access.NONE
    assert access(datum, coordinator, none) is Access.ON_REQUEST
    assert access(datum, MEMBER | {Reader.GRANTED}, none) is Access.ON_REQUEST
    assert access(datum, counterpart, frozenset({Purpose.LECTURES})) is Access.ON_REQUEST
    assert access(datum, MEMBER, frozenset({Purpose.LECTURES})) is Access.NONE
    assert access(datum, MEMBER, frozenset({Purpose.BRANCHES})) is Access.ON_REQUEST
    assert access(datum, PUBLIC, frozenset({Purpose.BRANCHES})) is Access.NONE
    assert access(datum, PUBLIC, frozenset({Purpose.PUBLISH})) is Access.FULL
    # To show the entry is another consent than to show a contact.
    assert access(datum, PUBLIC, frozenset({Purpose.ENTRY})) is Access.NONE


@pytest.mark.parametrize("datum", list(Datum))
def test_only_the_public_part_of_an_entry_is_seen_by_everybody(datum: Datum) -> None:
    public = {
        Datum.NAME, Datum.TITLE, Datum.WORKPLACE, Datum.BIOGRAPHY, Datum.FIELDS, Datum.TOPICS,
        Datum.DISTRICT, Datum.PORTRAIT, Datum.FREE_TIMES,
    }  # fmt: skip
    assert (VISIBILITY[datum].always == EVERYBODY) is (datum in public)


@pytest.mark.parametrize(
    ("register", "readers", "seen"),
    [
        (PublicRegister.EVERYBODY, PUBLIC, SeenEntries.ALL),
        (PublicRegister.PER_PERSON, PUBLIC, SeenEntries.PUBLIC),
        (PublicRegister.MEMBERS, PUBLIC, SeenEntries.NONE),
        (PublicRegister.PER_PERSON, MEMBER, SeenEntries.ALL),
        (PublicRegister.MEMBERS, MEMBER, SeenEntries.ALL),
    ],
)
def test_the_setting_says_which_entries_are_found(
    register: PublicRegister, readers: frozenset[Reader], seen: SeenEntries
) -> None:
    assert seen_entries(register, readers) is seen
    agreed = is_public(register, agreed=True)
    refused = is_public(register, agreed=False)
    if readers == PUBLIC:
        assert (agreed, refused) == {
            SeenEntries.ALL: (True, True),
            SeenEntries.PUBLIC: (True, False),
            SeenEntries.NONE: (False, False),
        }[seen]


def test_the_capacities_of_an_actor() -> None:
    def of(*standings: Standing, user_id: int | None = 1) -> frozenset[Reader]:
        return readers_of_entry(
            Actor(user_id, standings), instructor_id=7, region_codes=("990102",)
        )

    person = Standing(Role.INSTRUCTOR, instructor_id=7)
    inside = Standing(Role.COORDINATOR, region_code="990100")
    outside = Standing(Role.COORDINATOR, region_code="990200")
    assert readers_of_entry(ANONYMOUS, instructor_id=7, region_codes=()) == PUBLIC
    assert of() == PUBLIC
    assert of(Standing(Role.BRANCH, organisation_id=3)) == MEMBER
    assert of(Standing(Role.INSTRUCTOR, instructor_id=8)) == MEMBER
    assert of(person) == MEMBER | {Reader.PERSON}
    assert of(inside) == of(Standing(Role.ADMIN)) == MEMBER | {Reader.COORDINATOR}
    assert of(outside) == MEMBER
    own = Actor(5, (Standing(Role.BRANCH, organisation_id=3),))
    assert readers_of_account(own, user_id=5, region_codes=()) == MEMBER | {Reader.PERSON}
    assert readers_of_account(own, user_id=6, region_codes=()) == MEMBER
