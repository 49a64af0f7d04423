"""Markdown as safe HTML. Pure.

CommonMark without raw HTML and images, then cleaned once more by an allow list, so that neither a
mistake of the parser nor a link with a script can reach a page.
"""

from __future__ import annotations

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = frozenset("p br h2 h3 h4 h5 h6 ul ol li strong em code pre blockquote hr a".split())
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
LOWEST = 6


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")


@lru_cache(maxsize=64)
def html(body: str) -> Markup:
    """The text as HTML; its headings stand below that of the page."""
    parser = _parser()
    tokens = parser.parse(body)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + 1, LOWEST)}"
    rendered = parser.renderer.render(tokens, parser.options, {})
    cleaned = nh3.clean(
        rendered,
        tags=set(TAGS),
        attributes={"a": {"href"}},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )
    # Only the tags and attributes that are listed above are left.
    return Markup(cleaned)  # nosec B704
