"""Finds words of a Chinese page that nobody has translated."""

from __future__ import annotations

import re

from playwright.sync_api import Page

LATIN, CHINESE = re.compile(r"[A-Za-z]{3,}"), re.compile(r"[\u4e00-\u9fff]")


def latin_texts(page: Page) -> set[str]:
    """Headings, buttons and links of a Chinese page that are in Latin letters only.

    Left out are the switch of the language, addresses, what somebody typed, and what the page
    marks as English.
    """
    texts: list[str] = page.locator("h1, h2, h3, button, a, label, th, dt, legend").evaluate_all(
        "all => all.filter((one) => !one.closest('[lang=en]')).map((one) => one.innerText)"
    )
    return {
        text
        for text in texts
        if LATIN.search(text)
        and not (
            CHINESE.search(text)
            or "@" in text
            or text.startswith(("“", "http"))
            or text == "English"
        )
    }
