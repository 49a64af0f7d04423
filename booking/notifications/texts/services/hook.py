"""The HTTP hook: hands each text message to another program by a signed POST.

An administrator names the address, so private networks are allowed: gateways stand there. The
addresses at which clouds tell machines their credentials are refused, redirects are not followed,
and nothing of an answer but its status is looked at (decision 0248).
"""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from booking.notifications.texts.content import TextContent
from booking.notifications.texts.engine import signatures
from booking.notifications.texts.engine.refusals import Verdict, verdict_of_status
from booking.notifications.texts.services.deadlines import ANSWER_SECONDS, within
from booking.notifications.texts.services.outcomes import outcome
from booking.settings import text_service
from booking.settings.engine.text_declarations import TEXT_HOOK_SECRET, TEXT_HOOK_URL
from booking.settings.queries import in_force

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

METADATA = frozenset({"100.100.100.200", "fd00:ec2::254", "192.0.0.192"})
"""Addresses at which clouds tell machines their credentials, beside those that are link-local."""


@dataclass(frozen=True, slots=True)
class HookAddress:
    """Where messages go, and the key of their signature."""

    url: str
    secret: str


def address() -> HookAddress:
    """The hook in force; values that were not set are empty."""
    return HookAddress(in_force(TEXT_HOOK_URL), text_service.secret(TEXT_HOOK_SECRET))


class Hook:
    """Hands messages over to the hook."""

    def __init__(self, used: HookAddress, now: Callable[[], datetime]) -> None:
        self._used = used
        self._now = now

    def missing(self) -> str | None:
        """The name of a setting without which nothing can be sent, or None."""
        needed = {TEXT_HOOK_URL.name: self._used.url, TEXT_HOOK_SECRET.name: self._used.secret}
        return next((name for name, value in needed.items() if not value), None)

    def send(self, phone: str, content: TextContent) -> None:
        """Send one message; raises what `outcomes.outcome` makes."""
        body = json.dumps(
            {
                "id": content.key,
                "kind": content.template.value,
                "to": phone,
                "language": content.language,
                "text": content.text,
                "values": dict(content.values),
                "link": content.link,
            },
            ensure_ascii=False,
        ).encode()
        timestamp = int((self._now() - EPOCH).total_seconds())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Yueke",
            signatures.KEY_HEADER: content.key,
            signatures.TIMESTAMP_HEADER: str(timestamp),
            signatures.SIGNATURE_HEADER: signatures.sign(self._used.secret, timestamp, body),
        }
        status = within(ANSWER_SECONDS, lambda: _post(self._used.url, body, headers))
        verdict = verdict_of_status(status)
        if verdict is not None:
            raise outcome(verdict, f"HTTP {status}")


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status code of the answer; its body is not read."""
    _check_host(url)
    with requests.Session() as session:
        # Use neither a proxy nor credentials from this machine's environment.
        session.trust_env = False
        try:
            with session.post(
                url,
                data=body,
                headers=headers,
                timeout=ANSWER_SECONDS,
                allow_redirects=False,
                stream=True,
            ) as response:
                return response.status_code
        except (requests.ConnectTimeout, requests.exceptions.SSLError):
            raise outcome(Verdict.SERVICE, "Unreachable") from None
        except requests.ConnectionError as error:
            reason = getattr(error.args[0] if error.args else None, "reason", None)
            never_sent = isinstance(reason, (NewConnectionError, ConnectTimeoutError))
            verdict = Verdict.SERVICE if never_sent else Verdict.LOST
            raise outcome(verdict, "Unreachable" if never_sent else "AnswerLost") from None
        except requests.RequestException:
            raise outcome(Verdict.LOST, "AnswerLost") from None


def _check_host(url: str) -> None:
    """Refuse a host that leads to credentials of this machine."""
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or parts.scheme)
    except OSError:
        raise outcome(Verdict.SERVICE, "Unreachable") from None
    if any(_is_forbidden(str(sockaddr[0])) for *_rest, sockaddr in found):
        raise outcome(Verdict.SERVICE, "ForbiddenAddress")


def _is_forbidden(text: str) -> bool:
    ip = ipaddress.ip_address(text.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    ip = ip if mapped is None else mapped
    return str(ip) in METADATA or ip.is_link_local or ip.is_multicast or ip.is_unspecified
