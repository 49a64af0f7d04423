"""Static files: names by contents, kept for good, compressed ahead, guarded like every page."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from flask import Flask

from booking.web.assets import Assets, sources, with_hashes, write
from tests.browser import Client
from tests.factories import CHEN, Cast

LINK = re.compile(r'(?:href|src)="(/static/[^"]+)"')
HASHED = re.compile(r"/static/[\w.]+\.[0-9a-f]{12}\.(css|js|svg)")
DECODED: dict[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "identity": bytes,
}
LIMITS = {"css": 35_000, "js": 20_000}
"""The most bytes over the wire of a first visit."""


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app)


@pytest.fixture
def address(client: Client) -> str:
    """The address of our styles."""
    found: list[str] = LINK.findall(client.get("/").text)
    return next(one for one in found if one.endswith(".css") and "/app." in one)


def _bytes(path: Path) -> bytes:
    return path.read_bytes()


@pytest.mark.parametrize("encoding", DECODED)
def test_what_pages_need_is_small_and_kept_for_good(client: Client, encoding: str) -> None:
    sizes = dict.fromkeys(LIMITS, 0)
    for link in LINK.findall(client.get("/").text):
        named = HASHED.fullmatch(link)
        assert named is not None, link
        answer = client.get(link, headers={"Accept-Encoding": encoding})

        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers.get("Content-Encoding", "identity") == encoding
        assert "Set-Cookie" not in answer.headers
        plain = re.sub(r"\.[0-9a-f]{12}", "", link).removeprefix("/static/")
        assert DECODED[encoding](answer.data) == _bytes(sources()[plain])
        assert answer.content_length == len(answer.data)
        sizes[named[1]] = sizes.get(named[1], 0) + len(answer.data)
    within = {kind: size <= LIMITS[kind] for kind, size in sizes.items() if kind in LIMITS}
    assert within == {"css": encoding != "identity", "js": True}, sizes


def test_all_scripts_together_stay_small(client: Client) -> None:
    scripts = [name for name in sources() if name.endswith(".js")]
    assert len(scripts) >= 3
    packed = {"Accept-Encoding": "gzip"}
    sizes = [len(client.get(f"/static/{one}", headers=packed).data) for one in scripts]
    assert sum(sizes) <= LIMITS["js"], sizes


@pytest.mark.parametrize(
    ("sent", "chosen"),
    [("gzip, br", "br"), ("br;q=0, gzip", "gzip"), ("gzip;q=0", None), ("", None), ("zstd", None)],
)
def test_the_encoding_is_one_that_the_browser_takes(
    client: Client, address: str, sent: str, chosen: str | None
) -> None:
    answer = client.get(address, headers={"Accept-Encoding": sent})
    assert answer.headers.get("Content-Encoding") == chosen


def test_a_plain_name_is_asked_for_again_each_time(client: Client) -> None:
    first = client.get("/static/app.css")
    etag = first.headers["ETag"]
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "public, no-cache")
    for known in (etag, f'"other", {etag}', etag.removeprefix("W/")):
        again = client.get("/static/app.css", headers={"If-None-Match": known})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == etag
        assert again.headers["Vary"] == "Accept-Encoding"
    other = client.get("/static/app.css", headers={"If-None-Match": 'W/"0123456789ab"'})
    assert other.status_code == 200


def test_they_belong_to_nobody(app: Flask, people: Cast, address: str) -> None:
    browser = Client(app).language("en").sign_in(CHEN)
    assert "Cookie" in browser.get("/inbox").headers["Vary"]
    answer = browser.get(address)
    assert (answer.headers["Vary"], answer.headers.get("Set-Cookie")) == ("Accept-Encoding", None)


def test_head_and_ranges(client: Client, address: str) -> None:
    whole = client.get(address)
    head = client.open("HEAD", address)
    part = client.get(address, headers={"Range": "bytes=10-19"})
    beyond = client.get(address, headers={"Range": "bytes=9999999-"})

    assert (head.status_code, head.data) == (200, b"")
    assert head.content_length == whole.content_length == len(whole.data)
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.data)}"
    assert (beyond.status_code, beyond.headers["Cache-Control"]) == (416, "private, no-store")
    assert client.post(address, csrf=False).status_code == 405


@pytest.mark.parametrize(
    "path",
    ["/static/app.0123456789ab.css", "/static/", "/static/../app.py", "/static/..%2fapp.py",
     "/static/%2e%2e/web/assets.py", "/static/etc/passwd", "/static/app.css/", "/static/.",
     "/static/..\\app.py", "/static/app.css.br", "/static/app.css.gz", "/bootstrap/static/x"],
)  # fmt: skip
def test_nothing_else_is_served(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_another_host_gets_none(client: Client, address: str) -> None:
    answer = client.get(address, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (400, "private, no-store")


class TestFiles:
    """Sources that change, and folders that cannot be written."""

    @pytest.fixture
    def found(self, tmp_path: Path) -> dict[str, Path]:
        """Two sources."""
        made = {name: tmp_path / name for name in ("main.css", "main.js")}
        for path in made.values():
            path.write_text("/* a text that is worth compressing */\n" * 20)
        return made

    def _served(self, app: Flask, assets: Assets, name: str) -> tuple[str, str]:
        """Cache-Control and contents."""
        with app.test_request_context():
            answer = assets.response(name)
            answer.direct_passthrough = False
            text = answer.get_data(as_text=True)
            answer.close()
            return answer.headers["Cache-Control"], text

    def test_a_change_is_seen_at_once_and_the_old_name_stays(
        self, app: Flask, found: dict[str, Path], tmp_path: Path
    ) -> None:
        watching, fixed = (
            Assets(lambda: found, (tmp_path / "built",), watch=watch) for watch in (True, False)
        )
        before = watching.name("main.css")
        assert fixed.name("main.css") == before
        old = found["main.css"].read_text()
        found["main.css"].write_text("p { color: red }")

        after = watching.name("main.css")

        assert after != before
        assert self._served(app, watching, after)[1] == "p { color: red }"
        assert self._served(app, watching, "main.css")[1] == "p { color: red }"
        assert self._served(app, watching, before)[1] == old
        assert fixed.name("main.css") == before
        assert sorted(path.name for path in (tmp_path / "built").glob("tmp*")) == []

    def test_the_first_folder_that_can_be_written_is_used(
        self, app: Flask, found: dict[str, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "closed").write_text("a file where a folder should be")
        closed, open_one = tmp_path / "closed", tmp_path / "open"

        name = Assets(lambda: found, (closed, open_one), watch=False).name("main.css")
        assert (open_one / name).is_file()
        assert caplog.records == []

        nowhere = Assets(lambda: found, (closed,), watch=False)
        assert nowhere.name("main.css") == "main.css"
        kept, text = self._served(app, nowhere, "main.css")
        assert (kept, text) == ("public, no-cache", found["main.css"].read_text())
        assert [one.levelname for one in caplog.records] == ["ERROR"]

    def test_a_file_appears_after_its_compressed_forms(self, tmp_path: Path) -> None:
        content = b"/* a text that is worth compressing */\n" * 20
        write(tmp_path, [("a.css", content)])
        names = {path.name: path.stat().st_ctime_ns for path in tmp_path.iterdir()}
        assert sorted(names) == ["a.css", "a.css.br", "a.css.gz"]
        assert max(names, key=lambda name: names[name]) == "a.css"


def test_imports_between_scripts_name_hashes() -> None:
    files = {
        "week.js": b'import { join } from "./hours.js";\nconst x = await import("./later.js");',
        "hours.js": b'export { other } from "./base.js";',
        "later.js": b'import "./base.js";',
        "base.js": b'// "./week.js" is text',
        "app.css": b'@import "./base.js";',
    }
    hashed = with_hashes(files)
    names = {name: new for name, (new, _content) in hashed.items()}

    assert hashed["base.js"][1] == files["base.js"]
    assert hashed["app.css"][1] == files["app.css"]
    assert hashed["week.js"][1].decode() == (
        f'import {{ join }} from "./{names["hours.js"]}";\n'
        f'const x = await import("./{names["later.js"]}");'
    )
    changed = with_hashes(files | {"base.js": b"export const other = 1;"})
    assert {name for name in files if changed[name][0] != names[name]} == {
        "week.js",
        "hours.js",
        "later.js",
        "base.js",
    }
