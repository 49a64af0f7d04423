"""Makes backups: SQLite by its online backup interface, PostgreSQL by pg_dump; both compressed.

The file lies in the folder `backups` of the instance folder, with mode 0600, and appears under its
name only when it is complete. It holds the database; the keys of the installation are not in it.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess  # pg_dump is a program of its own.  # nosec B404
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import URL, text
from sqlalchemy.orm import Session

from booking.administration.operations.models import BackupFailure
from booking.db import db
from booking.process import files

FOLDER = "backups"
BLOCK = 1024 * 1024
PAGES_AT_ONCE = 2_000
"""Pages that SQLite copies before other writers have their turn."""

DUMP_SECONDS = 3600
VERSION_SECONDS = 5
_VERSION = re.compile(rb"PostgreSQL\) (\d+)")
_NO_SPACE = 28
"""errno ENOSPC."""


class CannotBackUp(Exception):
    """A backup could not be made, with the reason."""

    def __init__(self, failure: BackupFailure) -> None:
        super().__init__(failure.value)
        self.failure = failure


def folder() -> Path:
    """The folder of backups; it exists from the first one on."""
    return Path(current_app.instance_path) / FOLDER


def make(now: datetime) -> Path:
    """Make a backup; returns its file. Raises `CannotBackUp`."""
    place = files.make_folder(folder())
    for left in place.glob(".yueke-*"):
        left.unlink(missing_ok=True)  # Of a worker that was stopped; one backup is made at a time.
    url = db.engine.url
    sqlite = url.get_backend_name() == "sqlite"
    stamp = f"{now:%Y%m%d-%H%M%S}"
    target = place / (f"yueke-{stamp}.db.gz" if sqlite else f"yueke-{stamp}.dump")
    part = place / f".{target.name}.part"
    try:
        if sqlite:
            _copy_sqlite(Path(url.database or ""), part)
        else:
            _dump_postgresql(url, part)
        part.rename(target)
    except OSError as error:
        failure = BackupFailure.NO_SPACE if error.errno == _NO_SPACE else BackupFailure.OTHER
        raise CannotBackUp(failure) from error
    except sqlite3.Error as error:
        raise CannotBackUp(BackupFailure.OTHER) from error
    finally:
        part.unlink(missing_ok=True)
    return target


def _copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy while others write, then compressed."""
    copy = target.with_suffix(".db")
    files.write_bytes(copy, b"")
    try:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as origin,
            closing(sqlite3.connect(copy)) as destination,
        ):
            origin.backup(destination, pages=PAGES_AT_ONCE, sleep=0.01)
        files.write_bytes(target, b"")
        with copy.open("rb") as plain, target.open("wb") as packed:
            with gzip.GzipFile(filename="", fileobj=packed, mode="wb", mtime=0) as stream:
                shutil.copyfileobj(plain, stream, BLOCK)
            packed.flush()
            os.fsync(packed.fileno())
    finally:
        copy.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why no backup can be made here, and the versions that do not fit, as whole numbers."""

    failure: BackupFailure
    program: int | None = None
    server: int | None = None


def obstacle(session: Session) -> Obstacle | None:
    """What stands in the way of backups before one is begun; None for nothing that is known.

    pg_dump refuses servers that are newer than itself.
    """
    if session.get_bind().dialect.name == "sqlite":
        return None
    program = shutil.which("pg_dump")
    if program is None:
        return Obstacle(BackupFailure.NO_PROGRAM)
    own, server = _version_of(program), _server_version(session)
    if own is not None and own < server:
        return Obstacle(BackupFailure.WRONG_VERSION, own, server)
    return None


def _server_version(session: Session) -> int:
    return int(session.scalar(text("SHOW server_version_num")) or 0) // 10_000


def _version_of(program: str) -> int | None:
    """The major version of pg_dump; None if it does not tell it."""
    try:
        # A fixed program without a shell.
        told = subprocess.run(  # nosec B603
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=VERSION_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = _VERSION.search(told.stdout)
    return int(found[1]) if found else None


def _dump_postgresql(url: URL, target: Path) -> None:
    """pg_dump in its own compressed format; the password goes by the environment."""
    program = shutil.which("pg_dump")
    if program is None:
        raise CannotBackUp(BackupFailure.NO_PROGRAM)
    files.write_bytes(target, b"")
    gently = [nice, "-n", "10"] if (nice := shutil.which("nice")) else []
    query = {name: str(value) for name, value in url.query.items()}
    host = url.host or query.get("host")
    environment = {"PATH": os.environ.get("PATH", ""), "PGCONNECT_TIMEOUT": "10"}
    given = {
        "PGHOST": host,
        "PGPORT": str(url.port) if url.port else query.get("port"),
        "PGUSER": url.username or query.get("user"),
        "PGPASSWORD": str(url.password) if url.password else None,
        "PGSSLMODE": query.get("sslmode"),
    }
    environment |= {name: value for name, value in given.items() if value}
    with target.open("wb") as output:
        # A fixed program without a shell; the name of the database is that of the settings.
        completed = subprocess.run(  # nosec B603
            [*gently, program, "--format=custom", "--no-password", f"--dbname={url.database}"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            env=environment,
            timeout=DUMP_SECONDS,
            check=False,
        )
        output.flush()
        os.fsync(output.fileno())
    if completed.returncode != 0:
        mismatch = b"version mismatch" in completed.stderr
        raise CannotBackUp(BackupFailure.WRONG_VERSION if mismatch else BackupFailure.OTHER)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
