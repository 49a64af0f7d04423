"""How many modules a request passes: `python -m benchmarks.modules`.

Counted are the modules of `booking/` of which a function is called (`sys.setprofile`) while a
request is answered: a booking, a cancellation, an import (upload and confirmation) and a feed that
no process has in its memory. Beside all of them stand those that a page without any data
(`/language/en`) passes as well, such as settings and sign-in, and then what is left: the modules of
the subject itself. The data are those of the tests; what a child process or the worker does is not
counted. `--names` lists the modules.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from unittest.mock import patch

from flask import Flask

import booking
from booking import clock
from tests import databases, factories
from tests.browser import Client
from tests.calendars.conftest import open_feed
from tests.register import uploads

ROOT = Path(booking.__file__).parent
PLAIN = "a page without data"


@contextmanager
def passed() -> Iterator[set[str]]:
    """The modules of which the block calls a function, relative to `booking/`."""
    found: set[str] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_name != "<module>":
            path = Path(code.co_filename)
            if path.is_relative_to(ROOT):
                found.add(path.relative_to(ROOT).as_posix())

    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)


def main() -> None:
    """Answer each request once unmeasured and once measured; print the numbers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.modules", description=__doc__)
    parser.add_argument("--names", action="store_true", help="list the modules")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="yueke-modules-") as name:
        folder = Path(name)
        url = databases.SqliteTemplate(folder).copy_to(folder)
        with databases.running(url, folder) as app, patch.object(clock, "now", _now):
            found = {name: _traced(act) for name, act in _requests(app).items()}
    print(f"{'':18} {'all':>4} {'common':>7} {'own':>4}")
    for name, modules in found.items():
        own = modules - found[PLAIN]
        print(f"{name:18} {len(modules):4} {len(modules) - len(own):7} {len(own):4}")
        if options.names:
            print("\n".join(f"  {module}" for module in sorted(own)))


def _now() -> object:
    return factories.NOW


def _traced(act: Callable[[], None]) -> set[str]:
    with passed() as found:
        act()
    return found


def _requests(app: Flask) -> dict[str, Callable[[], None]]:
    cast = factories.invite(app)
    li, wang, chen = (Client(app).sign_in(f"{name}@example.org") for name in ("li", "wang", "chen"))
    number = factories.confirmed(app, cast, factories.at(4, 9))
    feed = open_feed(chen, "instructor", cast.chen.id)
    sheet = uploads.sheet(uploads.rows(2))
    for browser in (li, wang, chen):  # Compiles templates, and opens connections.
        browser.get("/language/en")
        browser.get("/account")

    def book() -> None:
        path = f"/instructors/{cast.chen.id}/book?topic={cast.chen.topic}&start=2026-11-26T09:00"
        form = {"organisation": cast.li.id, "region": factories.COUNTY, "place": "文化馆"}
        _expect(li.post(path, form | {"format": "lecture"}).status_code, 303)

    def cancel() -> None:
        form = {"reason": "会场临时停用。"}
        _expect(li.post(f"/lectures/{number}/cancel", form).status_code, 303)

    def bring() -> None:
        status, preview, _page = uploads.upload(wang, sheet)
        _expect(status, 303)
        _expect(wang.post(preview, {}).status_code, 303)

    def subscribe() -> None:
        _expect(Client(app).get(feed).status_code, 200)

    return {
        PLAIN: lambda: _expect(li.get("/language/en").status_code, 302),
        "booking": book,
        "cancellation": cancel,
        "import": bring,
        "feed": subscribe,
    }


def _expect(status: int, wanted: int) -> None:
    if status != wanted:
        sys.exit(f"answered by {status} instead of {wanted}")


if __name__ == "__main__":
    main()
