"""Statistics on a phone: filtered by the form, opened to the list behind a number, exported."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.chromium.conftest import Province
from tests.chromium.visitors import Visitors
from tests.factories import WANG


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_filtered_and_exported(
    visitors: Visitors, province: Province, javascript: bool, tmp_path: Path
) -> None:
    with visitors.window(WANG, language="en", width=360, javascript=javascript) as (page, _watch):
        page.goto("/statistics")
        page.fill("#from", "2020-01-01")
        page.fill("#to", "2020-12-31")
        page.get_by_role("button", name="Show").click()
        page.wait_for_url("**/statistics?from=2020-01-01&to=2020-12-31*")
        assert _cells(page.locator("#regions tfoot td").all_inner_texts()) == [0, 0, 0, 0]

        page.goto("/statistics?from=2026-01-01&to=2027-12-31")
        requests = _cells(page.locator("#regions tfoot td").all_inner_texts())[0]
        assert requests > 0
        with page.expect_download() as saved:
            page.get_by_role("link", name="Excel file").click()
        saved.value.save_as(tmp_path / "totals.xlsx")
        sheet = load_workbook(tmp_path / "totals.xlsx").worksheets[1]
        assert list(sheet.iter_rows(values_only=True))[-1][1] == requests

        page.locator("#regions tfoot td a").first.click()
        told = page.locator("p.quiet").first.inner_text()
        assert int(told.split()[0].replace(",", "")) == requests


def _cells(texts: list[str]) -> list[float]:
    return [float(text) for text in texts]
