"""Where elements may stand: the open elements around a tag, with the rules of nesting.

The parts of the HTML standard that templates violate: a block inside a paragraph, forms and
controls inside each other, list items and cells outside lists and tables.
"""

from __future__ import annotations

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
CLOSES_PARAGRAPH = frozenset(
    "address article aside blockquote details div dl fieldset figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr main menu nav ol p pre section table ul".split()
)
PHRASING_ONLY = frozenset("p h1 h2 h3 h4 h5 h6 span strong q button".split())
INTERACTIVE = frozenset("a button details input label select textarea summary".split())
PARENTS = {
    "li": {"ol", "ul", "menu"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "tr": {"thead", "tbody", "tfoot", "table"},
    "td": {"tr"},
    "th": {"tr"},
    "option": {"select", "datalist", "optgroup"},
    "summary": {"details"},
    "legend": {"fieldset"},
}


class Place:
    """The open elements at one point of a page, outermost first.

    The places below each other form a tree that all pages share: the rules are applied once to
    each sequence of open elements, however often it occurs.
    """

    __slots__ = ("_inside", "around", "problems", "tags")

    def __init__(self, tags: tuple[str, ...], around: Place | None) -> None:
        self.tags = tags
        self.around = around
        self.problems = tuple(_problems(tags[-1], tags[:-1])) if tags else ()
        self._inside: dict[str, Place] = {}

    def inside(self, tag: str) -> Place:
        """The place inside an element that begins here."""
        found = self._inside.get(tag)
        if found is None:
            found = self._inside[tag] = Place((*self.tags, tag), self)
        return found

    def __str__(self) -> str:
        return f"<{'><'.join(self.tags[-3:])}>"


OUTSIDE = Place((), None)
"""The place before the first element."""


def _problems(tag: str, around: tuple[str, ...]) -> list[str]:
    """The rules that an element violates inside the elements around it."""
    parent = around[-1] if around else None
    found = []
    if tag in CLOSES_PARAGRAPH and PHRASING_ONLY.intersection(around):
        found.append(f"<{tag}> inside <{'><'.join(around[-3:])}>")
    if tag in PARENTS and parent not in PARENTS[tag]:
        found.append(f"<{tag}> in <{parent}>")
    if parent in ("ol", "ul") and tag not in ("li", "script", "template"):
        found.append(f"<{tag}> directly in <{parent}>")
    if tag == "form" and "form" in around:
        found.append("<form> in <form>")
    if tag in INTERACTIVE and {"a", "button"}.intersection(around):
        found.append(f"<{tag}> in <a> or <button>")
    return found
