"""Numbers in public texts are found however they are written, and other digits are not taken for
them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.visibility.engine.typed_numbers import TypedNumber, check_digit, number_in

GAPS = st.sampled_from(["", " ", "-", "\u3000", "·", " - "])
WORDS = st.text(alphabet="讲师简介，。急救abc \n", max_size=12)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@st.composite
def identities(draw: st.DrawFn) -> list[str]:
    """The parts of an identity number: region, day of birth, sequence, check digit."""
    region = draw(st.integers(110000, 659999))
    born = draw(st.dates(date(1900, 1, 1), date(2020, 12, 31)))
    sequence = draw(st.integers(0, 999))
    digits = f"{region}{born:%Y%m%d}{sequence:03d}"
    return [digits[:6], digits[6:14], digits[14:], check_digit(digits)]


def framed(before: str, number: str, after: str) -> str:
    """A number in a text; letters that touch it would make it another word."""
    return f"{before}：{number}，{after}"


@given(identities(), GAPS, WORDS, WORDS, st.booleans())
def test_an_identity_number_is_found(
    parts: list[str], gap: str, before: str, after: str, wide: bool
) -> None:
    number = gap.join(parts)
    number = number.translate(WIDE) if wide else number
    assert number_in(framed(before, number, after)) is TypedNumber.IDENTITY
    assert number_in(framed(before, number.lower(), after)) is TypedNumber.IDENTITY


@given(identities(), st.integers(1, 10))
def test_a_mistyped_one_is_asked_about(parts: list[str], shift: int) -> None:
    checks = "10X98765432"
    wrong = checks[(checks.index(parts[3]) + shift) % len(checks)]
    assert number_in("".join(parts[:3]) + wrong) is TypedNumber.PHONE


@given(
    st.sampled_from(["13", "15", "17", "18", "19"]),
    st.integers(0, 999_999_999),
    st.sampled_from(["", "+86", "0086", "86", "+86 ", "86-"]),
    GAPS,
    WORDS,
)
def test_a_mobile_number_is_found(
    first: str, rest: int, country: str, gap: str, before: str
) -> None:
    digits = f"{first}{rest:09d}"
    number = country + gap.join([digits[:3], digits[3:7], digits[7:]])
    assert number_in(framed(before, number, "")) is TypedNumber.PHONE


@pytest.mark.parametrize(
    "text",
    [
        "010-62345678", "(010)62345678", "（0571）8765 4321", "0571 8765432", "021－5432 1000",
        "+86 10 62345678 转 0", "电话13800138000微信同号",
    ],
)  # fmt: skip
def test_a_landline_number_is_found(text: str) -> None:
    assert number_in(text) is TypedNumber.PHONE


@given(st.text(alphabet="讲师急救abcXYZ，。 -.()/:", max_size=80))
def test_a_text_without_digits_is_let_alone(text: str) -> None:
    assert number_in(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-12-01 14:30", "20261201", "YK-2026-000123", "120分钟", "2019年至2026年",
        "国发〔2021〕12345号", "ISBN 978-7-04-050694-5", "第13届，2010级，共1380人", "99010200",
        "400-800-1234", "1380013800", "138001380001", "GB 11643-1999",
    ],
)  # fmt: skip
def test_other_numbers_are_no_numbers_of_people(text: str) -> None:
    assert number_in(text) is None


@given(st.dates(), st.integers(1, 999_999))
def test_dates_and_numbers_of_lectures_are_let_alone(day: date, number: int) -> None:
    assert number_in(f"{day.isoformat()} {day:%Y%m%d} YK-{day.year:04d}-{number:06d}") is None
