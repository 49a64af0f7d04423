"""A server that takes the messages of robots as the providers do: it checks and counts them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

WECOM = "/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
DINGTALK = "/robot/send?access_token=566cc69da782ec33e42541b09b08551f09fbe864eb8008112e994b43887f"
FEISHU = "/open-apis/bot/v2/hook/cb2a7a3e-17a9-4d0c-9c5c-6f0f3b0f4a11"
SECRET = "SECb2a7a3e17a94d0c9c5c"


class Provider:
    """What came, and what is answered."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []
        """The provider and the text of each message that was as documented."""
        self.wrong: list[str] = []
        """What was not as documented."""
        self.answer: tuple[int, dict[str, Any]] | None = None
        """Status and body of every answer; None: success."""
        self.redirect: str | None = None
        self.port = 0

    def address(self, path: str) -> str:
        """The address of a robot at this server."""
        return f"http://127.0.0.1:{self.port}{path}"

    def take(self, path: str, content_type: str, body: bytes) -> dict[str, Any]:
        """Check a message by the provider's documentation; returns the body of the answer."""
        if not content_type.startswith("application/json"):
            self.wrong.append(content_type)
        message, parts = json.loads(body), urlsplit(path)
        if path == WECOM:
            self._note("wecom", message, {"msgtype": "text"}, message["text"]["content"])
            return {"errcode": 0, "errmsg": "ok"}
        if f"{parts.path}?access_token=" in DINGTALK and path.startswith(DINGTALK):
            self._check_signature(parse_qs(parts.query))
            wanted = {"msgtype": "text", "at": {"atMobiles": [], "isAtAll": False}}
            self._note("dingtalk", message, wanted, message["text"]["content"])
            return {"errcode": 0, "errmsg": "ok"}
        if parts.path.rstrip("/") == FEISHU:
            self._note("feishu", message, {"msg_type": "text"}, message["content"]["text"])
            return {"code": 0, "msg": "success", "data": {}}
        self.wrong.append(path)
        return {"errcode": 93000, "errmsg": "invalid webhook url"}

    def _note(
        self, provider: str, message: dict[str, Any], wanted: dict[str, Any], text: str
    ) -> None:
        rest = {name: value for name, value in message.items() if name not in ("text", "content")}
        if rest != wanted:
            self.wrong.append(json.dumps(rest))
        self.texts.append((provider, text))

    def _check_signature(self, query: dict[str, list[str]]) -> None:
        """HMAC-SHA256 of timestamp and secret, where the robot signs."""
        if "sign" not in query:
            return
        signed = f"{query['timestamp'][0]}\n{SECRET}".encode()
        digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
        if query["sign"] != [base64.b64encode(digest).decode()]:
            self.wrong.append("signature")


@contextmanager
def serving() -> Iterator[Provider]:
    """The server on a free port of the loopback."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        """Hands requests to the provider."""

        def do_POST(self) -> None:
            """Answer one message."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if provider.redirect is not None:
                self.send_response(307)
                self.send_header("Location", provider.redirect)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            status, answer = 200, provider.take(self.path, self.headers["Content-Type"], body)
            if provider.answer is not None:
                status, answer = provider.answer
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
