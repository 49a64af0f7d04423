"""Fetching somebody's calendar: nothing inside this network is asked, and nothing is endless."""

from __future__ import annotations

import gzip
import logging
import time
import traceback
import tracemalloc
from collections.abc import Iterator
from functools import partial
from itertools import repeat
from pathlib import Path

import pytest
import requests

from booking.availability.external.engine.address import redirected
from booking.availability.external.engine.calendar import MOST_BYTES, CannotRead, Trouble
from booking.availability.external.fetch import Fetched, Validators, fetch
from tests.availability.network import OTHER_PUBLIC, PUBLIC, Asked, Internet, Reply, internet

NAME = "calendar.example.org"
SECRET = "private-0123456789abcdef"
ADDRESS = f"http://{NAME}/{SECRET}/basic.ics"
BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
NONE = Validators()


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """An internet in which one name has one public server, which has a calendar."""
    with internet(monkeypatch) as found:
        found.names[NAME] = [PUBLIC]
        found.answer = lambda _asked: Reply(BODY)
        yield found


def trouble(address: str, validators: Validators = NONE, **more: float) -> Trouble | None:
    """Why an address cannot be read; None: it can."""
    try:
        fetch(address, validators, **more)
    except CannotRead as error:
        return error.trouble
    return None


LOOPBACK = [
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0x7f000001", "0x7f.1", "0x7F.0.0.0x1",
    "2130706433", "017700000001", "0177.0.0.1", "0", "0.0.0.0", "00000000", "localhost",
    "localhost.", "LOCALHOST", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    "[64:ff9b:1::7f00:1]", "[::ffff:0:7f00:1]", "[2001:0:7f00:1::]",
]  # fmt: skip
PRIVATE = [
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "0xa9fea9fe",
    "100.64.0.1", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
    "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]",
    "[::ffff:169.254.169.254]", "[::ffff:10.0.0.1]",
]  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK + PRIVATE)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_nothing_inside_is_asked_however_it_is_spelled(
    net: Internet, host: str, scheme: str
) -> None:
    net.names["LOCALHOST"] = net.names["localhost"] = ["127.0.0.1"]

    assert trouble(f"{scheme}://{host}/{SECRET}") is Trouble.NOT_PUBLIC
    assert net.connected == []


@pytest.mark.parametrize("host", [*LOOPBACK, *PRIVATE])
def test_no_redirect_leads_inside(net: Internet, host: str) -> None:
    net.names["LOCALHOST"] = net.names["localhost"] = ["127.0.0.1"]
    net.answer = lambda _asked: Reply(status=302, headers={"Location": f"http://{host}/"})

    assert trouble(ADDRESS) is Trouble.NOT_PUBLIC
    assert net.connected == [(PUBLIC, 80)]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1"])
def test_a_name_that_means_something_inside_is_not_asked(net: Internet, address: str) -> None:
    net.names[NAME] = [address]

    assert trouble(ADDRESS) is Trouble.NOT_PUBLIC
    assert net.connected == []


def test_the_checked_address_is_the_one_that_is_connected_to(net: Internet) -> None:
    net.names[NAME] = [PUBLIC, "127.0.0.1"]  # rebinding: public for the check, then not

    assert fetch(ADDRESS, NONE).body == BODY
    assert net.connected == [(PUBLIC, 80)]
    assert net.names[NAME] == ["127.0.0.1"]  # asked once

    assert trouble(ADDRESS) is Trouble.NOT_PUBLIC
    assert net.connected == [(PUBLIC, 80)]


@pytest.mark.parametrize("host", ["１２７.0.0.1", "127。0。0。1", "ⓛocalhost", "[fe80::1%25eth0]"])
def test_letters_that_only_look_like_a_host_lead_nowhere(net: Internet, host: str) -> None:
    net.names["localhost"] = ["127.0.0.1"]

    assert trouble(f"http://{host}/") in {Trouble.NOT_PUBLIC, Trouble.UNREACHABLE, Trouble.ADDRESS}
    assert net.connected == []


@pytest.mark.parametrize("private", ["127.0.0.1", "10.0.0.1", "fe80::1", "::1"])
def test_of_several_addresses_only_the_checked_one_is_connected_to(
    net: Internet, private: str
) -> None:
    net.names[NAME] = [f"{private},{PUBLIC}"]
    assert trouble(ADDRESS) is Trouble.NOT_PUBLIC
    assert net.connected == []

    net.names[NAME] = [f"93.184.215.99,{private},{PUBLIC}"]  # nobody answers at the first
    assert trouble(ADDRESS) is Trouble.UNREACHABLE
    assert net.connected == [("93.184.215.99", 80)]


WRONG = [
    "file:///etc/passwd", "ftp://calendar.example.org/a.ics", "gopher://calendar.example.org/",
    "data:text/calendar,BEGIN:VCALENDAR", "javascript:alert(1)", "//calendar.example.org/a",
    "calendar.example.org/a.ics", "http:///a", "https://", "", "http://[::1", "http://a b/",
    "http://calendar.example.org:22/", "http://calendar.example.org:443/",
    "https://calendar.example.org:80/", "https://calendar.example.org:8443/",
    "http://calendar.example.org:99999/", "http://me:secret@calendar.example.org/",
    "http://me@calendar.example.org/", "http://@calendar.example.org/",
    "http://calendar.example.org\\@127.0.0.1/", "http://calendar.example.org/\r\nHost: inside",
    "http://calendar.example.org/" + "a" * 2000,
]  # fmt: skip


@pytest.mark.parametrize("address", WRONG)
def test_what_is_no_address_of_a_calendar_is_not_asked(net: Internet, address: str) -> None:
    assert trouble(address) is Trouble.ADDRESS
    assert net.connected == []


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://calendar.example.org/", "http://calendar.example.org:8080/",
     "http://me:secret@calendar.example.org/"],
)  # fmt: skip
def test_no_redirect_leads_to_what_is_no_address(net: Internet, location: str) -> None:
    net.answer = lambda _asked: Reply(status=301, headers={"Location": location})

    assert trouble(ADDRESS) is Trouble.ADDRESS
    assert net.connected == [(PUBLIC, 80)]


def test_a_calendar_is_fetched_as_a_browser_would(net: Internet) -> None:
    net.answer = lambda _asked: Reply(
        BODY, headers={"ETag": '"one"', "Last-Modified": "Mon, 23 Nov 2026 02:00:00 GMT"}
    )

    fetched = fetch(ADDRESS, NONE)

    assert fetched == Fetched(BODY, Validators('"one"', "Mon, 23 Nov 2026 02:00:00 GMT"))
    asked = net.asked[0]
    assert (asked.host, asked.path) == (NAME, f"/{SECRET}/basic.ics")
    assert asked.headers["user-agent"].startswith("Mozilla/5.0 ")
    assert {"cookie", "authorization", "if-none-match"} & set(asked.headers) == set()


def test_tls_is_for_the_name_and_not_for_the_number(
    net: Internet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    net.names["other.example.org"] = [PUBLIC]
    net.speak_tls(NAME, tmp_path)
    assert trouble(f"https://{NAME}/") is Trouble.UNREACHABLE  # a self-signed certificate

    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(tmp_path / "tls.pem"))
    assert fetch(f"webcal://{NAME}/a.ics", NONE).body == BODY
    assert trouble("https://other.example.org/") is Trouble.UNREACHABLE
    assert set(net.connected) == {(PUBLIC, 443)}


def test_what_has_not_changed_is_not_sent_again(net: Internet) -> None:
    known = Validators('"one"', "Mon, 23 Nov 2026 02:00:00 GMT")
    net.answer = lambda asked: Reply(
        BODY, status=304 if asked.headers.get("if-none-match") == '"one"' else 200
    )

    assert fetch(ADDRESS, known) == Fetched(None, known)
    assert net.asked[0].headers["if-modified-since"] == known.last_modified
    assert fetch(ADDRESS, NONE).body == BODY

    net.answer = lambda _asked: Reply(status=304)
    assert trouble(ADDRESS) is Trouble.REFUSED  # there is nothing that could be the same


@pytest.mark.parametrize(("hops", "found"), [(3, None), (4, Trouble.REDIRECTS)])
def test_three_redirects_are_followed(net: Internet, hops: int, found: Trouble | None) -> None:
    net.names["other.example.org"] = [OTHER_PUBLIC]

    def answer(asked: Asked) -> Reply:
        number = len(net.asked)
        where = f"http://other.example.org/{number}" if number > 1 else "/next?a=1"
        if number > hops:
            return Reply(BODY)
        return Reply(status=302, headers={"Location": where, "Set-Cookie": "a=b"})

    net.answer = answer

    assert trouble(ADDRESS) is found
    assert [asked.path for asked in net.asked][1] == "/next?a=1"
    assert {one for one, _port in net.connected} == {PUBLIC, OTHER_PUBLIC}
    assert [one for one in net.asked if "cookie" in one.headers] == []


def test_no_redirect_gives_the_secret_up_to_those_who_listen(net: Internet) -> None:
    with pytest.raises(CannotRead):
        redirected("https://calendar.example.org/a", "http://calendar.example.org/a")
    assert redirected("http://a.example.org/x/y", "z") == "http://a.example.org/x/z"


@pytest.mark.parametrize(
    ("status", "found"),
    [(401, Trouble.DENIED), (403, Trouble.DENIED), (404, Trouble.GONE), (410, Trouble.GONE),
     (400, Trouble.REFUSED), (429, Trouble.REFUSED), (500, Trouble.REFUSED),
     (302, Trouble.REFUSED), (204, Trouble.REFUSED)],
)  # fmt: skip
def test_each_answer_has_its_reason(net: Internet, status: int, found: Trouble) -> None:
    net.answer = lambda _asked: Reply(status=status)

    assert trouble(ADDRESS) is found


def test_who_is_not_there_is_said_to_be_away(net: Internet) -> None:
    assert trouble("http://nowhere.example.org/") is Trouble.UNREACHABLE
    net.names["closed.example.org"] = ["93.184.215.99"]
    assert trouble("http://closed.example.org/") is Trouble.UNREACHABLE
    assert trouble(f"https://{NAME}/") is Trouble.UNREACHABLE  # nobody speaks TLS there


def test_a_gzip_bomb_is_cut_at_five_megabytes(net: Internet) -> None:
    whole = 300 * 1024 * 1024
    bomb = gzip.compress(b"BEGIN:VCALENDAR\r\n" + bytes(whole), compresslevel=6)
    assert len(bomb) < 500_000
    net.answer = lambda _asked: Reply(bomb, headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    try:
        found = trouble(ADDRESS)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert found is Trouble.TOO_LARGE
    assert most < 6 * MOST_BYTES


def test_a_body_of_just_five_megabytes_is_taken(net: Internet) -> None:
    net.answer = lambda _asked: Reply(
        gzip.compress(bytes(MOST_BYTES)), 200, {"Content-Encoding": "gzip"}
    )
    assert len(fetch(ADDRESS, NONE).body or b"") == MOST_BYTES

    net.answer = lambda _asked: Reply(bytes(MOST_BYTES + 1))
    assert trouble(ADDRESS) is Trouble.TOO_LARGE


def drops(pause: float) -> Iterator[bytes]:
    while True:
        yield b"B"
        time.sleep(pause)


def test_a_body_that_never_ends_is_hung_up_on(net: Internet) -> None:
    net.answer = lambda _asked: Reply(pieces=drops(0.05))
    begun = time.monotonic()

    assert trouble(ADDRESS, seconds=0.5) is Trouble.SLOW
    assert time.monotonic() - begun < 2


def test_a_body_in_chunks_without_an_end_is_cut(net: Internet) -> None:
    piece = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    net.answer = lambda _asked: Reply(
        headers={"Transfer-Encoding": "chunked"}, pieces=repeat(piece)
    )
    assert trouble(ADDRESS) is Trouble.TOO_LARGE


def test_the_length_of_a_chunk_without_an_end_fills_no_memory(net: Internet) -> None:
    net.answer = lambda _asked: Reply(
        headers={"Transfer-Encoding": "chunked"}, pieces=repeat(b"1;" + b"a" * 0x10000)
    )
    begun = time.monotonic()

    assert trouble(ADDRESS) is Trouble.UNREACHABLE
    assert time.monotonic() - begun < 5


def test_more_headers_than_anybody_needs_are_refused(net: Internet) -> None:
    net.answer = lambda _asked: Reply(BODY, headers={f"X-{n}": "a" for n in range(1000)})
    assert trouble(ADDRESS) is Trouble.UNREACHABLE

    net.answer = lambda _asked: Reply(BODY, headers={"X-Long": "a" * 100_000})
    assert trouble(ADDRESS) is Trouble.UNREACHABLE


def test_headers_that_never_end_are_hung_up_on(net: Internet) -> None:
    def answer(_asked: Asked) -> Reply:
        time.sleep(3)
        return Reply(BODY)

    net.answer = answer
    begun = time.monotonic()

    assert trouble(ADDRESS, seconds=0.5) is Trouble.SLOW
    assert time.monotonic() - begun < 2


def test_the_address_is_in_no_log_and_no_exception(
    net: Internet, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    inside = f"http://127.0.0.1/{SECRET}"
    net.names["closed.example.org"] = ["93.184.215.99"]
    told = []
    for address, reply in (
        (ADDRESS, Reply(BODY)),
        (ADDRESS, Reply(status=500)),
        (ADDRESS, Reply(status=302, headers={"Location": inside})),
        (ADDRESS, Reply(b"not packed", headers={"Content-Encoding": "gzip"})),
        (f"http://nowhere.example.org/{SECRET}", Reply()),
        (f"http://closed.example.org/{SECRET}", Reply()),
        (f"http://0/{SECRET}", Reply()),
        (f"ftp://{NAME}/{SECRET}", Reply()),
    ):
        net.answer = partial(lambda reply, _asked: reply, reply)
        try:
            fetch(address, NONE)
        except CannotRead:
            told.append(traceback.format_exc())

    assert len(told) == 7
    assert [line for line in (*told, caplog.text) if SECRET in line] == []
    assert "example.org" not in caplog.text


def test_what_others_ask_is_logged_as_ever(net: Internet, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert trouble(ADDRESS) is None
    logging.getLogger("urllib3.connectionpool").debug("somebody else")

    assert caplog.messages == ["somebody else"]
