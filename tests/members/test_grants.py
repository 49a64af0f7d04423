"""Who may give which membership, over all roles and regions; names that mean the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.accounts.engine.roles import ANONYMOUS, Actor, Role, Standing
from booking.members.engine.grants import Grant, may_give, may_manage, roles_to_give
from booking.members.engine.pages import Page, page_number
from booking.members.engine.similar_names import similar
from booking.members.engine.states import InvitationState, invitation_state
from tests.factories import CITY, COUNTY, DISTRICT, NOW, OTHER_CITY

PROVINCE = "990000"
NOBODY = Actor(9)
BRANCH = Actor(2, (Standing(Role.BRANCH, organisation_id=1),))
INSTRUCTOR = Actor(3, (Standing(Role.INSTRUCTOR, instructor_id=1),))
OF_CITY = Actor(4, (Standing(Role.COORDINATOR, region_code=CITY),))
OF_DISTRICT = Actor(5, (Standing(Role.COORDINATOR, region_code=DISTRICT),))
ADMIN = Actor(6, (Standing(Role.ADMIN),))

EVERYTHING = [
    Grant(Role.ADMIN),
    *(
        Grant(role, code)
        for role in (Role.BRANCH, Role.INSTRUCTOR, Role.COORDINATOR)
        for code in (PROVINCE, CITY, DISTRICT, COUNTY, OTHER_CITY)
    ),
]


def _given(actor: Actor) -> set[tuple[Role, str | None]]:
    return {(one.role, one.region_code) for one in EVERYTHING if may_give(actor, one)}


@pytest.mark.parametrize("actor", [ANONYMOUS, NOBODY, BRANCH, INSTRUCTOR])
def test_without_a_region_nobody_gives_anything(actor: Actor) -> None:
    assert _given(actor) == set()
    assert roles_to_give(actor) == ()


def test_a_coordinator_gives_what_lies_in_the_own_region_and_coordinators_below() -> None:
    assert _given(OF_CITY) == {
        *(
            (role, code)
            for role in (Role.BRANCH, Role.INSTRUCTOR)
            for code in (CITY, DISTRICT, COUNTY)
        ),
        (Role.COORDINATOR, DISTRICT),
        (Role.COORDINATOR, COUNTY),
    }
    assert _given(OF_DISTRICT) == {(Role.BRANCH, DISTRICT), (Role.INSTRUCTOR, DISTRICT)}


def test_an_administrator_gives_everything() -> None:
    assert len(_given(ADMIN)) == len(EVERYTHING)


@pytest.mark.parametrize(
    ("held", "manages"),
    [
        ([], False),
        ([Grant(Role.BRANCH, COUNTY)], True),
        ([Grant(Role.BRANCH, COUNTY), Grant(Role.INSTRUCTOR, DISTRICT)], True),
        ([Grant(Role.BRANCH, COUNTY), Grant(Role.BRANCH, OTHER_CITY)], False),
        ([Grant(Role.COORDINATOR, CITY)], False),
        ([Grant(Role.COORDINATOR, DISTRICT)], True),
        ([Grant(Role.BRANCH, COUNTY), Grant(Role.ADMIN)], False),
    ],
)
def test_an_account_is_managed_as_a_whole(held: list[Grant], manages: bool) -> None:
    assert may_manage(OF_CITY, held) is manages
    assert may_manage(ADMIN, held)


@pytest.mark.parametrize(
    ("accepted", "revoked", "days", "state"),
    [
        (False, False, 1, InvitationState.OPEN),
        (False, False, 0, InvitationState.EXPIRED),
        (True, False, 0, InvitationState.ACCEPTED),
        (False, True, 1, InvitationState.REVOKED),
    ],
)
def test_states_of_an_invitation(
    accepted: bool, revoked: bool, days: int, state: InvitationState
) -> None:
    assert (
        invitation_state(
            accepted_at=NOW if accepted else None,
            revoked_at=NOW if revoked else None,
            expires_at=NOW + timedelta(days=days),
            now=NOW,
        )
        is state
    )


def test_similar_names_are_found_whatever_all_have_in_common() -> None:
    known = enumerate(
        ["岫云县第一支部", "岫云县文化馆党支部", "中共岫云县文化馆支部委员会", "观屿区税务局党委"]
    )
    assert similar("岫云县文化馆支部", known) == [1, 2]
    assert similar("测绘院", enumerate(["文化馆"])) == []


def test_pages_have_neighbours() -> None:
    page = Page(["x"], total=101, number=2)
    assert (page.pages, page.before, page.after) == (3, 1, 3)
    assert [page_number(one) for one in (None, 0, -5, 7, 10**9)] == [1, 1, 1, 7, 10_000]
