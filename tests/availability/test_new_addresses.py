"""Addresses of calendars that can never be read are refused in the form, each with its sentence."""

from __future__ import annotations

import pytest

from booking.availability.external.engine.address import read_new_address
from booking.availability.external.engine.calendar import CannotRead, Trouble
from tests.availability.test_fetching import LOOPBACK, PRIVATE

OWN_HOSTS = frozenset({"yueke.example.org"})
GUARDED_LATER = {"192.0.0.192"}
"""The standard library takes it for a public one; `fetch` refuses it."""


def trouble(text: str) -> Trouble | None:
    """Why an address is refused when it is added; None: it is not."""
    try:
        read_new_address(text, OWN_HOSTS)
    except CannotRead as error:
        return error.trouble
    return None


@pytest.mark.parametrize("host", sorted({*LOOPBACK, *PRIVATE} - GUARDED_LATER))
@pytest.mark.parametrize("scheme", ["http", "https", "webcal"])
def test_what_lies_inside_a_network_is_refused_at_once(scheme: str, host: str) -> None:
    assert trouble(f"{scheme}://{host}/a.ics") is Trouble.NOT_PUBLIC


INSIDE = """
nas NAS. printer.local files.office.lan mail.intranet router.home.arpa a.localhost 127。0。0。1
１２７.0.0.1 ⓛocalhost [fe80::1%25eth0] 256.1.1.1 1.2.3.4.5 1.2.3.99999 a.1
"""
OUTSIDE = """
calendar.example.org local.example.org 1und1.de 例子.中国 93.184.216.34 08.8.8.8
[2606:2800:220:1::1] [::ffff:93.184.216.34] [2002:5db8:d822::]
"""


@pytest.mark.parametrize("host", INSIDE.split())
def test_names_that_no_public_server_answers_are_refused(host: str) -> None:
    assert trouble(f"https://{host}/a.ics") is Trouble.NOT_PUBLIC


@pytest.mark.parametrize("host", OUTSIDE.split())
def test_public_hosts_are_taken(host: str) -> None:
    assert read_new_address(f"webcal://{host}/a.ics", OWN_HOSTS) == f"https://{host}/a.ics"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("file:///home/chen/a.ics", Trouble.FILE),
        (" FILE:a.ics", Trouble.FILE),
        ("C:\\Users\\chen\\a.ics", Trouble.FILE),
        ("d:/a.ics", Trouble.FILE),
        ("/storage/emulated/0/a.ics", Trouble.FILE),
        ("//calendar.example.org/a.ics", Trouble.ADDRESS),
        ("https://yueke.example.org/feed/abc.ics", Trouble.OWN),
        ("webcal://YUEKE.example.org./feed/abc.ics", Trouble.OWN),
        ("https://yueke.example.org.cn/feed/abc.ics", None),
        ("https://yueke.example.org/other/abc.ics", None),
    ],
)
def test_files_and_our_own_feeds_are_named(text: str, found: Trouble | None) -> None:
    assert trouble(text) is found
