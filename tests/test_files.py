"""Files of data and mail are read by their owner alone, whatever the umask of the shell."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from booking.app import create_app
from booking.db import unit_of_work
from booking.notifications.transmission.transports import FileTransport
from booking.process import files
from config import ROOT
from tests import databases


@pytest.fixture(autouse=True)
def permissive() -> Iterator[None]:
    """The most careless umask."""
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> dict[str, str]:
    """Files and folders that anybody but the owner can do anything with, and their modes."""
    return {
        str(path.relative_to(folder)): oct(path.stat().st_mode & 0o777)
        for path in (folder, *folder.rglob("*"))
        if path.stat().st_mode & 0o077
    }


def test_everything_that_is_made_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    settings = databases.settings(f"sqlite:///{folder / 'yueke.db'}", tmp_path, SECRET_KEY="")
    app = create_app(settings)
    databases.migrate(app)
    with app.app_context():
        with unit_of_work():
            pass
        app.extensions["jobs"].wake()
        way = FileTransport(folder / "mail")
        way.open()
        way.hand_over(7, "a@example.org", "b@example.org", b"hello")

        found = {path.name for path in folder.rglob("*")}
        assert found >= {"yueke.db", "yueke.db-wal", "yueke.db-shm", "huey.db", "00000007.eml"}
        assert "secret_key" in found
        assert open_to_others(folder) == {}
    databases.close(app)


def test_what_was_made_before_is_tightened_at_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    (folder / "mail").mkdir(parents=True)
    for name in ("yueke.db", "yueke.db-wal", "huey.db", "secret_key", "mail/00000001.eml"):
        (folder / name).touch()
    other = folder / "README"
    other.touch()
    assert len(open_to_others(folder)) == 8

    files.prepare(databases.settings(f"sqlite:///{folder / 'yueke.db'}", tmp_path))

    # What is not ours stays as it is.
    assert set(open_to_others(folder)) == {"README"}


def test_a_folder_that_others_use_stays_open(tmp_path: Path) -> None:
    shared = tmp_path / "instance"
    shared.mkdir()
    shared.chmod(0o1777)

    files.prepare(databases.settings(f"sqlite:///{shared / 'yueke.db'}", tmp_path))

    assert (shared.stat().st_mode & 0o7777, open_to_others(shared)) == (0o1777, {".": "0o777"})


def test_each_process_of_the_product_has_the_umask(tmp_path: Path) -> None:
    code = "import wsgi, os; print(oct(os.umask(0)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "INSTANCE_PATH": str(tmp_path / "instance")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["0o77"]
