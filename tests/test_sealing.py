"""Sealed secrets open with the right key, for the right purpose, and not otherwise."""

from __future__ import annotations

import pytest

from booking.crypto import Box, CannotOpen

OLD, NEW = "an old secret of thirty-two letters", "a new secret of thirty-two letters!"
ADDRESS = "https://calendar.example.org/private-0123/基本.ics"


def test_what_is_sealed_opens_again_and_says_nothing() -> None:
    box = Box([OLD], purpose="addresses")
    sealed = box.seal(ADDRESS)

    assert box.open(sealed) == ADDRESS
    assert Box([OLD], purpose="addresses").open(sealed) == ADDRESS
    assert box.seal(ADDRESS) != sealed
    assert "example" not in sealed


@pytest.mark.parametrize("box", [Box([NEW], purpose="addresses"), Box([OLD], purpose="other")])
def test_another_key_or_purpose_opens_nothing(box: Box) -> None:
    sealed = Box([OLD], purpose="addresses").seal(ADDRESS)

    with pytest.raises(CannotOpen):
        box.open(sealed)
    with pytest.raises(CannotOpen):
        box.open("no seal")


def test_a_secret_can_be_changed() -> None:
    sealed = Box([OLD], purpose="addresses").seal(ADDRESS)
    box = Box([NEW, OLD], purpose="addresses")

    assert box.open(sealed) == ADDRESS
    with pytest.raises(CannotOpen):
        Box([OLD], purpose="addresses").open(box.seal(ADDRESS))
    assert Box([NEW], purpose="addresses").open(box.renew(sealed)) == ADDRESS
