"""Calls a group's robot through `apprise`: the only module that does, in the worker only.

Apprise knows addresses, payloads and signatures of the providers. Two things it leaves open are
added here, by what its plugins see in place of `requests` (decision 0251): WeCom and DingTalk
answer a refusal with HTTP 200 and a code in the body, which the plugins do not read; and a call
goes to the allowed origin only, without redirects. The address is a secret: neither a log nor an
exception contains it.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any
from urllib.parse import unquote

import requests

from booking.notifications.robots.engine.addresses import OFFICIAL, RobotProvider
from booking.notifications.transmission.transports import Undelivered

CONNECT_SECONDS, READ_SECONDS = 4, 6

_GONE = frozenset({"93000", "300001", "300005", "400101", "19001", "40013"})
_TOO_FAST = frozenset({"45009", "45033", "130101", "410100", "11232", "9499429", "429"})


class RobotUnreachable(Undelivered):
    """No answer: the host cannot be reached, or was silent."""


class RobotGone(Undelivered):
    """The provider does not know the robot."""


class RobotTooFast(Undelivered):
    """The robot was called too often."""


class RobotRefused(Undelivered):
    """The robot refused the message: a keyword, the signature or the client's address."""


class _Requests:
    """What apprise's plugins see in place of `requests`."""

    codes = requests.codes
    RequestException = requests.RequestException

    def post(self, url: str, **given: Any) -> requests.Response:
        """Post without redirects, and raise what the answer's body says."""
        try:
            response = requests.post(
                url,
                data=given["data"],
                headers=given["headers"],
                # Apprise has quoted the signature already.
                params={name: unquote(one) for name, one in (given.get("params") or {}).items()},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
            )
        except requests.RequestException:
            raise RobotUnreachable() from None
        _check(response)
        return response


def _check(response: requests.Response) -> None:
    """Raise what an answer means; providers use `errcode`, `code` or `StatusCode`."""
    code = str(response.status_code)
    if response.status_code == requests.codes.ok:
        try:
            body = response.json()
        except ValueError:
            raise RobotRefused("no JSON") from None
        if not isinstance(body, dict):
            raise RobotRefused("no JSON")
        code = str(body.get("errcode", body.get("code", body.get("StatusCode", ""))))
        if code == "0":
            return
    if code in _GONE or response.status_code == requests.codes.not_found:
        raise RobotGone(code)
    raise RobotTooFast(code) if code in _TOO_FAST else RobotRefused(code)


@cache
def _plugins() -> dict[RobotProvider, Any]:
    """The classes of apprise, imported at the first call: that takes a moment, and memory."""
    from apprise.plugins import dingtalk, feishu, wecombot

    # What these log names the address.
    logging.getLogger("apprise").disabled = True
    for module in (dingtalk, feishu, wecombot):
        setattr(module, "requests", _Requests())  # noqa: B010
    return {
        RobotProvider.WECOM: wecombot.NotifyWeComBot,
        RobotProvider.DINGTALK: dingtalk.NotifyDingTalk,
        RobotProvider.FEISHU: feishu.NotifyFeishu,
    }


def call(provider: RobotProvider, origin: str, token: str, secret: str | None, text: str) -> None:
    """Send a text into a group; raises a kind of `Undelivered`."""
    base = _plugins()[provider]
    address = base.notify_url.replace(OFFICIAL[provider], origin)
    plugin_class = type(base.__name__, (base,), {"notify_url": address})
    name = "key" if provider is RobotProvider.WECOM else "token"
    signed = {"secret": secret} if provider is RobotProvider.DINGTALK and secret else {}
    plugin = plugin_class(**{name: token}, **signed)
    if not plugin.send(body=text):
        raise RobotRefused()
