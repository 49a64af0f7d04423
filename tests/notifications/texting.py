"""A server of text messages on the loopback, which checks signatures by the published algorithm.

Tencent Cloud publishes TC3-HMAC-SHA256 ("Signature v3" in the help of its interfaces); it is
written here anew from that description, without the SDK. The HTTP hook is verified as
docs/text-messages.md tells the authors of a gateway to do it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET_ID, SECRET_KEY, HOOK_KEY = "AKIDtest", "key-of-the-test", "hook key of the test"
_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d{2}-\d{2})/sms/tc3_request, "
    r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})"
)
HANG_UP, SILENT = "hang up", "silent"


@dataclass
class TextServer:
    """Takes messages; `trouble` may be changed while it runs."""

    trouble: Callable[[str], object] = lambda _phone: "Ok"
    """Of a number: a code of the provider for this message, an int as HTTP status, `HANG_UP`,
    `SILENT`, or a dict as the body of an error of the interface."""
    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    """Bodies of accepted requests in order."""
    offered: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Why signatures were refused."""
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def numbers(self) -> list[str]:
        """The numbers of accepted messages, in order."""
        return [one["to"] if "to" in one else one["PhoneNumberSet"][0] for one in self.taken]

    @property
    def arguments(self) -> list[list[str]]:
        """The values of accepted messages with templates, in order."""
        return [one["TemplateParamSet"] for one in self.taken]


def _digest(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def tc3_fault(method: str, path: str, headers: dict[str, str], body: bytes, key: str) -> str:
    """What is wrong with a signed request, as the code of the interface; empty if nothing is."""
    found = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if found is None:
        return "AuthFailure.InvalidAuthorization"
    secret_id, day, signed, signature = found.groups()
    if secret_id != SECRET_ID:
        return "AuthFailure.SecretIdNotFound"
    stamp = headers["x-tc-timestamp"]
    if datetime.fromtimestamp(int(stamp), UTC).strftime("%Y-%m-%d") != day:
        return "AuthFailure.SignatureFailure"
    if abs(time.time() - int(stamp)) > 300:
        return "AuthFailure.SignatureExpire"
    names = signed.split(";")
    if names != sorted(names) or not {"content-type", "host"} <= set(names):
        return "AuthFailure.SignatureFailure"
    canonical = "\n".join(
        (
            method,
            path,
            "",
            *(f"{name}:{headers[name].strip().lower()}" for name in names),
            "",
            signed,
            hashlib.sha256(body).hexdigest(),
        )
    )
    scope = f"{day}/sms/tc3_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join(("TC3-HMAC-SHA256", stamp, scope, hashed))
    signing = _digest(_digest(_digest(f"TC3{key}".encode(), day), "sms"), "tc3_request")
    expected = _digest(signing, to_sign).hex()
    return "" if hmac.compare_digest(expected, signature) else "AuthFailure.SignatureFailure"


def hook_fault(headers: dict[str, str], body: bytes, now: float) -> str:
    """What is wrong with a request of the hook, as docs/text-messages.md says; empty if nothing."""
    stamp = headers.get("yueke-timestamp", "")
    if not stamp.isdecimal() or abs(now - int(stamp)) > 300:
        return "too old"
    expected = hmac.new(HOOK_KEY.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    given = headers.get("yueke-signature", "")
    return "" if hmac.compare_digest(f"v1={expected}", given) else "wrong signature"


def _handler(server: TextServer, clock: Callable[[], float]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            if self.path == "/hook":
                self._hook(headers, body)
            else:
                self._tencent(headers, body)

        def _tencent(self, headers: dict[str, str], body: bytes) -> None:
            fault = tc3_fault("POST", self.path, headers, body, SECRET_KEY)
            if fault or headers["x-tc-action"] != "SendSms":
                server.refused.append(fault)
                self._error({"Code": fault, "Message": "x"})
                return
            sent = json.loads(body) | {"_headers": headers}
            [phone] = sent["PhoneNumberSet"]
            server.offered.append(sent)
            trouble = server.trouble(phone)
            if isinstance(trouble, dict):
                self._error(trouble)
            elif self._broken(trouble):
                return
            else:
                if trouble == "Ok":
                    server.taken.append(sent)
                status = {
                    "SerialNo": "1", "PhoneNumber": phone, "Fee": 1, "IsoCode": "CN",
                    "SessionContext": sent["SessionContext"], "Code": trouble, "Message": "x",
                }  # fmt: skip
                self._answer(200, {"Response": {"SendStatusSet": [status], "RequestId": "r"}})

        def _hook(self, headers: dict[str, str], body: bytes) -> None:
            fault = hook_fault(headers, body, clock())
            if fault:
                server.refused.append(fault)
                self._answer(401, {})
                return
            sent = json.loads(body) | {"_headers": headers}
            server.offered.append(sent)
            trouble = server.trouble(sent["to"])
            if self._broken(trouble):
                return
            server.taken.append(sent)
            self._answer(202, {})

        def _broken(self, trouble: object) -> bool:
            """Fail as told; whether that was an answer, or none."""
            if isinstance(trouble, int):
                self.send_response(trouble)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif trouble == HANG_UP:
                self.close_connection = True
            elif trouble == SILENT:
                server.over.wait(30)
                self.close_connection = True
            return isinstance(trouble, int) or trouble in (HANG_UP, SILENT)

        def _error(self, error: object) -> None:
            self._answer(200, {"Response": {"Error": error, "RequestId": "r"}})

        def _answer(self, status: int, body: object) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Be silent."""

    return Handler


@contextmanager
def serving(clock: Callable[[], float] = time.time) -> Iterator[TextServer]:
    """A running server of text messages; `clock` is that of the sender of the hook."""
    server = TextServer()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server, clock))
    http.daemon_threads = True
    server.url = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        http.shutdown()
        http.server_close()
