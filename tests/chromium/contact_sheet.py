"""Puts the pictures that `make audit-pages` took on few sheets: `docs/screens/`.

    PICTURES=/tmp/pictures make audit-pages
    python -m tests.chromium.contact_sheet /tmp/pictures docs/screens

Sheets hold the pages of one language, theme and width: the first two screens of each, small.
"""

from __future__ import annotations

import base64
import html
import re
import sys
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.chromium.conftest import ARGUMENTS, chromium_path
from tests.chromium.visitors import HEIGHTS

NAME = re.compile(r"(?P<page>.+)-(?P<kind>(?:zh_Hans_CN|en)-(?:light|dark)-(?P<width>\d+))\.png")
COLUMNS = {360: 10, 1280: 5}
THUMB = {360: 150, 1280: 300}
"""In CSS pixels, the width of one page on a sheet."""
SCREENS = 2
MOST = 110
"""Pages on one sheet: Chromium draws no picture higher than some 16,000 pixels."""
QUALITY = 40
"""Of JPEG: words stay legible, a sheet stays below a megabyte."""

STYLE = """
body { margin: 8px; font: 10px system-ui, sans-serif; }
main { display: grid; gap: 8px; }
figure { margin: 0; }
div { overflow: hidden; outline: 1px solid #bbb; }
img { display: block; width: 100%; }
"""


def main(pictures: Path, sheets: Path) -> None:
    """Write the sheets of each kind of pictures in a folder; those of earlier pictures go."""
    kinds: dict[str, list[tuple[str, int, Path]]] = defaultdict(list)
    for file in sorted(pictures.rglob("*.png")):
        found = NAME.fullmatch(file.name)
        if found:
            kinds[found["kind"]].append((found["page"], int(found["width"]), file))
    sheets.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        for kind, pages in sorted(kinds.items()):
            for earlier in sheets.glob(f"{kind}*.jpg"):
                earlier.unlink()
            for number, first in enumerate(range(0, len(pages), MOST), 1):
                _write(browser, pages[first : first + MOST], sheets / f"{kind}-{number}.jpg")
        browser.close()


def _write(browser: Browser, pages: list[tuple[str, int, Path]], target: Path) -> None:
    width = pages[0][1]
    columns, thumb = COLUMNS[width], THUMB[width]
    height = SCREENS * HEIGHTS[width] * thumb // width
    figures = "".join(
        f'<figure><div style="max-height:{height}px"><img src="{_data(file)}"></div>'
        f"<figcaption>{html.escape(name)}</figcaption></figure>"
        for name, _width, file in pages
    )
    page = browser.new_page(viewport={"width": columns * (thumb + 8) + 16, "height": 800})
    grid = f"main {{ grid-template-columns: repeat({columns}, {thumb}px); }}"
    page.set_content(f"<style>{STYLE}{grid}</style><main>{figures}</main>")
    page.screenshot(path=target, full_page=True, type="jpeg", quality=QUALITY)
    page.close()
    print(f"{target}: {len(pages)} pages, {target.stat().st_size // 1024} kB")


def _data(file: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
