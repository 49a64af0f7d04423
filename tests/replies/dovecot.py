"""A real IMAP server for tests: Dovecot, as the user who runs the tests, with one mailbox."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = shutil.which("dovecot", path="/usr/sbin:/usr/bin:/usr/local/sbin")
PASSWORD = "authorisation-code"
USER = "yueke@example.org"

CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_chars =
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{base}/mail
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def running(base: Path) -> Iterator[tuple[int, Path]]:
    """The port of a server, and the maildir that it serves."""
    assert PROGRAM is not None
    me = pwd.getpwuid(os.getuid())
    root = me.pw_uid == 0
    # Dovecot wants two accounts without rights where it has all of them; its package makes them.
    user, login = ("dovecot", "dovenull") if root else (me.pw_name, me.pw_name)
    uid, gid = (pwd.getpwnam("dovecot").pw_uid, pwd.getpwnam("dovecot").pw_gid) if root else (
        me.pw_uid, me.pw_gid,
    )  # fmt: skip
    port = _free_port()
    for name in ("run", "state", "home", "mail"):
        (base / name).mkdir(parents=True)
        if root:
            os.chown(base / name, uid, gid)
    settings = CONFIGURATION.format(
        base=base, user=user, group=grp.getgrgid(gid).gr_name, login=login, uid=uid, gid=gid,
        port=port, password=f"{{PLAIN}}{PASSWORD}",
    )  # fmt: skip
    file = base / "dovecot.conf"
    file.write_text(settings)
    said = base / "said"
    with said.open("wb") as errors:
        server = subprocess.Popen([PROGRAM, "-F", "-c", str(file)], stderr=errors)
    try:
        _wait(server, port, base)
        yield port, base / "mail"
    finally:
        server.terminate()
        server.wait(10)


def _wait(server: subprocess.Popen[bytes], port: int, base: Path) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if server.poll() is not None:
            raise AssertionError(f"Dovecot ended: {(base / 'said').read_text()}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
                if probe.recv(4) == b"* OK":
                    return
        except OSError:
            time.sleep(0.05)
    log = base / "log"
    raise AssertionError(f"Dovecot does not answer: {log.read_text() if log.exists() else ''}")
