"""Which passwords are refused, why, and in which words."""

from __future__ import annotations

import re
import secrets

import pytest
from flask import Flask
from flask_security.utils import hash_data

from booking.accounts.engine.passwords import Weakness, weakness
from tests.accounts.factors import notices
from tests.browser import Client
from tests.factories import LI, PASSWORD, Cast

OWN = ("陈明", "chen.ming@xiuyun.example.org", "岫云县第一支部")
CHINESE = "zh_Hans_CN"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", Weakness.SHORT),
        ("Password123!", Weakness.COMMON),
        ("qq123456789", Weakness.COMMON),
        ("1qaz2wsx3edc", Weakness.COMMON),
        ("woaini1314520", Weakness.COMMON),
        ("P@ssw0rd2026", Weakness.COMMON),
        ("a" * 72, Weakness.PATTERN),
        ("abcdefghijkl", Weakness.PATTERN),
        ("chenming1990", Weakness.OWN_DATA),
        ("MingChen!!88", Weakness.OWN_DATA),
        ("chen.ming@xiuyun.example.org", Weakness.OWN_DATA),
        ("岫云县第一支部2026", Weakness.OWN_DATA),
        ("陈明陈明陈明陈明陈明", Weakness.OWN_DATA),
        ("yueke2026!!", Weakness.OWN_DATA),
        ("约课平台约课平台约课", Weakness.OWN_DATA),
        ("ｙｕｅｋｅ２０２６！！", Weakness.OWN_DATA),
        ("jiangshi2026", Weakness.OWN_DATA),
        ("long enough", Weakness.GUESSABLE),
        # What follows the signs that are looked at makes nothing strong.
        ("a" * 72 + "correct horse battery", Weakness.PATTERN),
    ],
)
def test_weak_passwords_have_a_reason(password: str, why: Weakness) -> None:
    found = weakness(password, OWN)
    assert found is not None
    assert found in {why, Weakness.OWN_DATA if why is Weakness.PATTERN else why} or (
        password.startswith("陈明") and found is Weakness.PATTERN
    ), found


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "another horse battery",
        "我在山上看见一只蓝色的鲸鱼",
        "chenming-dG8xk-2Lm_Pq",
        "x" + "correct horse battery staple " * 140,
    ],
)
def test_strong_passwords_pass(password: str) -> None:
    assert weakness(password, OWN) is None


def test_random_passwords_of_commands_pass() -> None:
    made = [secrets.token_urlsafe(12) for _ in range(300)]
    assert [one for one in made if weakness(one, OWN)] == []


@pytest.mark.parametrize(
    ("language", "password", "told"),
    [
        ("en", "Password123!", "This password is on the list of common passwords."),
        (CHINESE, "Password123!", "此密码属于常见密码。"),
        ("en", "lijing!2026", "The password is made of your name, your address,"),
        (CHINESE, "xiuyunxian1", "密码由您的姓名、邮箱、单位或本平台的常用词组成"),
        (CHINESE, "abcdefghijkl", "密码由重复字符、键盘顺序、字母顺序或日期组成。"),
        (CHINESE, "long enough", "密码过于简单，容易被猜中。"),
    ],
)
def test_a_weak_new_password_is_refused_with_the_reason(
    app: Flask, people: Cast, language: str, password: str, told: str
) -> None:
    client = Client(app).language(language).sign_in(LI)
    form = {"password": PASSWORD, "new_password": password, "new_password_confirm": password}
    response = client.post("/change", form)
    assert response.status_code == 422
    assert any(sentence.startswith(told) for sentence in notices(response.text)), response.text
    Client(app).sign_in(LI)


def test_a_long_password_is_none_of_a_slow_answer(app: Flask, people: Cast) -> None:
    client = Client(app).sign_in(LI)
    long = "correct horse battery staple " * 100
    form = {"password": PASSWORD, "new_password": long, "new_password_confirm": long}
    assert client.post("/change", form).status_code in (302, 422)


def test_commands_refuse_weak_passwords(app: Flask) -> None:
    command = ["user", "create", "new@example.org", "--admin", "--password"]
    refused = app.test_cli_runner().invoke(args=[*command, "Password123!"])
    assert refused.exit_code == 1
    assert "This password is on the list of common passwords." in refused.output
    assert app.test_cli_runner().invoke(args=[*command, PASSWORD]).exit_code == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_goes_into_links_is_hashed_with_one_round(app: Flask) -> None:
    """The library's default takes most of a second, inside a write transaction."""
    with app.app_context():
        assert re.fullmatch("[0-9a-f]{64}", hash_data("x"))
