"""On a phone: a dossier is printed and saved as PDF, and a list is saved for Excel."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.chromium.conftest import Pictures, Province
from tests.chromium.visitors import Visitors, follow
from tests.factories import LI
from tests.papers import squeezed, text_of


def saved(page: Page, words: str, path: Path) -> bytes:
    """What a link downloads."""
    with page.expect_download() as download:
        page.get_by_role("link", name=words).click()
    download.value.save_as(path)
    return path.read_bytes()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_printed_and_saved(
    province: Province, visitors: Visitors, pictures: Pictures, tmp_path: Path, javascript: bool
) -> None:
    number = province.things["heard"]
    looks = {"width": 360, "javascript": javascript}
    with visitors.window(LI, language="zh_Hans_CN", **looks) as (page, watch):  # type: ignore[arg-type]
        page.goto(f"/lectures/{number}")
        follow(page, f"main a[href='/lectures/{number}/dossier']")
        pictures.take(page, f"dossier-{javascript}")
        parts = [squeezed(one) for one in page.locator("main h2").all_inner_texts()]
        assert parts[:3] == ["授课安排", "需求", "约定"]

        printed = page.pdf(format="A4", path=tmp_path / "printed.pdf")
        on_paper = text_of(printed)
        assert [one for one in parts if one not in on_paper] == []
        assert "保存为PDF" not in on_paper
        assert len(PdfReader(io.BytesIO(printed)).pages) <= 2

        paper = text_of(saved(page, "保存为PDF", tmp_path / "dossier.pdf"))
        assert paper.startswith("授课台账")
        assert [one for one in parts if one not in paper] == []
        assert number in paper
        assert watch.take() == []


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_a_list_for_excel(
    province: Province, visitors: Visitors, pictures: Pictures, tmp_path: Path, javascript: bool
) -> None:
    looks = {"width": 360, "javascript": javascript}
    with visitors.window(LI, language="zh_Hans_CN", **looks) as (page, watch):  # type: ignore[arg-type]
        page.goto("/dossiers")
        follow(page, "main a[href^='/dossiers/branches/']")
        pictures.take(page, f"dossier-list-{javascript}")
        shown = page.locator("main tbody tr").count()
        assert shown > 0
        saved(page, "Excel表格", tmp_path / "list.xlsx")
        sheet = load_workbook(tmp_path / "list.xlsx").worksheets[0]
        rows = list(sheet.iter_rows(values_only=True))
        assert len(rows) == shown + 2
        assert rows[0][-2:] == ("授课评价", "备注")
        assert watch.take() == []
