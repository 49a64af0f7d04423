"""What the board's page says, read from its HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from flask import Flask

from tests.browser import Client

_ROW = re.compile(r'(?s)<li class="board-row[^"]*" id="([^"]+)">(.*?)</li>')
_CHIP = re.compile(r'(?s)<a class="chip" href="([^"]+)">(.*?)</a>')
_BUTTON = re.compile(
    r'<button[^>]*formaction="/board/(\w+)|<form[^>]*action="/board/(\w+)[^>]*class="confirm-box"'
)


def words_of(html: str) -> str:
    """The text of some HTML on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@dataclass(frozen=True, slots=True)
class BoardPage:
    """One page of the board."""

    text: str

    @property
    def rows(self) -> dict[str, str]:
        """The words of each row by its number, in the order of the page."""
        return {number: words_of(row) for number, row in _ROW.findall(self.text)}

    @property
    def numbers(self) -> list[str]:
        """The numbers of the rows, in the order of the page."""
        return list(self.rows)

    @property
    def heading(self) -> str:
        """The heading of the page."""
        return words_of(re.findall(r"(?s)<h1>(.*?)</h1>", self.text)[0])

    @property
    def chips(self) -> dict[str, str]:
        """The URL without each filter that holds, by its words."""
        return {
            words_of(words).removesuffix(" ✕ leave out"): unescape(url)
            for url, words in _CHIP.findall(self.text)
        }

    @property
    def presets(self) -> list[str]:
        """The lists above the filters, each with its number."""
        return [words_of(one) for one in re.findall(r'(?s)<a class="preset".*?</a>', self.text)]

    @property
    def told(self) -> list[str]:
        """What the page tells above its heading: notices, and the error summary."""
        above = self.text.partition("<h1>")[0]
        notices = re.findall(r'(?s)<div class="(?:notice|error-summary).*?</div>', above)
        return [words_of(one) for one in notices]

    def commands(self, number: str) -> list[str]:
        """The commands that a row offers, in their order."""
        row = dict(_ROW.findall(self.text))[number]
        return [first or second for first, second in _BUTTON.findall(row)]

    def checked(self) -> list[str]:
        """The numbers that are selected."""
        return re.findall(r'name="number" value="([^"]+)" form="several" checked', self.text)


def board_of(client: Client, query: str = "") -> BoardPage:
    """The board with a query string, as this client sees it."""
    answer = client.get(f"/board{query}")
    assert answer.status_code == 200
    return BoardPage(answer.text)


def client_of(app: Flask, email: str) -> Client:
    """A client in English, signed in."""
    return Client(app).language("en").sign_in(email)
