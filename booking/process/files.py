"""Files of data and mail belong to their owner alone: 0600, and 0700 for folders.

`wsgi` sets the umask of every process (web, worker, commands). Modes are given where files are
made as well, and what an earlier version made is tightened at the start.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import config

logger = logging.getLogger(__name__)

FILE, FOLDER = 0o600, 0o700
BESIDE = ("", "-wal", "-shm", "-journal", "-turn")
"""What SQLite, and our queue of writers, put beside a database."""


def make_folder(path: Path) -> Path:
    """Make a folder, with those above it, that only its owner can open."""
    path.mkdir(parents=True, exist_ok=True, mode=FOLDER)
    return path


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(path, flags, FILE), "wb") as file:
        file.write(content)


def prepare(settings: config.Settings) -> None:
    """Make the instance folder and the databases that are files; tighten what exists."""
    folder = make_folder(settings.instance)
    databases = [
        path
        for url in (settings.database_url, settings.huey_url)
        if (path := _sqlite_file(url, folder))
    ]
    for path in databases:
        if path.parent.is_dir():
            # SQLite would make it by the umask; what lies beside it takes its mode.
            _make(path)
    for path in _ours(folder, databases):
        _tighten(path, FILE)
    for path in (folder, folder / "mail"):
        if path.is_dir() and _is_own(path):
            _tighten(path, FOLDER)


def _make(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE))
    except OSError:
        # Whoever opens the database says why it cannot be opened.
        logger.debug("%s cannot be made", path)


def _ours(folder: Path, databases: list[Path]) -> Iterator[Path]:
    for path in databases:
        for ending in BESIDE:
            yield path.with_name(path.name + ending)
    yield folder / "secret_key"
    yield folder / "demonstration"
    mail = folder / "mail"
    yield from mail.glob("*.eml")
    yield from mail.glob(".*.part")


def _is_own(folder: Path) -> bool:
    """Not a folder that others use, such as /tmp, nor the program's own, which a proxy may read."""
    return not folder.stat().st_mode & stat.S_ISVTX and folder != config.ROOT


def _tighten(path: Path, mode: int) -> None:
    try:
        found = path.lstat().st_mode
        if stat.S_ISLNK(found) or not found & 0o077:
            return
        path.chmod(mode)
    except FileNotFoundError:
        return
    except PermissionError:
        logger.warning("%s can be read by others, and belongs to another user", path)


def _sqlite_file(url: str, folder: Path) -> Path | None:
    """The file of an SQLite address; None for other databases and those in memory."""
    scheme, _, rest = url.partition(":///")
    name = rest.partition("?")[0]
    if scheme != "sqlite" or not name or name.startswith((":", "file:")):
        return None
    return folder / name
