"""Lists of organisations and regions for tests, and their upload."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from werkzeug.test import TestResponse

from tests.browser import Client

HEADER = ("单位", "地区代码", "每日上限", "需审核", "停用原因")
ORGANISATIONS, REGIONS = "/organisations/import", "/regions/import"


def workbook(lines: Sequence[Sequence[object]]) -> bytes:
    """An .xlsx file with these rows."""
    book, data = Workbook(), io.BytesIO()
    assert book.active is not None
    for line in lines:
        book.active.append(list(line))
    book.save(data)
    return data.getvalue()


def upload(
    client: Client, data: bytes, name: str = "单位.xlsx", path: str = ORGANISATIONS
) -> TestResponse:
    """Send a file."""
    return client.post(path, {"file": (io.BytesIO(data), name)})


def previewed(
    client: Client, data: bytes, name: str = "单位.xlsx", path: str = ORGANISATIONS
) -> str:
    """The address of the preview of a file."""
    answer = upload(client, data, name, path)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def organisations(client: Client, *names: str, region: str) -> str:
    """The address of the preview of a list of organisations."""
    return previewed(client, workbook([HEADER, *((name, region) for name in names)]))


def regions(client: Client, *lines: str) -> str:
    """The address of the preview of a list of regions, each `code,name`."""
    text = "\n".join(("code,name", *lines))
    return previewed(client, text.encode(), "地区.csv", REGIONS)
