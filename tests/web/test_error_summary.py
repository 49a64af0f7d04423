"""A refused form: a summary that leads to each field, a title that says so, and what was typed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, HiddenField, RadioField, StringField
from wtforms.validators import InputRequired

from booking.db import unit_of_work
from booking.lectures.engine.states import Command, Party
from booking.lectures.engine.unbookable import SlotTaken
from booking.web.mistakes import Mistake, mistakes
from tests import factories, summaries
from tests.browser import Client
from tests.factories import CHEN, LI, PASSWORD, ROOT, WANG, Cast


class _Topic(Form):  # type: ignore[misc]
    title = StringField(validators=[InputRequired("a title")])


class _Booking(Form):  # type: ignore[misc]
    key = HiddenField(validators=[InputRequired("a key")])
    place = StringField(validators=[InputRequired("a place"), InputRequired("another")])
    format = RadioField(choices=["a", "b"], validators=[InputRequired("a format")])
    first = FormField(_Topic)
    others = FieldList(FormField(_Topic), min_entries=2)
    names = FieldList(StringField(validators=[InputRequired("a name")]), min_entries=1)
    note = StringField()


def test_each_wrong_field_is_told_once_with_its_control() -> None:
    form = _Booking(MultiDict({"others-0-title": "x"}))
    assert not form.validate()
    form.form_errors = ["all of it"]

    assert list(mistakes(form)) == [
        Mistake("all of it"),
        Mistake("a place", "place"),
        Mistake("a format", "format-0"),
        Mistake("a title", "first-title"),
        Mistake("a title", "others-1-title"),
        Mistake("a name", "names-0"),
    ]


def test_refusals_mappings_and_sentences_are_told_too() -> None:
    refusal = SlotTaken()
    sources = [None, "", {}, refusal, {"day-2": "no day"}, "a sentence"]
    assert list(mistakes(sources)) == [
        Mistake(refusal.sentence),
        Mistake("no day", "day-2"),
        Mistake("a sentence"),
    ]
    assert list(mistakes(_Booking())) == []


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that is refused: who sends what, which controls are wrong, and what is kept."""

    name: str
    who: str | None
    path: str
    values: dict[str, Any] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    unlinked: int = 0
    kept: tuple[str, ...] = ()
    get: bool = False


CASES = (
    Refused("sign-in", None, "/login", {"email": LI, "password": "wrong"}, unlinked=1, kept=(LI,)),
    Refused("reset", None, "/reset", {"email": "bad"}, ("email",), kept=("bad",)),
    Refused("password", LI, "/change", {"password": PASSWORD, "new_password": "short",
            "new_password_confirm": "short"}, ("new_password",)),
    Refused("address", LI, "/change-email", {"email": "bad", "password": PASSWORD},
            ("email",), kept=("bad",)),
    Refused("decline", CHEN, "/lectures/{number}/decline", {"reason": ""}, ("reason",)),
    Refused("reason too long", CHEN, "/lectures/{number}/decline", {"reason": "x" * 100_001},
            ("reason",)),
    Refused("confirm too late", CHEN, "/lectures/{late}/confirm", unlinked=1),
    Refused("limits", WANG, "/request-limits/{branch}", {"open_limit": "0", "daily_limit": "many"},
            ("open_limit", "daily_limit"), kept=('value="0"',)),
    Refused("need", LI, "/orders/new", {"step": "1", "wish": ""}, ("wish",)),
    Refused("no file", WANG, "/register/import", {"region": "990102"}, ("file",)),
    Refused("no spreadsheet", WANG, "/register/import", {"region": "990102", "file": b"x"},
            ("file",)),
    Refused("audit", ROOT, "/audit?first=2002-01-01&last=2001-01-01", get=True, targets=("last",),
            kept=("2002-01-01", "2001-01-01")),
    Refused("match", None, "/match?q=x&minutes=4&to=2000-01-01&topic=999999", get=True,
            targets=("to", "minutes"), unlinked=1, kept=('value="4"',)),
)  # fmt: skip


@pytest.fixture
def send(app: Flask, people: Cast) -> Callable[[Refused, str], tuple[int, str]]:
    """A function that sends a refused form; it returns the status and the page."""
    late = factories.requested(app, people, factories.at(3, 15))
    with app.app_context(), unit_of_work() as session:
        factories.move(session, late, Command.WITHDRAW, Party.BRANCH)
    values = {"number": factories.requested(app, people), "late": late, "branch": people.li.id}

    def sent(case: Refused, language: str) -> tuple[int, str]:
        client = Client(app).language(language)
        if case.who:
            client.sign_in(case.who)
        path = case.path.format(**values)
        data = {
            name: (io.BytesIO(value), "x.xlsx") if isinstance(value, bytes) else value
            for name, value in case.values.items()
        }
        response = client.get(path) if case.get else client.post(path, data)
        return response.status_code, response.text

    return sent


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_a_refused_form_leads_to_each_field(
    send: Callable[[Refused, str], tuple[int, str]], language: str
) -> None:
    for case in CASES:
        status, page = send(case, language)
        told = summaries.lines(page)
        assert status in {409, 422}, case.name
        assert tuple(one.target for one in told if one.target) == case.targets, case.name
        assert len(summaries.of_no_field(page)) == case.unlinked, case.name
        assert [target for target in case.targets if f'id="{target}"' not in page] == [], case.name
        assert _told_beside_fields(page) == [one.sentence for one in told if one.target], case.name
        assert _number(summaries.heading(page)) == (len(case.targets) or None), case.name
        assert page.index("error-summary") < page.index("<h1"), case.name
        title = "<title>" + ("Error: " if language == "en" else "错误：")
        assert title in page, case.name
        assert [text for text in case.kept if text not in page] == [], case.name


def _told_beside_fields(page: str) -> list[str]:
    found = re.findall(r'class="field-error"[^>]*>([^<]*)<', page)
    return [text.strip() for text in found]


def _number(heading: str | None) -> int | None:
    """The number of entries to correct that the heading tells."""
    number = re.search(r"\d+", heading or "")
    return int(number[0]) if number else None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_without_mistakes_has_no_summary(app: Flask, people: Cast) -> None:
    page = Client(app).get("/login").text
    assert ("error-summary" in page, "错误" in page) == (False, False)
