"""Texts of pages without the marks that tell a screen reader the language."""

from __future__ import annotations

import re

_MARKED = re.compile(r'<span lang="zh-CN">([^<]*)</span>')


def without_marks(page: str) -> str:
    """The HTML of a page without the elements that mark Chinese data on English pages."""
    return _MARKED.sub(r"\1", page)
