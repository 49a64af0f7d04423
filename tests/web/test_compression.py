"""Pages and JSON are compressed, but never where another site could learn from their length."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import brotli
import pytest
from backports import zstd
from flask import Flask

from tests.browser import Client
from tests.factories import CHEN, Cast

DECODED: dict[str, Callable[[bytes], bytes]] = {
    "zstd": zstd.decompress,
    "br": brotli.decompress,
    "gzip": gzip.decompress,
}
ALL = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@pytest.mark.parametrize("encoding", DECODED)
@pytest.mark.parametrize("path", ["/", "/api/v1/openapi.json"])
def test_pages_and_json_are_compressed(app: Flask, path: str, encoding: str) -> None:
    client = Client(app, checks_html=False)
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": encoding})

    assert packed.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert DECODED[encoding](packed.data) == plain.data
    assert packed.content_length == len(packed.data) < len(plain.data) * 0.6
    assert "Content-Encoding" not in plain.headers


def test_an_encoding_that_is_refused_is_not_used(app: Flask) -> None:
    answer = Client(app, checks_html=False).get(
        "/", headers={"Accept-Encoding": "gzip;q=0, br;q=0.0, identity"}
    )
    assert "Content-Encoding" not in answer.headers


class TestOtherSites:
    """With https, where lengths are all that others can read."""

    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"BASE_URL": "https://yueke.example.org"}

    @pytest.mark.parametrize(
        ("headers", "anonymous", "signed_in"),
        [
            ({"Sec-Fetch-Site": "same-origin"}, True, True),
            ({"Sec-Fetch-Site": "none"}, True, True),
            ({"Sec-Fetch-Site": "cross-site"}, True, False),
            ({"Sec-Fetch-Site": "same-site"}, True, False),
            ({}, True, False),  # A browser that does not say who asks.
        ],
    )
    def test_what_another_site_asks_for_with_cookies_is_not_compressed(
        self, app: Flask, people: Cast, headers: dict[str, str], anonymous: bool, signed_in: bool
    ) -> None:
        address = {"base_url": "https://yueke.example.org"}
        stranger = app.test_client(use_cookies=False)
        assert ("Content-Encoding" in stranger.get("/", headers=ALL | headers, **address).headers
                ) is anonymous  # fmt: skip
        browser = Client(app, checks_html=False)
        browser.flask.set_cookie("session", "any", domain="yueke.example.org", secure=True)
        answer = browser.get("/", headers=ALL | headers, **address)
        assert ("Content-Encoding" in answer.headers) is signed_in


def test_on_plain_http_all_is_compressed(app: Flask, people: Cast) -> None:
    browser = Client(app, checks_html=False).sign_in(CHEN)
    assert "Content-Encoding" in browser.get("/inbox", headers=ALL).headers
