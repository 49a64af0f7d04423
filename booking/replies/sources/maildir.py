"""Reads a maildir into which a mail server of this machine delivers (`new`, `cur`, `tmp`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from booking.replies.sources.mailboxes import AT_ONCE

ASIDE = ":2,FS"
"""The flags of a mail that was put aside: flagged, seen."""


class MaildirItem:
    """One file of `new`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, most: int) -> bytes:
        """The first `most` bytes."""
        with self._path.open("rb") as file:
            return file.read(most)

    def remove(self) -> None:
        """Delete the file; another process may have done so."""
        self._path.unlink(missing_ok=True)

    def put_aside(self) -> None:
        """Move the file to `cur`, where mail programs show it."""
        target = self._path.parent.parent / "cur" / f"{self._path.name.partition(':')[0]}{ASIDE}"
        with suppress(FileNotFoundError):
            self._path.rename(target)


def waiting(folder: Path) -> Iterator[MaildirItem]:
    """The files in `new`, oldest name first; nothing where there is no such folder."""
    new = folder / "new"
    if not new.is_dir():
        return
    (folder / "cur").mkdir(exist_ok=True)
    names = sorted(path for path in new.iterdir() if not path.name.startswith("."))
    for path in names[:AT_ONCE]:
        if path.is_file() and not path.is_symlink():
            yield MaildirItem(path)
