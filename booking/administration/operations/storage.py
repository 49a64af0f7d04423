"""How much is stored, and which versions run."""

from __future__ import annotations

import platform
import shutil
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session

import config
from booking.administration.operations import backups
from booking.notifications.transmission.delivery import mail_folder

LIBRARIES = ("Flask", "SQLAlchemy", "Werkzeug", "huey", "icalendar", "cryptography")


@dataclass(frozen=True, slots=True)
class Storage:
    """Sizes in bytes; `mails` is a number of files."""

    database: int
    instance: int
    backups: int
    mails: int
    free: int


@dataclass(frozen=True, slots=True)
class Versions:
    """Names with versions, and the migration of the database beside the newest one."""

    product: str
    python: str
    database: str
    libraries: tuple[tuple[str, str], ...]
    migration: str
    newest_migration: str


def storage(session: Session) -> Storage:
    """What is stored now. Files that vanish meanwhile count nothing."""
    instance = Path(current_app.instance_path)
    mails = mail_folder()
    return Storage(
        database=_database_size(session),
        instance=_size(instance),
        backups=_size(backups.folder()),
        mails=sum(1 for _path in mails.glob("*.eml")) if mails.is_dir() else 0,
        free=shutil.disk_usage(instance).free,
    )


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*") if folder.is_dir() else ():
        try:
            if path.is_file() and not path.is_symlink():
                total += path.stat().st_size
        except OSError:
            continue
    return total


def _database_size(session: Session) -> int:
    if session.get_bind().dialect.name == "sqlite":
        statement = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    else:
        statement = "SELECT pg_database_size(current_database())"
    return int(session.scalar(text(statement)) or 0)


def versions(session: Session) -> Versions:
    """What runs here."""
    dialect = session.get_bind().dialect.name
    statement = "SELECT sqlite_version()" if dialect == "sqlite" else "SHOW server_version"
    name = "SQLite" if dialect == "sqlite" else "PostgreSQL"
    return Versions(
        product=_product_version(),
        python=platform.python_version(),
        database=f"{name} {session.scalar(text(statement))}",
        libraries=tuple((one, metadata.version(one)) for one in LIBRARIES),
        migration=session.scalar(text("SELECT version_num FROM alembic_version")) or "",
        newest_migration=_newest_migration(),
    )


@cache
def _product_version() -> str:
    project = tomllib.loads((config.ROOT / "pyproject.toml").read_text())["project"]
    return str(project["version"])


@cache
def _newest_migration() -> str:
    return ScriptDirectory(str(config.ROOT / "migrations")).get_current_head() or ""
