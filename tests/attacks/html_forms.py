"""Parses the links of a page and the requests that its forms would send."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml.html import FormElement, HtmlElement, InputElement

from tests import factories

DAY, TIME = "2026-12-09", "09:00"
BY_NAME = {
    "address": "https://calendar.example.org/marker.ics",
    "hours": "9-12",
    "password": factories.PASSWORD,
    "contact": "12000000066",
    "reading": "ji mi jia",
    # The choices of a question differ, and a pasted one says which is right.
    **{f"choice_{letter}": letter for letter in "bcdef"},
    "pasted": "1. 机密甲\nA. 甲\nB. 乙\n答案: A",
}
"""Values for fields with a required format, by name."""


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A POST that a browser could send from a page, with all fields filled in."""

    path: str
    """Path and query string of the action."""
    fields: tuple[tuple[str, str], ...]
    """Names and values in document order, without the CSRF token."""
    files: tuple[str, ...]
    """Names of the file fields."""


def links(page: str, path: str) -> list[str]:
    """The targets on this site of the links and GET forms of a page at `path`."""
    found = []
    for element in lxml.html.fromstring(page).iter("a", "form"):
        target = element.get("href") if element.tag == "a" else element.get("action")
        if element.tag == "form" and element.get("method", "get").lower() != "get":
            continue
        resolved = _local(path, target or "")
        if resolved is not None:
            found.append(resolved)
    return found


def form_requests(page: str, path: str, filler: str) -> list[FormRequest]:
    """One request for each submit button of each POST form; empty fields are filled in.

    `filler` is the value for free-text fields: a marker to search for afterwards.
    """
    document = lxml.html.fromstring(page)
    found = []
    for form in document.forms:
        if form.method != "POST":
            continue
        fields, files = _fields(form, filler)
        for action, pressed in _buttons(document, form):
            resolved = _local(path, action or path)
            if resolved is not None:
                found.append(FormRequest(resolved, (*fields, *pressed), files))
    return found


def _local(path: str, target: str) -> str | None:
    parts = urlsplit(urljoin(f"http://localhost{path}", target))
    if parts.netloc != "localhost" or parts.scheme != "http":
        return None
    return f"{parts.path}?{parts.query}".rstrip("?")


def _buttons(
    document: HtmlElement, form: FormElement
) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """The action and the extra field of each submit button."""
    buttons = [*form.xpath(".//button[not(@type) or @type='submit']")]
    if form_id := form.get("id"):
        buttons += document.xpath("//button[@form=$name]", name=form_id)
    found: list[tuple[str, tuple[tuple[str, str], ...]]] = []
    for button in buttons:
        name = button.get("name")
        pressed = ((name, button.get("value", "")),) if name else ()
        found.append((button.get("formaction") or form.get("action") or "", pressed))
    return found


def _fields(form: FormElement, filler: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    fields: list[tuple[str, str]] = []
    files = []
    chosen: set[str] = set()
    for element in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
        name = str(element.get("name"))
        if name == "csrf_token" or element.get("type") in ("submit", "button", "image"):
            continue
        if element.get("type") == "file":
            files.append(name)
        elif element.get("type") in ("radio", "checkbox"):
            if name not in chosen:
                chosen.add(name)
                fields.append((name, _choice(form, name)))
        else:
            fields.append((name, _value(element, filler)))
    return tuple(fields), tuple(files)


def _choice(form: FormElement, name: str) -> str:
    """The checked value of radio buttons or check boxes, else the first one."""
    boxes = form.xpath(".//input[@name=$name]", name=name)
    checked = [box for box in boxes if box.get("checked") is not None]
    return str((checked or boxes)[0].get("value", "on"))


def _value(element: InputElement, filler: str) -> str:
    if element.tag == "select":
        options = [str(option.get("value", option.text)) for option in element.iter("option")]
        return element.value or next((option for option in options if option), "")
    name = str(element.get("name"))
    present = element.get("value")
    if element.tag == "textarea":
        # As a browser does: the newline behind the tag is not part of the text.
        present = (element.value or "").removeprefix("\r").removeprefix("\n")
    if present:
        return str(present)
    return {
        "date": DAY,
        "time": TIME,
        "number": element.get("min") or "1",
        "email": "marker@example.org",
        "url": "https://calendar.example.org/marker.ics",
    }.get(element.get("type", "text"), BY_NAME.get(name, filler))
