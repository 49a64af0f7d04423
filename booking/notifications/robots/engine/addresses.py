"""Addresses of robots (webhooks): which provider, and what in them is secret. Pure.

Formats: developer.work.weixin.qq.com/document/path/91770, open.dingtalk.com/document/robots/
custom-robot-access, open.feishu.cn/document/client-docs/bot-v3/add-custom-bot.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

LONGEST_ADDRESS = 500

PER_MINUTE = 20
"""Messages that a robot takes in a minute: the limit of WeCom and DingTalk; Feishu allows more."""


class RobotProvider(enum.StrEnum):
    """Whose groups a robot is in."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


OFFICIAL = {
    RobotProvider.WECOM: "https://qyapi.weixin.qq.com",
    RobotProvider.DINGTALK: "https://oapi.dingtalk.com",
    RobotProvider.FEISHU: "https://open.feishu.cn",
}
"""The origins of the providers' own services."""

_WECOM_PATH = "/cgi-bin/webhook/send"
_DINGTALK_PATH = "/robot/send"
_FEISHU_PATH = re.compile(r"/open-apis/bot/v2/hook/([A-Za-z0-9_-]{8,100})/?")
_TOKENS = {
    RobotProvider.WECOM: re.compile(r"[A-Za-z0-9_-]{8,100}"),
    RobotProvider.DINGTALK: re.compile(r"[A-Za-z0-9]{8,100}"),
}


class AddressFault(enum.Enum):
    """Why an address cannot be that of a robot."""

    FORM = "form"
    HOST = "host"


class NoRobotAddress(Exception):
    """The address is not one of a robot, or of a host that is not allowed."""

    def __init__(self, fault: AddressFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class RobotAddress:
    """What an address says; `repr` without the token, which is secret."""

    provider: RobotProvider
    origin: str
    token: str

    def __repr__(self) -> str:
        return f"RobotAddress({self.provider}, {self.origin})"


def read_address(text: str, private_origins: Sequence[str] = ()) -> RobotAddress:
    """The parts of a pasted address; raises `NoRobotAddress`.

    Only the providers' own origins are allowed, and those of `private_origins`, such as
    `https://im.example.gov.cn`: nobody can make the worker call another host.
    """
    parts = urlsplit(text.strip())
    try:
        provider, token = _provider_and_token(parts.path, parse_qs(parts.query))
        port = parts.port
    except (LookupError, ValueError):
        raise NoRobotAddress(AddressFault.FORM) from None
    if parts.username or parts.password or parts.fragment or not parts.hostname:
        raise NoRobotAddress(AddressFault.FORM)
    origin = f"{parts.scheme}://{parts.hostname}" + ("" if port is None else f":{port}")
    if not is_allowed(provider, origin, private_origins):
        raise NoRobotAddress(AddressFault.HOST)
    return RobotAddress(provider, origin, token)


def is_allowed(provider: RobotProvider, origin: str, private_origins: Sequence[str]) -> bool:
    """Whether robots of a provider may be called at an origin."""
    return origin == OFFICIAL[provider] or origin in private_origins


def _provider_and_token(path: str, query: dict[str, list[str]]) -> tuple[RobotProvider, str]:
    """By the form of path and query; raises `LookupError`."""
    if path == _WECOM_PATH:
        return RobotProvider.WECOM, _token(RobotProvider.WECOM, query["key"][0])
    if path == _DINGTALK_PATH:
        return RobotProvider.DINGTALK, _token(RobotProvider.DINGTALK, query["access_token"][0])
    found = _FEISHU_PATH.fullmatch(path)
    if found is None:
        raise LookupError
    return RobotProvider.FEISHU, found[1]


def _token(provider: RobotProvider, token: str) -> str:
    if _TOKENS[provider].fullmatch(token) is None:
        raise LookupError
    return token
