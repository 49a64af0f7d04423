"""Where mail comes from: a real IMAP server, a maildir, a pipe; and the page of the mailbox."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from imap_tools import MailBoxUnencrypted
from sqlalchemy import select

from booking.db import db
from booking.lectures.engine.states import State
from booking.replies import service, tasks
from booking.replies.engine.contents import MOST_BYTES
from booking.replies.engine.outcomes import MailOutcome
from booking.replies.models import MailboxState, ReceivedMail
from booking.settings import mailbox as mailbox_settings
from booking.settings.models import StoredSetting
from config import ROOT as PROJECT
from tests.browser import Client
from tests.conftest import Time
from tests.databases import SECRET_KEY
from tests.factories import ROOT, Cast
from tests.replies import clients, dovecot
from tests.replies.clients import written
from tests.replies.conftest import answer, lecture, message_id

FOREIGN = b"From: a@example.org\r\nSubject: x\r\nMessage-ID: <f@x.org>\r\n\r\nHello.\r\n"
BROKEN = b"\0\0\0\r\n\r\n"
needs_dovecot = pytest.mark.skipif(
    dovecot.PROGRAM is None and "CI" not in os.environ, reason="Dovecot is not installed"
)


@dataclass
class Imap:
    """A mailbox on a real server."""

    port: int
    folder: Path

    def put(self, *mails: bytes) -> None:
        with MailBoxUnencrypted("127.0.0.1", self.port, timeout=5) as box:
            box.login(dovecot.USER, dovecot.PASSWORD)
            for mail in mails:
                box.append(mail)

    def left(self) -> list[str]:
        with MailBoxUnencrypted("127.0.0.1", self.port, timeout=5) as box:
            box.login(dovecot.USER, dovecot.PASSWORD)
            return [str(one.subject) for one in box.fetch(mark_seen=False)]

    def typed(self, **more: str) -> dict[str, str]:
        usual = {
            "mailbox_server": "127.0.0.1", "mailbox_security": "imap",
            "mailbox_port": str(self.port), "mailbox_user": dovecot.USER,
            "mailbox_password": dovecot.PASSWORD, "mailbox_folder": "INBOX",
            "reply_proof": "confirmed", "authentication_server": clients.SERVER,
        }  # fmt: skip
        return usual | more


@pytest.fixture
def imap() -> Iterator[Imap]:
    """Not below the folder of the test, which only its own user may enter."""
    base = Path(tempfile.mkdtemp(prefix="imap"))
    base.chmod(0o755)
    with dovecot.running(base) as (port, folder):
        yield Imap(port, folder)
    shutil.rmtree(base)


@pytest.fixture
def root(app: Flask, people: Cast) -> Client:
    """The administrator, in English."""
    return Client(app).sign_in(ROOT).language("en")


def read(app: Flask, time: Time) -> int:
    """Run the job of each minute."""
    with app.app_context():
        return tasks.read(time.now)


def outcomes(app: Flask) -> list[MailOutcome | None]:
    with app.app_context():
        return list(db.session().scalars(select(ReceivedMail.outcome).order_by(ReceivedMail.id)))


@needs_dovecot
class TestImap:
    """Rule 47, with Dovecot."""

    def test_a_reply_in_the_mailbox_confirms(
        self, app: Flask, root: Client, asked: str, imap: Imap, time: Time
    ) -> None:
        root.post("/manage/mailbox", imap.typed())
        imap.put(FOREIGN, BROKEN, clients.outlook(answer(app, asked)))
        assert read(app, time) == 1
        assert lecture(app, asked).state is State.CONFIRMED
        assert imap.left() == ["x", ""]
        assert outcomes(app) == [
            MailOutcome.FOREIGN, MailOutcome.MALFORMED, MailOutcome.CONFIRMED,
        ]  # fmt: skip
        page = root.get("/manage/mailbox").text
        assert "Last read on Mon 23 Nov 2026" in page

    def test_what_was_looked_at_is_not_fetched_again(
        self, app: Flask, root: Client, imap: Imap, time: Time, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root.post("/manage/mailbox", imap.typed())
        imap.put(FOREIGN)
        read(app, time)
        seen: list[bytes] = []
        monkeypatch.setattr(service, "receive", lambda raw, now: seen.append(raw))
        read(app, time)
        assert seen == []
        with app.app_context():
            assert db.session().get_one(MailboxState, 1).last_uid == 1

    def test_a_mail_that_fails_holds_up_no_other_and_comes_again(
        self,
        app: Flask,
        root: Client,
        asked: str,
        imap: Imap,
        time: Time,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        from booking.replies import calendar_answers

        root.post("/manage/mailbox", imap.typed())
        note = written("请准备话筒。", in_reply_to=message_id(app))
        imap.put(clients.google(answer(app, asked)), note)
        real = calendar_answers.act

        def fail(*_arguments: object) -> MailOutcome:
            raise RuntimeError

        monkeypatch.setattr(calendar_answers, "act", fail)
        assert read(app, time) == 1
        assert lecture(app, asked).state is State.REQUESTED
        monkeypatch.setattr(calendar_answers, "act", real)
        assert read(app, time) == 1
        assert lecture(app, asked).state is State.CONFIRMED
        assert imap.left() == []

    def test_more_than_a_mail_can_be_is_put_aside(
        self, app: Flask, root: Client, imap: Imap, time: Time
    ) -> None:
        root.post("/manage/mailbox", imap.typed())
        imap.put(FOREIGN + b"x" * MOST_BYTES)
        assert read(app, time) == 0
        assert outcomes(app) == [MailOutcome.TOO_LARGE]

    def test_the_page_looks_into_it(self, root: Client, imap: Imap) -> None:
        imap.put(
            b"Authentication-Results: mx.real.example; spf=pass smtp.mailfrom=x.org\r\n" + FOREIGN
        )
        response = root.post("/manage/mailbox", imap.typed() | {"check": "1"})
        assert response.location == "/manage/mailbox"
        page = root.get("/manage/mailbox").text
        assert "the mailbox can be read. It holds 1 mail." in page
        assert "The newest mail names mx.real.example in Authentication-Results." in page
        assert imap.left() == ["x"]

    @pytest.mark.parametrize(
        ("other", "said"),
        [
            ({"mailbox_password": "wrong"}, "The server refused user name and password."),
            ({"mailbox_folder": "收件箱"}, "The folder cannot be opened."),
            ({"mailbox_security": "imaps"}, "No encrypted connection was made"),
            ({"mailbox_security": "imap+starttls"}, "No encrypted connection was made"),
            ({"mailbox_port": "1"}, "The server accepts no connection at this port."),
            ({"mailbox_server": "nowhere.invalid"}, "No server has this name."),
        ],
        ids=["password", "folder", "tls", "starttls", "port", "name"],
    )
    def test_the_page_says_what_is_wrong(
        self,
        root: Client,
        imap: Imap,
        other: dict[str, str],
        said: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        if "mailbox_server" in other:
            import socket

            def unknown(*_arguments: object, **_more: object) -> object:
                raise socket.gaierror

            monkeypatch.setattr(socket, "create_connection", unknown)
        response = root.post("/manage/mailbox", imap.typed(**other) | {"check": "1"})
        assert response.status_code == 422
        assert said in response.text
        assert "The settings are saved, but the mailbox could not be read." in response.text

    def test_a_fault_of_the_job_stands_on_the_page(
        self, app: Flask, root: Client, imap: Imap, time: Time
    ) -> None:
        root.post("/manage/mailbox", imap.typed(mailbox_password="wrong"))
        assert read(app, time) == 0
        assert "could not be read on" in root.get("/manage/mailbox").text


class TestPage:
    """The settings of the mailbox."""

    def test_its_password_is_never_shown_and_goes_to_no_other_server(
        self, app: Flask, root: Client
    ) -> None:
        typed = Imap(993, Path()).typed(mailbox_password="geheim")
        root.post("/manage/mailbox", typed)
        with app.app_context():
            assert mailbox_settings.password() == "geheim"
            sealed = db.session().get_one(StoredSetting, "mailbox_password").value
        pages = [root.get(path).text for path in ("/manage/mailbox", "/manage/settings", "/audit")]
        assert not any("geheim" in page or sealed in page for page in pages)
        root.post("/manage/mailbox", typed | {"mailbox_password": ""})
        with app.app_context():
            assert mailbox_settings.password() == "geheim"
        root.post("/manage/mailbox", typed | {"mailbox_password": "", "mailbox_user": "else"})
        with app.app_context():
            assert mailbox_settings.password() == ""

    def test_it_says_that_nothing_is_acted_on_yet(self, root: Client) -> None:
        root.post("/manage/mailbox", Imap(993, Path()).typed(authentication_server=""))
        assert "No calendar reply is acted on yet" in root.get("/manage/mailbox").text

    def test_without_a_server_there_is_nothing_to_check(self, root: Client) -> None:
        typed = Imap(993, Path()).typed(mailbox_server="") | {"check": "1"}
        assert "Name the server of the mailbox first." in root.post("/manage/mailbox", typed).text


class TestMaildir:
    """A maildir into which the mail server of the machine delivers."""

    @pytest.fixture
    def folder(self) -> Iterator[Path]:
        base = Path(tempfile.mkdtemp(prefix="maildir"))
        for name in ("new", "cur", "tmp"):
            (base / name).mkdir()
        yield base
        shutil.rmtree(base)

    @pytest.fixture
    def environment(self, folder: Path) -> dict[str, str]:
        return {"REPLY_MAILDIR": str(folder)}

    @pytest.mark.own_application
    def test_what_is_delivered_is_read(
        self, app: Flask, asked: str, folder: Path, time: Time, checked: None
    ) -> None:
        for name, mail in (
            ("1.a", FOREIGN),
            ("2.b", BROKEN),
            ("3.c", clients.thunderbird(answer(app, asked))),
        ):
            (folder / "new" / name).write_bytes(mail)
        (folder / "tmp" / "4.d").write_bytes(FOREIGN)
        assert read(app, time) == 1
        assert lecture(app, asked).state is State.CONFIRMED
        assert sorted(one.name for one in (folder / "cur").iterdir()) == ["1.a:2,FS", "2.b:2,FS"]
        assert list((folder / "new").iterdir()) == []
        assert read(app, time) == 0


class TestPipe:
    """`flask mail receive`, with the exit codes of sysexits.h."""

    def receive(self, mail: bytes, **environment: str) -> tuple[int, str]:
        result = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "mail", "receive"],
            input=mail,
            capture_output=True,
            cwd=PROJECT,
            env=dict(os.environ) | environment,
            check=False,
        )
        return result.returncode, result.stdout.decode().strip()

    def receive_here(self, app: Flask, mail: bytes) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=["mail", "receive"], input=mail)
        return result.exit_code, result.stdout.strip()

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_mail_is_taken_and_trouble_is_temporary(
        self, app: Flask, asked: str, database_url: str, tmp_path: Path, checked: None, time: Time
    ) -> None:
        known = {
            "DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY, "INSTANCE_PATH": str(tmp_path),
        }  # fmt: skip
        # The clock of the command is the real one, at which the lecture is long over.
        mail = clients.returned(message_id(app))
        gone = known | {"DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"}
        assert self.receive(mail, **gone) == (75, "")
        # A process takes two seconds to start: these run here.
        assert self.receive_here(app, BROKEN) == (0, "malformed")
        assert self.receive_here(app, b"x" * (MOST_BYTES + 2)) == (0, "too_large")
        assert self.receive_here(app, FOREIGN) == (0, "foreign")
        assert self.receive(mail, **known) == (0, "returned")
