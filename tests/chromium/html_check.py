"""A strict HTML checker: nesting, unique ids, references to ids.

Browsers repair invalid HTML, so this parses the source and not the repaired tree. It
checks the parts of the HTML standard that templates violate: tags left open or closed in
the wrong order, a block inside a paragraph, forms and controls inside each other,
attributes given twice, ids given twice, and references to missing ids.
"""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
CLOSES_PARAGRAPH = frozenset(
    "address article aside blockquote details div dl fieldset figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr main menu nav ol p pre section table ul".split()
)
PHRASING_ONLY = frozenset("p h1 h2 h3 h4 h5 h6 span strong label q button".split())
INTERACTIVE = frozenset("a button details label select textarea summary".split())
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
REFERENCES = ("for", "list", "form", "aria-describedby", "aria-labelledby", "aria-controls")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: list[tuple[str, str]] = []
        self.started = False

    def say(self, problem: str) -> None:
        """Record a problem with its line number."""
        self.problems.append(f"line {self.getpos()[0]}: {problem}")

    def handle_decl(self, decl: str) -> None:
        """Record the doctype, which must come first."""
        if decl.lower() != "doctype html" or self.started:
            self.say(f"unexpected <!{decl}>")
        self.started = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Push an element."""
        if not self.started:
            self.say("no doctype")
            self.started = True
        self._check_place(tag)
        self._read_attributes(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<br/>` is equivalent to `<br>`; `<div/>` does not close the element."""
        if tag not in VOID:
            self.say(f"<{tag}/> does not close itself")
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Pop an element, which must be the innermost."""
        if tag in VOID:
            self.say(f"</{tag}> closes nothing")
        elif not self.open or self.open[-1] != tag:
            self.say(f"</{tag}> inside <{'><'.join(self.open[-3:])}>")
            if tag in self.open:
                while self.open.pop() != tag:
                    pass
        else:
            self.open.pop()

    def _check_place(self, tag: str) -> None:
        around = self.open[-1] if self.open else None
        if tag in CLOSES_PARAGRAPH and set(self.open) & (PHRASING_ONLY - {"label"}):
            self.say(f"<{tag}> inside <{'><'.join(self.open[-3:])}>")
        if tag in PARENTS and around not in PARENTS[tag]:
            self.say(f"<{tag}> in <{around}>")
        if around in ("ol", "ul") and tag not in ("li", "script", "template"):
            self.say(f"<{tag}> directly in <{around}>")
        if tag == "form" and "form" in self.open:
            self.say("<form> in <form>")
        if tag in INTERACTIVE | {"input"} and {"a", "button"} & set(self.open):
            self.say(f"<{tag}> in <a> or <button>")

    def _read_attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.say(f"<{tag}> has {name} twice")
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self._read_id(values["id"])
        for name in REFERENCES:
            self.references += [(f"{tag}[{name}]", one) for one in values.get(name, "").split()]
        if tag == "img" and "alt" not in values:
            self.say("<img> without alt")
        if tag in ("a", "link") and values.get("href", "#x").strip() in ("", "#"):
            self.say(f"<{tag}> that leads nowhere")

    def _read_id(self, value: str) -> None:
        if not value or any(character.isspace() for character in value):
            self.say(f"id {value!r}")
        if value in self.ids:
            self.say(f"id {value!r} a second time")
        self.ids.append(value)


def problems_of(source: str) -> list[str]:
    """The problems of a page's source, one line each."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    if reader.open:
        reader.say(f"never closed: <{'><'.join(reader.open)}>")
    for name, target in reader.references:
        if target not in reader.ids:
            reader.say(f"{name} names {target!r}, which is not there")
    return reader.problems
