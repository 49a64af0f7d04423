"""Extracts the values that a browser would submit from an unchanged form."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    """Parser for the controls of one form."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.values: list[tuple[str, str]] = []
        self._wanted = form_id
        self._inside = False
        self._select: str | None = None
        self._first = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = told.get("id") == self._wanted
        if not self._inside:
            return
        if tag == "select":
            self._select, self._first = told["name"], True
            self.values.append((told["name"], ""))
        elif tag == "option" and self._select is not None:
            # Browsers submit the first option if none is selected.
            if self._first or "selected" in told:
                self.values[-1] = self._select, told.get("value", "")
            self._first = False
        elif tag == "textarea" or (tag == "input" and told.get("name")):
            if told.get("type") in ("radio", "checkbox") and "checked" not in told:
                return
            self.values.append((told["name"], told.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = None


def prefilled(page: str, form_id: str) -> list[tuple[str, str]]:
    """The (name, value) pairs that an unchanged form would submit."""
    form = _Form(form_id)
    form.feed(page)
    return form.values
