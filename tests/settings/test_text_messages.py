"""The page of text messages: secrets stay secret, refusals name the setting."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from flask import Flask

from booking.db import db, unit_of_work
from booking.notifications.texts.engine.refusals import Verdict, verdict_of
from booking.notifications.texts.engine.wordings import (
    LONGEST,
    VARIABLES,
    TextTemplate,
    arguments,
    cut,
    parts,
    to_register,
)
from booking.settings import text_service
from booking.settings.engine.kinds import WebAddress
from booking.settings.engine.text_declarations import (
    TEXT_HOOK_SECRET,
    TEXT_SECRET_KEY,
    TextService,
)
from booking.settings.models import StoredSetting
from tests.browser import Client
from tests.conftest import Time
from tests.factories import ROOT, Cast
from tests.notifications.texting import (
    HANG_UP,
    HOOK_KEY,
    SECRET_ID,
    SECRET_KEY,
    TextServer,
    serving,
)
from tests.settings.test_mail_server import refusals

PAGE = "/manage/text-messages"


@pytest.fixture
def server(time: Time) -> Iterator[TextServer]:
    """A service of text messages."""
    with serving(lambda: time.now.timestamp()) as found:
        yield found


@pytest.fixture
def root(app: Flask, people: Cast) -> Client:
    """The administrator, in English."""
    return Client(app).sign_in(ROOT).language("en")


def typed(server: TextServer, **more: str) -> dict[str, str]:
    usual = {
        "text_service": "tencent", "text_endpoint": server.url, "text_region": "ap-guangzhou",
        "text_secret_id": SECRET_ID, "text_secret_key": "", "text_app_id": "1400006666",
        "text_signature": "约课", "text_template_code": "1", "text_template_answer": "2",
        "text_template_calendar": "3", "text_template_reminder": "4", "text_length": "6",
        "text_hook_url": "", "text_hook_secret": "", "texts_per_number": "10",
        "texts_per_account": "10", "texts_per_day": "500", "phone_codes": "no",
        "trial": "calendar", "trial_phone": "12000000077",
    }  # fmt: skip
    return usual | more


def test_a_test_message_arrives(app: Flask, root: Client, server: TextServer) -> None:
    answer = root.post(PAGE, typed(server, text_secret_key=SECRET_KEY, test="1"))
    assert answer.location == PAGE
    assert "taken the test message to 12000000077" in root.get(PAGE).text
    [taken] = server.taken
    assert (taken["PhoneNumberSet"], taken["TemplateId"]) == (["+8612000000077"], "3")
    assert len(taken["TemplateParamSet"]) == 5


def test_a_test_message_by_the_hook(app: Flask, root: Client, server: TextServer) -> None:
    hook = {"text_service": "hook", "text_hook_url": f"{server.url}/hook"}
    root.post(PAGE, typed(server, **hook, text_hook_secret=HOOK_KEY, trial="code", test="1"))
    assert [one["kind"] for one in server.taken] == ["code"]


def test_secrets_are_never_shown(
    app: Flask, root: Client, server: TextServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    root.post(PAGE, typed(server, text_secret_key="geheim", text_hook_secret="heimlich"))
    with app.app_context():
        assert text_service.secret(TEXT_SECRET_KEY) == "geheim"
        assert text_service.secret(TEXT_HOOK_SECRET) == "heimlich"
        sealed = db.session().get_one(StoredSetting, "text_secret_key").value
    pages = [root.get(path).text for path in (PAGE, "/manage/settings", "/audit")]
    for secret in ("geheim", "heimlich", sealed):
        assert not any(secret in text for text in (*pages, caplog.text))
    root.post(PAGE, typed(server))
    with app.app_context():
        assert text_service.secret(TEXT_SECRET_KEY) == "geheim"


@pytest.mark.parametrize(
    "other", [{"text_endpoint": "https://else.example"}, {"text_secret_id": "else"}]
)
def test_they_go_to_no_other_server(
    app: Flask, root: Client, server: TextServer, other: dict[str, str]
) -> None:
    root.post(PAGE, typed(server, text_secret_key="geheim", text_hook_secret="heimlich"))
    root.post(PAGE, typed(server, **other))
    with app.app_context():
        assert text_service.secret(TEXT_SECRET_KEY) == ""
        assert text_service.secret(TEXT_HOOK_SECRET) == "heimlich"


def test_a_new_key_opens_them_after_they_are_renewed(
    app: Flask, root: Client, server: TextServer
) -> None:
    root.post(PAGE, typed(server, text_secret_key="geheim"))
    with app.app_context():
        before = db.session().get_one(StoredSetting, "text_secret_key").value
        with unit_of_work() as session:
            text_service.renew_secrets(session)
        after = db.session().get_one(StoredSetting, "text_secret_key").value
        assert before != after
        assert text_service.box().open(after) == "geheim"


@pytest.mark.parametrize(
    ("trouble", "field"),
    [
        ("FailedOperation.SignatureIncorrectOrUnapproved", "text_signature"),
        ("FailedOperation.TemplateIncorrectOrUnapproved", "text_template_calendar"),
        ("FailedOperation.InsufficientBalanceInSmsPackage", "text_app_id"),
        ("InvalidParameterValue.TemplateParameterLengthLimit", "text_length"),
        ("LimitExceeded.PhoneNumberDailyLimit", "trial_phone"),
        ("Something.New", "trial_phone"),
        ({"Code": "UnauthorizedOperation.SmsSdkAppIdVerifyFail", "Message": "x"}, "text_app_id"),
        ({"Code": "RequestLimitExceeded", "Message": "x"}, "text_endpoint"),
        (HANG_UP, "text_endpoint"),
        (302, "text_endpoint"),
    ],
)
def test_a_refusal_names_the_setting(
    app: Flask, root: Client, server: TextServer, trouble: object, field: str
) -> None:
    server.trouble = lambda _phone: trouble
    answer = root.post(PAGE, typed(server, text_secret_key=SECRET_KEY, test="1"))
    assert answer.status_code == 422
    assert list(refusals(answer.text)) == [field]
    assert "The settings are saved, but the test message did not go out." in answer.text
    assert SECRET_KEY not in answer.text


def test_a_wrong_key_is_told(app: Flask, root: Client, server: TextServer) -> None:
    answer = root.post(PAGE, typed(server, text_secret_key="wrong", test="1"))
    assert refusals(answer.text) == {
        "text_secret_key": "The provider refused the key. Copy SecretId and SecretKey anew."
    }
    assert server.refused == ["AuthFailure.SignatureFailure"]


def test_the_texts_to_register_stand_on_the_page(app: Flask, root: Client) -> None:
    page = root.get(PAGE).text
    base = app.config["BASE_URL"]
    assert "{1}为您的登录验证码" in page or "您的登录验证码为{1}，{2}分钟内有效" in page
    assert f"{{1}}{{2}}，{{3}}，{{4}}：{{5}}。详见 {base}/start" in page


@pytest.mark.parametrize("template", list(TextTemplate))
def test_each_message_counts_as_two_at_most(app: Flask, template: TextTemplate) -> None:
    """With a signature of twelve characters, an address of forty, and values of full length."""
    with app.test_request_context():
        text = str(to_register(template, f"https://{'a' * 26}.cn/start"))
        longest = text + "字" * 3 * len(VARIABLES[template]) + "【】" + "字" * 12
    assert len(longest) <= LONGEST
    assert parts(longest) <= 2
    numbers = [f"{{{place}}}" for place in range(1, len(VARIABLES[template]) + 1)]
    assert [one for one in numbers if text.count(one) != 1] == []


def test_values_are_cut_and_never_empty() -> None:
    values = {"day": "12月25日", "time": "14:00", "district": "", "topic": "安全生产与消防"}
    assert arguments(TextTemplate.ANSWER, values, 6) == [
        "12月25日",
        "14:00",
        "-",
        "安全生产与…",
    ]
    assert cut("a\nb", 6) == "a b"


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("AuthFailure.SignatureFailure", Verdict.SERVICE),
        ("LimitExceeded.DailyLimit", Verdict.SERVICE),
        ("LimitExceeded.PhoneNumberDailyLimit", Verdict.LATER),
        ("FailedOperation.PhoneNumberInBlacklist", Verdict.STOPPED),
        ("FailedOperation.ContainSensitiveWord", Verdict.NEVER),
        ("InternalError.Timeout", Verdict.LOST),
        ("Else", Verdict.LATER),
    ],
)
def test_codes_of_the_provider(code: str, verdict: Verdict) -> None:
    assert verdict_of(code) is verdict


@pytest.mark.parametrize(
    ("address", "accepted"),
    [
        ("", True),
        ("https://sms.example.cn/v1?x=1", True),
        ("http://127.0.0.1:8080/hook", True),
        ("http://[::1]/hook", True),
        ("http://sms.example.cn/", False),
        ("https://user:pass@sms.example.cn/", False),
        ("ftp://sms.example.cn/", False),
        ("https:///hook", False),
        ("https://a b/", False),
        ("https://sms.example.cn:0/", False),
        ("https://sms.example.cn:99999/", False),
        ("https://sms.example.cn/#x", False),
    ],
)
def test_addresses_of_services(address: str, accepted: bool) -> None:
    from booking.errors import Invalid

    if accepted:
        assert WebAddress().read(address) == address
    else:
        with pytest.raises(Invalid):
            WebAddress().read(address)


def test_nobody_sends_at_first(app: Flask) -> None:
    with app.app_context():
        assert text_service.chosen() is TextService.NONE
        assert not text_service.sends_codes()
