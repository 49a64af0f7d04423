"""Reads the source of a page strictly, and finds what browsers would repair silently.

Browsers repair invalid HTML, so this reads the source and not the repaired tree: tags left open or
closed in the wrong order, elements where they may not stand (`places`), attributes given twice
(`tags`), ids given twice, references to missing ids, and form controls without a label.
"""

from __future__ import annotations

import re
from html.entities import html5

from tests.markup.places import OUTSIDE, VOID, Place
from tests.markup.tags import ATTRIBUTES, Submission, Tag, start_tag

_TOKEN = re.compile(
    rf"</([a-z][^\s/>]*)\s*>"
    rf"|<(script|style|textarea|title)({ATTRIBUTES})\s*>(.*?)</\2\s*>"
    rf"|<([a-z][^\s/>]*)({ATTRIBUTES})\s*(/?)>"
    rf"|<!--.*?-->|(<!doctype[^>]*>)|(<[^<]{{0,40}})",
    re.IGNORECASE | re.DOTALL,
)
"""A closing tag, an element of plain text, an opening tag, a comment, a doctype, a wrong `<`."""

_REFERENCE = re.compile(r"&(#?\w+)(?![\w;])|&(\w+;)")
"""A character reference without its semicolon, or a named one."""


class Page:
    """One page: its problems, its ids, and where its links and forms lead."""

    def __init__(self, source: str) -> None:
        self.ids: set[str] = set()
        self.links: list[tuple[int, str]] = []
        """Positions in the source, and URLs as they are written."""
        self.submissions: list[tuple[int, str, str]] = []
        """Positions, methods and URLs of forms and of buttons that change them."""
        self._source = source
        self._found: list[tuple[int, str]] = []
        self._place = OUTSIDE
        self._references: list[tuple[int, str, str]] = []
        self._unlabelled: list[tuple[int, Tag]] = []
        self._labelable: set[str] = set()
        self._controls = 0
        self._label: tuple[int, int] | None = None
        self._form = Submission("GET", "", None)
        self._forms: dict[str | None, Submission] = {}
        self._buttons: list[tuple[int, Submission, Submission]] = []
        self._read()
        self._compare()

    @property
    def problems(self) -> list[str]:
        """One sentence for each problem, in the order of the source."""
        return [
            f"line {self._source.count(chr(10), 0, position) + 1}: {problem}"
            for position, problem in sorted(self._found)
        ]

    def say(self, position: int, problem: str) -> None:
        """Record a problem at a position in the source."""
        self._found.append((position, problem))

    def _read(self) -> None:
        begun = False
        for token in _TOKEN.finditer(self._source):
            end, text, text_attributes, _text, tag, attributes, slash, doctype, wrong = (
                token.groups()
            )
            position = token.start()
            if not begun and (end or text or tag):
                self.say(position, "no doctype")
            if end:
                self._end(position, end.lower())
            elif tag:
                self._start(position, tag.lower(), attributes, slash)
            elif text:
                self._start(position, text.lower(), text_attributes, "")
                self._end(position, text.lower())
            elif wrong:
                self.say(position, f"no tag: {wrong!r}")
            elif doctype and (begun or doctype.lower() != "<!doctype html>"):
                self.say(position, f"unexpected {doctype}")
            begun = begun or not token[0].startswith("<!--")
        if self._place is not OUTSIDE:
            self.say(len(self._source), f"never closed: <{'><'.join(self._place.tags)}>")

    def _start(self, position: int, name: str, attributes: str, slash: str) -> None:
        place = self._place.inside(name)
        tag = start_tag(name, attributes)
        for problem in place.problems + tag.problems:
            self.say(position, problem)
        if slash and name not in VOID and "svg" not in place.tags:
            self.say(position, f"<{name}/> does not close itself")
        if tag.id is not None:
            self._identify(position, tag.id, tag)
        for name_of, target in tag.references:
            self._references.append((position, name_of, target))
        for url in tag.urls:
            self.links.append((position, url))
        if tag.is_labelable:
            self._control(position, tag, place)
        if tag.submission is not None:
            self._submit(position, name, tag, tag.submission)
        if name == "label":
            self._label = None if tag.references else (position, self._controls)
        if name not in VOID and not (slash and "svg" in place.tags):
            self._place = place

    def _end(self, position: int, name: str) -> None:
        tags = self._place.tags
        if name in VOID:
            self.say(position, f"</{name}> closes nothing")
        elif name not in tags:
            self.say(position, f"</{name}> inside {self._place}")
        else:
            if tags[-1] != name:
                self.say(position, f"</{name}> inside {self._place}")
            while self._place.tags[-1] != name:
                self._place = self._place.around or OUTSIDE
            self._place = self._place.around or OUTSIDE
        if name == "label" and self._label and self._label[1] == self._controls:
            self.say(self._label[0], "<label> without a form control")
        if name == "form":
            self._form = Submission("GET", "", None)

    def _identify(self, position: int, identifier: str, tag: Tag) -> None:
        if identifier in self.ids:
            self.say(position, f"id {identifier!r} a second time")
        self.ids.add(identifier)
        if tag.is_labelable:
            self._labelable.add(identifier)

    def _control(self, position: int, tag: Tag, place: Place) -> None:
        self._controls += 1
        if tag.is_control and not tag.is_labelled and "label" not in place.tags:
            self._unlabelled.append((position, tag))

    def _submit(self, position: int, name: str, tag: Tag, submission: Submission) -> None:
        if name == "form":
            self._form = self._forms[tag.id] = submission
        self._buttons.append((position, submission, self._form))

    def _compare(self) -> None:
        """Check what only the whole page can tell."""
        labelled = set()
        for position, name, target in self._references:
            if target not in self.ids:
                self.say(position, f"{name} names {target!r}, which is not there")
            elif name == "label[for]":
                labelled.add(target)
                if target not in self._labelable:
                    self.say(position, f"{name} names {target!r}, which is no form control")
        for position, tag in self._unlabelled:
            if tag.id not in labelled:
                self.say(position, f"a form control without a label: {tag.id!r}")
        for position, own, around in self._buttons:
            form = self._forms.get(own.form, around) if own.form else around
            method = own.method or form.method or "GET"
            action = form.action if own.action is None else own.action
            self.submissions.append((position, method, action or ""))
        for found in _REFERENCE.finditer(self._source):
            if found[1] or found[2] not in html5:
                self.say(found.start(), f"wrong character reference {found[0]!r}")


def problems_of(source: str) -> list[str]:
    """The problems of a page's source, one line each."""
    return Page(source).problems
