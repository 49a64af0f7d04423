"""Tokens: made from a key, of use for no other, and never stored."""

from __future__ import annotations

import pytest

from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.engine.tokens import LinkKey, id_in, is_of, token_for

KEY = LinkKey(12, LinkPurpose.EVALUATION, "a" * 32)


def test_a_token_names_its_link_and_fits_its_key_only() -> None:
    token = token_for(KEY, "new")

    assert (id_in(token), len(token)) == (12, 27)
    assert is_of(token, KEY, ["new"])
    assert is_of(token.upper(), KEY, ["new"])
    others = [
        LinkKey(13, KEY.purpose, KEY.nonce),
        LinkKey(12, LinkPurpose.ATTENDANCE, KEY.nonce),
        LinkKey(12, KEY.purpose, "b" * 32),
    ]
    assert [is_of(token, other, ["new"]) for other in others] == [False] * 3


def test_tokens_survive_a_rotation_of_the_secret() -> None:
    assert is_of(token_for(KEY, "old"), KEY, ["new", "old"])
    assert not is_of(token_for(KEY, "old"), KEY, ["new"])


@pytest.mark.parametrize(
    "text",
    ["", "12", "12-", "0-" + "a" * 24, "12-" + "a" * 23, "12-" + "1" * 24, "１2-" + "a" * 24],
)
def test_other_texts_name_nothing(text: str) -> None:
    assert id_in(text) is None
