"""Synchronises a feed on a loopback server twice to a folder, with vdirsyncer."""

import importlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from icalendar import Calendar

SECONDS = 60
Item = dict[str, Any]
"""The fields of one synchronised event, see `reading`, as icalendar reads its file."""

CONFIG = """\
[general]
status_path = "{folder}/status/"

[pair feed]
a = "remote"
b = "local"
collections = null

[storage remote]
type = "http"
url = "{url}"

[storage local]
type = "filesystem"
path = "{folder}/items/"
fileext = ".ics"
"""


class SyncFailed(Exception):
    """vdirsyncer failed, or changed files although the feed was unchanged."""


def items_after_two_syncs(feed: bytes) -> list[Item]:
    """Return the events in the folder after two runs; raise SyncFailed."""
    with tempfile.TemporaryDirectory() as name, _served(feed) as url:
        folder = Path(name)
        (folder / "items").mkdir()
        (folder / "config").write_text(CONFIG.format(folder=folder, url=url))
        _vdirsyncer(folder, "discover")
        _vdirsyncer(folder, "sync")
        first = _files(folder / "items")
        _vdirsyncer(folder, "sync")
        if _files(folder / "items") != first:
            raise SyncFailed("the second run changed items of an unchanged feed")
        uids = _uids_by_hash(feed)
        return [_item(content, uids) for content, _ in first.values()]


@contextmanager
def _served(feed: bytes) -> Iterator[str]:
    """Serve the feed on a free loopback port and yield its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("Content-Length", str(len(feed)))
            self.end_headers()
            self.wfile.write(feed)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/lectures.ics"
        finally:
            server.shutdown()
            thread.join()


def _vdirsyncer(folder: Path, command: str) -> None:
    environment = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    done = subprocess.run(
        [sys.executable, "-m", "vdirsyncer", "-c", str(folder / "config"), command],
        capture_output=True,
        env=environment,
        stdin=subprocess.DEVNULL,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise SyncFailed(done.stderr.decode(errors="replace"))


def _files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return (content, mtime) by file name: a rewritten file counts as changed."""
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def _uids_by_hash(feed: bytes) -> dict[str, str]:
    """vdirsyncer names the items of a read-only feed by the hash of their content."""
    vobject = importlib.import_module("vdirsyncer.vobject")
    items = map(vobject.Item, vobject.split_collection(feed.decode()))
    return {item.hash: item.uid for item in items}


def _item(content: bytes, uids: dict[str, str]) -> Item:
    calendar = Calendar.from_ical(content)
    [event] = calendar.walk("VEVENT")
    instants = {
        "start": "DTSTART",
        "end": "DTEND",
        "stamp": "DTSTAMP",
        "modified": "LAST-MODIFIED",
        "created": "CREATED",
    }
    texts = "SUMMARY LOCATION DESCRIPTION URL STATUS TRANSP".split()
    return {
        "uid": uids[str(event["UID"])],
        **{field: int(event.decoded(name).timestamp()) for field, name in instants.items()},
        **{name.lower(): str(event[name]) if name in event else None for name in texts},
        "sequence": int(str(event["SEQUENCE"])),
    }
