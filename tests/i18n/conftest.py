"""Fixtures: the demonstration province at a fixed instant, with compiled catalogues."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask

import config
from booking import clock
from booking.demo import build
from tests import databases, factories
from tests.databases import SqliteTemplate

TRANSLATIONS = config.ROOT / "booking" / "translations"
CATALOGUES = TRANSLATIONS / "zh_Hans_CN" / "LC_MESSAGES"


def compile_catalogues() -> None:
    """Compile the .mo files (not in the repository) beside the .po files."""
    for source in CATALOGUES.glob("*.po"):
        part = source.with_name(f"{source.stem}.{os.getpid()}.part")
        with source.open("rb") as texts, part.open("wb") as compiled:
            write_mo(compiled, read_po(texts))
        part.replace(source.with_suffix(".mo"))


@pytest.fixture(scope="session")
def compiled() -> None:
    """The compiled catalogues of the current .po files."""
    compile_catalogues()


@pytest.fixture(scope="module")
def province(compiled: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with the small province; the clock is frozen at `factories.NOW`."""
    folder = tmp_path_factory.mktemp("province")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: factories.NOW)
        with databases.running(f"sqlite:///{folder / 'yueke.db'}", folder) as app:
            databases.migrate(app)
            with app.app_context():
                build.build(size="S", seed=1, now=factories.NOW, zone=factories.ZONE)
            yield app


@pytest.fixture(scope="module")
def empty(
    compiled: None, sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """An application with an empty register."""
    folder: Path = tmp_path_factory.mktemp("empty")
    with databases.running(sqlite_template.copy_to(folder), folder) as app:
        yield app
