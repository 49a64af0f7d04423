"""A simulated internet for tests: DNS, HTTP servers at public addresses, recorded connections.

Names resolve as the test defines, connections to public addresses are redirected to a server on
the loopback, and all other connections are refused and recorded.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

PUBLIC = "93.184.215.14"
OTHER_PUBLIC = "93.184.215.15"
LOCAL_NAMES = ("localhost", "localhost.", "ip6-localhost")


@dataclass
class Reply:
    """An HTTP response of the server."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Iterator[bytes] | None = None
    """Sent one by one, instead of a body with Content-Length."""


Answer = Callable[["Asked"], Reply]


@dataclass(frozen=True)
class Asked:
    """A request that the server received."""

    host: str
    path: str
    headers: dict[str, str]


class Internet:
    """DNS records, the server's responses, and the recorded requests and connections."""

    def __init__(self) -> None:
        self.names: dict[str, list[str]] = {}
        """DNS answers by name, one per look-up; the last one is repeated. Several addresses in
        one answer are separated by commas."""
        self.answer: Answer = lambda _asked: Reply(status=404)
        self.asked: list[Asked] = []
        self.connected: list[tuple[str, int]] = []
        self.port = 0
        self.tls: ssl.SSLContext | None = None
        self.connect: Callable[[socket.socket, Any], None] = socket.socket.connect

    def resolve(self, host: str | bytes, port: Any, *_more: object, **_named: object) -> list[Any]:
        """Replacement of `socket.getaddrinfo`."""
        name = host.decode() if isinstance(host, bytes) else host
        answers = self.names.get(name)
        if answers:
            address = answers.pop(0) if len(answers) > 1 else answers[0]
        elif name in LOCAL_NAMES:
            address = "127.0.0.1"
        else:
            address = _number(name)
        return [self._found(one, port) for one in address.split(",")]

    @staticmethod
    def _found(address: str, port: Any) -> Any:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        where = (address, port or 0, 0, 0) if ":" in address else (address, port or 0)
        return (family, socket.SOCK_STREAM, 6, "", where)

    def connect_to(self, line: socket.socket, address: Any) -> None:
        """Replacement of `socket.connect`."""
        self.connected.append((str(address[0]), int(address[1])))
        if address[0] not in {PUBLIC, OTHER_PUBLIC}:
            raise ConnectionRefusedError("nobody leaves the loopback")
        self.connect(line, ("127.0.0.1", self.port))

    def speak_tls(self, name: str, folder: Path) -> None:
        """Switch the server to TLS, with a self-signed certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        begin = datetime.now(UTC) - timedelta(days=1)
        certificate = (
            x509.CertificateBuilder(subject, subject, key.public_key(), 1)
            .not_valid_before(begin)
            .not_valid_after(begin + timedelta(days=2))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, SHA256())
        )
        file = folder / "tls.pem"
        file.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + certificate.public_bytes(Encoding.PEM)
        )
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(file)


def _number(name: str) -> str:
    """A numeric address as the system's resolver parses it: 127.1, 0x7f000001, 2130706433, ::1."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(name))
    except OSError:
        raise socket.gaierror(socket.EAI_NONAME, "unknown") from None


@contextmanager
def internet(patch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """The simulated internet, with one server behind its public addresses."""
    net = Internet()
    server = _Server(("127.0.0.1", 0), _handler(net))
    server.net = net
    net.port = server.server_address[1]
    serving = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    serving.start()
    patch.setattr(socket, "getaddrinfo", net.resolve)
    patch.setattr(socket.socket, "connect", lambda line, address: net.connect_to(line, address))
    try:
        yield net
    finally:
        patch.undo()
        server.shutdown()
        server.server_close()
        serving.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    net: Internet

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection, with TLS if enabled; the handler's thread does the handshake."""
        line, address = super().get_request()
        if self.net.tls is not None:
            line = self.net.tls.wrap_socket(line, server_side=True, do_handshake_on_connect=False)
        return line, address

    def handle_error(self, *_arguments: object) -> None:
        """Ignore errors: a client may disconnect at any time."""


def _handler(net: Internet) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(headers.get("host", ""), self.path, headers)
            net.asked.append(asked)
            reply = net.answer(asked)
            try:
                self._send(reply)
            except OSError:
                # The client has disconnected, as some tests intend.
                self.close_connection = True

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.pieces is None:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            for piece in reply.pieces or [reply.body]:
                self.wfile.write(piece)

        def log_message(self, *_arguments: object) -> None:
            """Log nothing."""

    return Handler
