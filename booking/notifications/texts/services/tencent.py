"""Tencent Cloud: sends one text message by the provider's SDK, which signs by TC3-HMAC-SHA256.

The SDK's own log is silenced: at its finest level it quotes numbers and keys.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111 import models
from tencentcloud.sms.v20210111.sms_client import SmsClient
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from booking.notifications.texts.content import TextContent
from booking.notifications.texts.engine.refusals import Verdict, verdict_of
from booking.notifications.texts.engine.wordings import TextTemplate, arguments
from booking.notifications.texts.services.deadlines import ANSWER_SECONDS, within
from booking.notifications.texts.services.outcomes import Refused, outcome
from booking.settings import text_service
from booking.settings.engine.text_declarations import (
    TEXT_APP_ID,
    TEXT_ENDPOINT,
    TEXT_LENGTH,
    TEXT_REGION,
    TEXT_SECRET_ID,
    TEXT_SECRET_KEY,
    TEXT_SIGNATURE,
    TEXT_TEMPLATE_ANSWER,
    TEXT_TEMPLATE_CALENDAR,
    TEXT_TEMPLATE_CODE,
    TEXT_TEMPLATE_REMINDER,
)
from booking.settings.queries import in_force

logging.getLogger("tencentcloud_sdk_common").setLevel(logging.WARNING)

TEMPLATES = {
    TextTemplate.CODE: TEXT_TEMPLATE_CODE,
    TextTemplate.ANSWER: TEXT_TEMPLATE_ANSWER,
    TextTemplate.CALENDAR: TEXT_TEMPLATE_CALENDAR,
    TextTemplate.REMINDER: TEXT_TEMPLATE_REMINDER,
}
"""The setting with the number of each template."""


@dataclass(frozen=True, slots=True)
class TencentAccount:
    """What is needed to send by Tencent Cloud."""

    endpoint: str
    region: str
    secret_id: str
    secret_key: str
    app_id: str
    signature: str


def account() -> TencentAccount:
    """The account in force; values that were not set are empty."""
    return TencentAccount(
        endpoint=in_force(TEXT_ENDPOINT),
        region=in_force(TEXT_REGION),
        secret_id=in_force(TEXT_SECRET_ID),
        secret_key=text_service.secret(TEXT_SECRET_KEY),
        app_id=in_force(TEXT_APP_ID),
        signature=in_force(TEXT_SIGNATURE),
    )


class Tencent:
    """Hands messages over to Tencent Cloud."""

    def __init__(self, used: TencentAccount) -> None:
        self._account = used

    def missing(self) -> str | None:
        """The name of a setting without which nothing can be sent, or None."""
        needed = {
            TEXT_ENDPOINT.name: self._account.endpoint,
            TEXT_SECRET_ID.name: self._account.secret_id,
            TEXT_SECRET_KEY.name: self._account.secret_key,
            TEXT_APP_ID.name: self._account.app_id,
            TEXT_SIGNATURE.name: self._account.signature,
        }
        return next((name for name, value in needed.items() if not value), None)

    def send(self, phone: str, content: TextContent) -> None:
        """Send one message; raises what `outcomes.outcome` makes."""
        number = in_force(TEMPLATES[content.template])
        if not number:
            raise Refused("NoTemplate")
        request = models.SendSmsRequest()
        request.PhoneNumberSet = [phone]
        request.SmsSdkAppId = self._account.app_id
        request.SignName = self._account.signature
        request.TemplateId = number
        request.TemplateParamSet = arguments(
            content.template, content.values, in_force(TEXT_LENGTH)
        )
        # Comes back with the answer and in the provider's records; it prevents no second message.
        request.SessionContext = content.key
        client = self._client()
        code = within(ANSWER_SECONDS, lambda: _code_of_answer(client, request))
        if code != "Ok":
            raise outcome(verdict_of(code), code)

    def _client(self) -> Any:
        parts = urlsplit(self._account.endpoint)
        profile = ClientProfile(
            httpProfile=HttpProfile(
                protocol=parts.scheme, endpoint=parts.netloc, reqTimeout=ANSWER_SECONDS
            )
        )
        credential = Credential(self._account.secret_id, self._account.secret_key)
        client = SmsClient(credential, self._account.region, profile)
        # A redirect would send the number to another server.
        client.request.conn._session.max_redirects = 0  # noqa: SLF001
        return client


def _code_of_answer(client: Any, request: Any) -> str:
    """`Ok`, or the code with which this message was refused."""
    try:
        answer = client.SendSms(request)
        statuses = answer.SendStatusSet or []
        return str(statuses[0].Code) if len(statuses) == 1 else "ServerNetworkError"
    except TencentCloudSDKException as error:
        if error.code == "ClientNetworkError":
            raise _unreachable(error) from None
        return str(error.code)
    except (ValueError, KeyError, TypeError, AttributeError, requests.RequestException):
        # What came back is no answer of this interface.
        raise outcome(Verdict.LOST, "BadAnswer") from None


def _unreachable(error: TencentCloudSDKException) -> Exception:
    """Whether a broken connection leaves open if the message arrived."""
    cause = error.__context__
    if isinstance(cause, requests.TooManyRedirects):
        return outcome(Verdict.SERVICE, "Redirected")
    reason = getattr(cause.args[0] if cause and cause.args else None, "reason", None)
    never_sent = isinstance(cause, (requests.ConnectTimeout, requests.exceptions.SSLError))
    if never_sent or isinstance(reason, (NewConnectionError, ConnectTimeoutError)):
        return outcome(Verdict.SERVICE, "Unreachable")
    return outcome(Verdict.LOST, "AnswerLost")
