"""File modes of data and mail: 0600 for files and 0700 for folders.

`wsgi` sets the umask of every process (web, worker, commands). Files are created with these modes
as well, and existing files of earlier versions are corrected at the start.
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
"""Suffixes of the files that SQLite, and the lock file of writers, add to a database's name."""


def make_folder(path: Path) -> Path:
    """Create a folder with mode 0700, and its parents."""
    path.mkdir(parents=True, exist_ok=True, mode=FOLDER)
    return path


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file with mode 0600."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(path, flags, FILE), "wb") as file:
        file.write(content)


def prepare(settings: config.Settings) -> None:
    """Create the instance folder and the database files; correct the modes of existing files."""
    folder = make_folder(settings.instance)
    databases = [
        path
        for url in (settings.database_url, settings.huey_url)
        if (path := _sqlite_file(url, folder))
    ]
    for path in databases:
        if path.parent.is_dir():
            # SQLite would create it by the umask; its other files copy the mode of this one.
            _create(path)
    for path in _private_files(folder, databases):
        _restrict(path, FILE)
    for path in (folder, folder / "mail"):
        if path.is_dir() and _is_own(path):
            _restrict(path, FOLDER)


def _create(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE))
    except OSError:
        # The error is reported when the database is opened.
        logger.debug("%s cannot be made", path)


def _private_files(folder: Path, databases: list[Path]) -> Iterator[Path]:
    for path in databases:
        for ending in BESIDE:
            yield path.with_name(path.name + ending)
    yield folder / "secret_key"
    yield folder / "demonstration"
    mail = folder / "mail"
    yield from mail.glob("*.eml")
    yield from mail.glob(".*.part")


def _is_own(folder: Path) -> bool:
    """False for a shared folder (sticky bit) and for the program's folder, which a proxy reads."""
    return not folder.stat().st_mode & stat.S_ISVTX and folder != config.ROOT


def _restrict(path: Path, mode: int) -> None:
    try:
        current = path.lstat().st_mode
        if stat.S_ISLNK(current) or not current & 0o077:
            return
        path.chmod(mode)
    except FileNotFoundError:
        return
    except PermissionError:
        logger.warning("%s can be read by others, and belongs to another user", path)


def _sqlite_file(url: str, folder: Path) -> Path | None:
    """The file of an SQLite URL; None for other databases and for those in memory."""
    scheme, _, rest = url.partition(":///")
    name = rest.partition("?")[0]
    if scheme != "sqlite" or not name or name.startswith((":", "file:")):
        return None
    return folder / name
