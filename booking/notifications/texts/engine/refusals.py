"""What the refusals of a provider mean for a message. Pure.

The codes are those of the interface SendSms of Tencent Cloud, version 2021-01-11. Codes that are
not listed concern one message, which is tried again.
"""

from __future__ import annotations

import enum


class Verdict(enum.Enum):
    """What becomes of a message that was refused."""

    SERVICE = "service"
    """Nothing can be sent at present: all messages wait, and none is counted as tried."""
    LATER = "later"
    """This message is tried again."""
    NEVER = "never"
    """This message will never be accepted."""
    STOPPED = "stopped"
    """The number is on the provider's stop list: its owner has answered T or 退订."""
    LOST = "lost"
    """Nobody knows whether it was sent."""


_SERVICE = (
    "AuthFailure",
    "UnauthorizedOperation",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ResourceUnavailable",
    "UnsupportedOperation.UnsupportedRegion",
    "FailedOperation.InsufficientBalanceInSmsPackage",
    "FailedOperation.SignatureIncorrectOrUnapproved",
    "FailedOperation.MissingSignature",
    "FailedOperation.ProhibitSubAccountUse",
    "FailedOperation.NotEnterpriseCertification",
    "InvalidParameterValue.SdkAppIdNotExist",
    "LimitExceeded.AppDailyLimit",
    "LimitExceeded.AppGlobalDailyLimit",
    "LimitExceeded.AppMainlandChinaDailyLimit",
    "LimitExceeded.AppCountryOrRegionDailyLimit",
    "LimitExceeded.DailyLimit",
    "LimitExceeded.GlobalSmsSendingRateLimit",
)
_NEVER = (
    "FailedOperation.ContainSensitiveWord",
    "FailedOperation.PhoneNumberParseFail",
    "InvalidParameter.DirtyWordFound",
    "InvalidParameterValue.IncorrectPhoneNumber",
    "InvalidParameterValue.ContentLengthLimit",
    "InvalidParameterValue.InvalidInternational",
    "LimitExceeded.AppCountryOrRegionInBlacklist",
    "LimitExceeded.PhoneNumberSameContentDailyLimit",
    "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone",
    "UnsupportedOperation.GlobalTemplateToChineseMainlandPhone",
)
_STOPPED = ("FailedOperation.PhoneNumberInBlacklist",)
_LOST = ("InternalError", "ServerNetworkError")

_VERDICTS = (
    (_STOPPED, Verdict.STOPPED),
    (_NEVER, Verdict.NEVER),
    (_SERVICE, Verdict.SERVICE),
    (_LOST, Verdict.LOST),
)


def verdict_of(code: str) -> Verdict:
    """What a code of the provider means; a listed code stands for all that begin with it."""
    for codes, verdict in _VERDICTS:
        if any(code == one or code.startswith(f"{one}.") for one in codes):
            return verdict
    return Verdict.LATER


_ACCEPTED = frozenset({409})
"""The hook has this message already."""
_CONFIGURATION = frozenset({301, 302, 303, 307, 308, 401, 403, 404, 405, 410})
_WAITS = frozenset({429, 502, 503, 504})
_REFUSED = frozenset({400, 413, 415, 422})


def verdict_of_status(status: int) -> Verdict | None:
    """What a status code of the hook means; None: it has taken the message."""
    if 200 <= status < 300 or status in _ACCEPTED:
        return None
    if status in _CONFIGURATION or status in _WAITS:
        return Verdict.SERVICE
    return Verdict.NEVER if status in _REFUSED else Verdict.LATER
