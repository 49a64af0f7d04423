"""What each kind of setting accepts, and how the declarations agree with the environment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import config
from booking import audit
from booking.errors import Invalid
from booking.lectures.engine.policy import MOST_REQUESTS
from booking.settings import machine
from booking.settings.engine.declarations import (
    ALL,
    AUDIT_DAYS,
    AUDIT_KEPT_AT_LEAST,
    CREDIT_HOUR_MINUTES,
    GROUPS,
    MAIL,
    MAILBOX,
    OPEN_LIMIT,
    SIGN_IN_DAYS,
    TEXT_MESSAGES,
)
from booking.settings.engine.kinds import (
    LONGEST_WORD,
    Address,
    Choice,
    Host,
    Kind,
    Line,
    Number,
    Several,
    Word,
    Zone,
)
from tests.extent import examples

OPTIONS = (("a", "A"), ("b", "B"))

ACCEPTED: list[tuple[Kind[Any], object, object]] = [
    (Line(5), " a\nb ", "a b"),
    (Line(5), "", ""),
    (Number(1, 30), " 30 ", 30),
    (Number(1, 30), 1, 1),
    (Word(), "专家", "专家"),
    (Choice(OPTIONS), "b", "b"),
    (Several(OPTIONS), ["b", "a"], ("a", "b")),
    (Several(OPTIONS), None, ()),
    (Zone(), "Asia/Shanghai", "Asia/Shanghai"),
    (Address(), " a@example.org ", "a@example.org"),
    (Host(), "SMTP.Example.org", "smtp.example.org"),
    (Host(), "[::1]", "::1"),
    (Host(), "", ""),
]
REFUSED: list[tuple[Kind[Any], object]] = [
    (Line(5), "sechs6"),
    (Number(1, 30), "0"),
    (Number(1, 30), "31"),
    (Number(1, 30), "3.5"),
    (Number(1, 30), "３"),
    (Number(1, 30), "9" * 5000),
    (Number(1, 30), None),
    (Word(), ""),
    (Word(), "expert"),
    (Word(), "<b>"),
    (Word(), "长" * (LONGEST_WORD + 1)),
    (Choice(OPTIONS), "c"),
    (Several(OPTIONS), ["a", "c"]),
    (Zone(), "Mars/Olympus"),
    (Zone(), "../../etc/passwd"),
    (Address(), ""),
    (Address(), "yueke"),
    (Address(), "a@example.org\nBcc: b@example.org"),
    (Host(), "smtp://mail.example.org"),
    (Host(), "user@mail.example.org"),
    (Host(), "mail.example.org 25"),
]


@pytest.mark.parametrize(("kind", "raw", "value"), ACCEPTED, ids=str)
def test_what_is_accepted(kind: Kind[Any], raw: object, value: object) -> None:
    assert kind.read(raw) == value


@pytest.mark.parametrize(("kind", "raw"), REFUSED, ids=str)
def test_what_is_refused(kind: Kind[Any], raw: object) -> None:
    with pytest.raises(Invalid) as refusal:
        kind.read(raw)
    assert str(refusal.value.sentence).endswith(".")


@pytest.mark.parametrize("name", ALL)
def test_a_default_and_what_was_stored_are_read_as_they_are(name: str) -> None:
    setting = ALL[name]
    stored = json.loads(json.dumps(setting.default))
    assert setting.read(stored) == setting.default


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=examples(100))
@given(raw=st.one_of(st.none(), st.text(max_size=40), st.integers(), st.lists(st.text(max_size=9))))
def test_any_input_is_read_or_refused_with_the_name_of_the_setting(name: str, raw: object) -> None:
    fields = [name]
    try:
        value = ALL[name].read(raw)
    except Invalid as refusal:
        fields.append(refusal.field or "")
    else:
        assert ALL[name].read(json.loads(json.dumps(value))) == value
    assert set(fields) == {name}


def test_each_setting_stands_in_one_group() -> None:
    groups = (*GROUPS, MAIL, MAILBOX, TEXT_MESSAGES)
    listed = [setting.name for group in groups for setting in group.settings]
    assert sorted(listed) == sorted(set(ALL) - {"set_up_at"})


@pytest.mark.parametrize("setting", [CREDIT_HOUR_MINUTES, SIGN_IN_DAYS, AUDIT_DAYS])
def test_pages_and_environment_accept_the_same_numbers(setting: Any, tmp_path: Path) -> None:
    kind = setting.kind
    for number, accepted in (
        (kind.least - 1, False), (kind.least, True), (kind.largest, True), (kind.largest + 1, False)
    ):  # fmt: skip
        environ = {setting.variable: str(number), "INSTANCE_PATH": str(tmp_path)}
        if accepted:
            config.load(environ)
        else:
            with pytest.raises(config.SettingsError):
                config.load(environ)


def test_limits_of_other_features_are_the_same() -> None:
    assert OPEN_LIMIT.kind == Number(1, MOST_REQUESTS)
    assert audit.KEPT_AT_LEAST == AUDIT_KEPT_AT_LEAST
    assert config.LONGEST_WORD == LONGEST_WORD


def test_defaults_are_those_of_an_empty_environment(tmp_path: Path) -> None:
    names = {setting.variable for setting in ALL.values() if setting.variable} - {"SMTP_URL"}
    empty = config.load({"INSTANCE_PATH": str(tmp_path)})
    assert machine.values_of(empty) == {}

    whole = config.load(
        {"INSTANCE_PATH": str(tmp_path), "LANGUAGES": "zh_Hans_CN,en", "TIMEZONE": "Asia/Shanghai",
         "INSTRUCTOR_WORD": "讲师", "ACCEPT_WORD": "接单", "CREDIT_HOUR_MINUTES": "45",
         "SIGN_IN_DAYS": "30", "AUDIT_DAYS": "1095", "MAIL_FROM": "yueke@example.org"}
    )  # fmt: skip
    values = machine.values_of(whole)
    assert {ALL[name].variable for name in values} == names - {"TWO_FACTOR_ROLES"}
    assert values == {name: ALL[name].default for name in values}


def test_every_setting_has_a_name_of_its_own() -> None:
    groups = (*GROUPS, MAIL, MAILBOX, TEXT_MESSAGES)
    names = [one.name for group in groups for one in group.settings]
    assert len(names) == len(set(names)) == len(ALL) - 1
