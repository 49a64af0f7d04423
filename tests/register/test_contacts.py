"""Telephone numbers, addresses, and the numbers that nobody may keep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.register.engine.contacts import (
    mask_contacts,
    mask_phone,
    read_emails,
    read_phones,
    without_contacts,
)
from booking.register.engine.private_numbers import has_secret, is_secret, without_secrets
from tests.register.rosters import BANK_CARD, IDENTITY, IDENTITY_X


@pytest.mark.parametrize(
    ("value", "phones"),
    [
        (12000001000, ("12000001000",)),
        (12000001000.0, ("12000001000",)),
        ("+86 120-0000-1000", ("12000001000",)),
        ("008612000001000", ("12000001000",)),
        ("１２０ ００００ １０００", ("12000001000",)),
        ("12000001000（微信同号）", ("12000001000",)),
        ("0992-80000002转801", ("0992-80000002转801",)),
        ("（0992）80000002—801", ("0992-80000002转801",)),
        ("099280000002", ("0992-80000002",)),
        (99280000002, ("0992-80000002",)),
        ("+86 10 80000002", ("010-80000002",)),
        ("400-800-0000", ("4008000000",)),
        ("80000002", ("80000002",)),
        ("+852 1234 5678", ("+85212345678",)),
        ("手机：12000001000，办：0992-80000002", ("12000001000", "0992-80000002")),
        ("12000001000 12000001001", ("12000001000", "12000001001")),
        ("12000001000/12000001000\n", ("12000001000",)),
        (None, ()),
    ],
)
def test_phones(value: object, phones: tuple[str, ...]) -> None:
    assert read_phones(value) == (phones, ())


@pytest.mark.parametrize("value", ["1200000100", 1200000100, "1.2E+10", "同办公室", "22000001000"])
def test_what_is_no_phone(value: object) -> None:
    assert read_phones(value) == ((), (str(value),))


def test_emails() -> None:
    assert read_emails("邮箱：Jia@Example.ORG；yi@example.org、yi@example.org x@y") == (
        ("Jia@example.org", "yi@example.org"),
        ("x@y",),
    )


@given(st.text("0123456789-转+ /;()@.abc", max_size=40))
def test_read_phones_are_read_again_as_they_are(text: str) -> None:
    phones, _ = read_phones(text)
    assert [read_phones(phone) for phone in phones] == [((phone,), ()) for phone in phones]


def test_masks() -> None:
    assert mask_phone("12000001000") == "120****1000"
    assert mask_phone("0992-80000002转801") == "099****2801"
    assert mask_phone("80000002") == "****"
    assert (
        mask_contacts("张三 120 0000 1000，a.b@example.org")
        == "张三 120****1000，a****@example.org"
    )


def test_public_texts_lose_contacts_only() -> None:
    assert without_contacts("教授 电话：0992-80000002") == "教授 "
    assert without_contacts("12348热线与12315投诉，2026年") == "12348热线与12315投诉，2026年"


@pytest.mark.parametrize(
    "text",
    [
        IDENTITY,
        IDENTITY_X.lower(),
        "990101 1980 0229 001X",
        "990101-19700501-0011",
        "990101700501001",
        BANK_CARD,
        "6222 0200 0000 0000 000",
        IDENTITY + IDENTITY,
        "9.90101197005E+17",
        f"身份证号：{IDENTITY}。",
    ],
)
def test_secrets(text: str) -> None:
    assert is_secret(text)
    assert without_secrets(f"教授{text}") in ("教授", "教授。")


@pytest.mark.parametrize(
    "text",
    ["12000001000", "008612000001000", "12000001000 12000001001", "0992-80000002 0993-80000003",
     "2026-11-23 至 2026-12-24", "YK-2026-000123", "1970.05.01-2020.05.01", ""],
)  # fmt: skip
def test_what_is_no_secret(text: str) -> None:
    assert not has_secret(text)
    assert without_secrets(text) == text
