"""Copies of the last bodies on disk, for a process that cannot read the database.

A fresh process has nothing in memory, and one 5xx makes Thunderbird switch a calendar off. A copy
holds what the feed holds and its ETag, in a file of mode 0600 named after the hash of the token; it
goes when the token is revoked. Files that cannot be written or read are only reported: the database
has everything.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import current_app

from booking.calendars.feeds.engine.body_cache import Kept
from booking.process.files import make_folder

logger = logging.getLogger(__name__)

FOLDER = "feeds"
MOST_FILES = 5000
MOST_BYTES = 200 * 1024 * 1024
MOST_DAYS = 30


def folder() -> Path:
    """The folder of the copies, in the instance folder."""
    return Path(current_app.instance_path) / FOLDER


def keep(key: str, etag: str, body: bytes) -> bool:
    """Store a copy in place of an earlier one; whether it could be written."""
    try:
        place = folder()
        if not place.is_dir():
            make_folder(place)
        handle, name = tempfile.mkstemp(dir=place, prefix=".")  # With mode 0600.
        with os.fdopen(handle, "wb") as file:
            file.write(etag.encode() + b"\n" + body)
        Path(name).replace(place / key)
    except OSError as error:
        logger.warning("the copy of a feed cannot be kept: %s", error.strerror)
        return False
    return True


def get(key: str) -> Kept | None:
    """The copy for a key, or None."""
    try:
        content = (folder() / key).read_bytes()
    except OSError:
        return None
    etag, _, body = content.partition(b"\n")
    return Kept(etag.decode(), body)


def forget(token_hash: str) -> None:
    """Remove all copies of a token."""
    for path in (folder() / token_hash, *folder().glob(f"{token_hash}-*")):
        path.unlink(missing_ok=True)


def sweep(open_hashes: Collection[str], *, now: datetime) -> int:
    """Remove copies of tokens that are not open, and the oldest beyond the bounds.

    Returns how many went.
    """
    bytes_left, files_left, gone = MOST_BYTES, MOST_FILES, 0
    oldest = now - timedelta(days=MOST_DAYS)
    paths = [path for path in folder().glob("*") if path.is_file()]
    for modified, size, path in sorted(filter(None, map(_facts, paths)), reverse=True):
        bytes_left, files_left = bytes_left - size, files_left - 1
        known = path.name.partition("-")[0] in open_hashes
        if not known or modified < oldest or bytes_left < 0 or files_left < 0:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _facts(path: Path) -> tuple[datetime, int, Path] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return datetime.fromtimestamp(found.st_mtime, UTC), found.st_size, path
