"""Runs nginx on loopback ports, with the proxy configuration from docs/operations.md."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).resolve().parents[2]
NAME = "yueke.example.org"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
START_SECONDS = 20.0

MAIN = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/main-error.log;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/client_body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {described}
}}
"""


def described() -> str:
    """The configuration block of the document."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    found = re.search(r"^```nginx\n(.*?)^```$", page, flags=re.M | re.S)
    assert found
    return found[1]


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running nginx that serves HTTPS on `port`."""

    port: int
    folder: Path

    def logs(self) -> str:
        """The content of all logs."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))


@contextmanager
def running(upstream: int, folder: Path) -> Iterator[Proxy]:
    """nginx in front of a web server; paths and ports of the document are replaced."""
    assert NGINX is not None
    folder.mkdir()
    _certificate(folder)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    config = folder / "nginx.conf"
    config.write_text(_settings(described(), upstream, port, folder))
    process = subprocess.Popen([NGINX, "-c", str(config)], stderr=subprocess.PIPE, text=True)
    try:
        _wait(process, port)
        yield Proxy(port, folder)
    finally:
        process.terminate()
        process.communicate(timeout=START_SECONDS)


def _settings(text: str, upstream: int, port: int, folder: Path) -> str:
    for there, here in (
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        ("/etc/ssl/yueke.crt", f"{folder}/yueke.crt"),
        ("/etc/ssl/private/yueke.key", f"{folder}/yueke.key"),
        ("/var/log/nginx/", f"{folder}/"),
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
    ):
        assert there in text, there
        text = text.replace(there, here)
    user = "user root;" if os.geteuid() == 0 else ""
    return MAIN.format(user=user, folder=folder, described=text)


def _wait(process: subprocess.Popen[str], port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    process.kill()
    raise RuntimeError(f"nginx does not start: {process.communicate()[1]}")


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "yueke.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "yueke.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
