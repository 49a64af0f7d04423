"""An import of thousands of people while the site answers. `python -m benchmarks.spreadsheet`.

gunicorn and the worker run on loopback. A coordinator uploads a spreadsheet, looks at the preview,
imports it by the worker and undoes it, all over HTTP. Meanwhile one connection opens pages, and
this process writes one row after the other, as bookings do.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import TypeVar
from uuid import uuid4

from flask_security.utils import hash_password

import config
from benchmarks.bulk import databases
from benchmarks.bulk.registers import Register, register
from benchmarks.checking import expect
from benchmarks.client import Answer, Connection, Request, csrf_token, sign_in
from benchmarks.report import surroundings
from benchmarks.serving import WORKERS, gunicorn
from booking import audit
from booking.accounts import service as accounts
from booking.accounts.engine.roles import Role
from booking.db import unit_of_work
from tests.register.uploads import SHEET, sheet

EMAIL, PASSWORD = "wang@example.org", uuid4().hex
PROVINCE = "990000"
PAGES = ("/", "/instructors?q=急救", "/login")
GOAL_SECONDS = 30
PATIENCE = 120
T = TypeVar("T")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_GIVEN = "安邦昌德恩方刚海洁军凯兰明宁平青瑞山婷文"


@dataclass
class Figures:
    """What was measured for one database; seconds, and milliseconds of others meanwhile."""

    database: str
    people: int
    upload: float = 0.0
    preview: float = 0.0
    imported: float = 0.0
    again: float = 0.0
    """Uploading and previewing the same file again: everybody is unchanged."""
    undone: float = 0.0
    cpu: float = 0.0
    """Seconds of CPU time of the server, the worker and their children."""
    page_ms: list[float] = field(default_factory=list)
    write_ms: list[float] = field(default_factory=list)


def people(count: int) -> list[tuple[object, ...]]:
    """Rows of different people with two topics, two fields and a telephone number."""
    return [
        (
            _SURNAMES[n % 20] + _GIVEN[n // 20 % 20] + _GIVEN[n // 400 % 20],
            "男女"[n % 2],
            f"栖云市新编第{n}中学（虚构）",
            "高级教师",
            ("急救", "法治；公文", "心理；法治")[n % 3],
            f"专题{n}甲讲座与实践；专题{n}乙入门",
            ("全市", "全省")[n % 2],
            f"12{n:09d}",
            "",
            "",
        )
        for n in range(count)
    ]


def main() -> None:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spreadsheet", description=__doc__)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--register", type=int, default=2_000, help="people before the import")
    parser.add_argument(
        "--databases", nargs="+", choices=databases.KINDS, default=list(databases.KINDS)
    )
    parser.add_argument("--json", type=Path, help="write the numbers to this file, too")
    chosen = parser.parse_args()
    data = sheet(people(chosen.people))
    found = []
    for kind in chosen.databases:
        with register(kind, chosen.register) as loaded:
            found.append(_measured(loaded, chosen.people, data))
    _print(found)
    if chosen.json:
        results = {"about": surroundings(), "imports": [asdict(one) for one in found]}
        chosen.json.write_text(json.dumps(results, indent=2) + "\n")


def _measured(loaded: Register, count: int, data: bytes) -> Figures:
    figures = Figures(loaded.kind, count)
    begun = _cpu_seconds()
    with unit_of_work() as session:
        user = accounts.create_user(
            session,
            email=EMAIL,
            name="王强",
            password_hash=hash_password(PASSWORD),
            now=loaded.now,
        )
        accounts.add_membership(
            session, user=user, role=Role.COORDINATOR, region_code=PROVINCE, now=loaded.now
        )
    # The cookie of the first step is enough for a measurement.
    environ = {**loaded.environ, "TWO_FACTOR_ROLES": ""}
    with gunicorn(environ, loaded.folder / "server.log") as port, _worker(loaded):
        _warm_up(port)
        stop = threading.Event()
        others = [
            threading.Thread(target=_ask, args=(port, stop, figures.page_ms)),
            threading.Thread(target=_write, args=(loaded, stop, figures.write_ms)),
        ]
        for one in others:
            one.start()
        try:
            _import(port, data, count, figures)
        finally:
            stop.set()
            for one in others:
                one.join()
    figures.cpu = _cpu_seconds() - begun
    return figures


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _warm_up(port: int) -> None:
    """Wait until both processes have answered; the first answers take long."""
    limit = time.monotonic() + PATIENCE
    for _process in range(WORKERS):
        while time.monotonic() < limit:
            try:
                Connection(port, PATIENCE).send(Request("/"))
                break
            except OSError:
                continue


@contextmanager
def _worker(loaded: Register) -> Iterator[None]:
    path = loaded.folder / "worker.log"
    with path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
            cwd=config.ROOT,
            env=dict(loaded.environ),
            stdout=log,
            stderr=log,
        )
        try:
            yield
        except RuntimeError:
            print(path.read_text()[-4000:], file=sys.stderr)
            raise
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


def _import(port: int, data: bytes, count: int, figures: Figures) -> None:
    connection = Connection(port, PATIENCE)
    cookie = {"Cookie": sign_in(connection, EMAIL, PASSWORD)}
    draft, figures.upload = _timed(lambda: _upload(connection, cookie, data))
    page, figures.preview = _timed(lambda: connection.send(Request(draft, cookie)))
    expect(page.status == 200, "the preview is shown")
    report, figures.imported = _timed(lambda: _imported(connection, cookie, draft))
    expect(report.status == 200 and str(count).encode() in report.body, "all are imported")
    print(
        f"{figures.database}: upload {figures.upload:.1f} s, preview {figures.preview:.1f} s, "
        f"import {figures.imported:.1f} s",
        file=sys.stderr,
    )
    _again, figures.again = _timed(
        lambda: connection.send(Request(_upload(connection, cookie, data), cookie))
    )
    form = {"csrf_token": csrf_token(page.body)}
    undone, figures.undone = _timed(lambda: connection.send(Request(f"{draft}/undo", cookie, form)))
    expect(undone.status == 303, "the import is undone")


def _timed(act: Callable[[], T]) -> tuple[T, float]:
    begun = time.perf_counter()
    return act(), time.perf_counter() - begun


def _upload(connection: Connection, cookie: dict[str, str], data: bytes) -> str:
    form = connection.send(Request("/register/import", cookie))
    expect(
        form.status == 200, f"the form is answered with {form.status} {form.headers['Location']}"
    )
    token = csrf_token(form.body)
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (("csrf_token", token), ("region", PROVINCE))
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n'
        f"Content-Type: {SHEET}\r\n\r\n".encode()
        + data
        + f"\r\n--{boundary}--\r\n".encode()
    )
    answer = connection.send_bytes(
        "/register/import",
        {**cookie, "Content-Type": f"multipart/form-data; boundary={boundary}"},
        b"".join(parts),
    )
    expect(answer.status == 303, f"the upload is answered with {answer.status}")
    return answer.headers["Location"]


def _imported(connection: Connection, cookie: dict[str, str], draft: str) -> Answer:
    """Press, and ask as the page does until the report is there."""
    page = connection.send(Request(draft, cookie))
    form = {"csrf_token": csrf_token(page.body)}
    connection.send(Request(draft, cookie, form))
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        answer = connection.send(Request(draft, cookie))
        if answer.status == 302:
            return connection.send(Request(answer.headers["Location"], cookie))
        time.sleep(0.25)
    words = " ".join(re.sub(rb"<[^>]+>", b" ", answer.body).decode().split())
    raise RuntimeError(f"the import does not end: {words[:500]}")


def _ask(port: int, stop: threading.Event, found: list[float]) -> None:
    connection = Connection(port, PATIENCE)
    while not stop.is_set():
        for path in PAGES:
            answer = connection.send(Request(path))
            expect(answer.status == 200, path)
            found.append(answer.milliseconds)
        time.sleep(0.05)


def _write(loaded: Register, stop: threading.Event, found: list[float]) -> None:
    with loaded.app.app_context():
        while not stop.is_set():
            begun = time.perf_counter()
            with unit_of_work() as session:
                audit.record(session, audit.Action.AUDIT_READ)
            found.append((time.perf_counter() - begun) * 1000)
            time.sleep(0.05)


def _print(found: Sequence[Figures]) -> None:
    print("| database | people | upload s | preview s | import s | again s | undo s |")
    print("|---|---|---|---|---|---|---|")
    for one in found:
        seconds = (one.upload, one.preview, one.imported, one.again, one.undone)
        print(f"| {one.database} | {one.people} |", *(f"{value:.1f} |" for value in seconds))
        within = "yes" if sum(seconds[:3]) < GOAL_SECONDS else "no"
        print(f"\n{one.database}: within {GOAL_SECONDS} s: {within}; {one.cpu:.0f} s of CPU\n")
    print("\nMeanwhile, milliseconds:\n")
    print("| database | what | times | median | p95 | longest |")
    print("|---|---|---|---|---|---|")
    for one in found:
        for what, values in (("pages", one.page_ms), ("a write", one.write_ms)):
            ordered = sorted(values)
            p95 = ordered[int(len(ordered) * 0.95)]
            print(
                f"| {one.database} | {what} | {len(ordered)} | {median(ordered):.0f} "
                f"| {p95:.0f} | {ordered[-1]:.0f} |"
            )


if __name__ == "__main__":
    main()
