"""The error summary of a page: what is wrong in its forms, and which control each is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from flask import Flask, g
from wtforms import Field, FieldList, FormField, HiddenField, SubmitField
from wtforms.form import BaseForm
from wtforms.widgets import ListWidget

from booking.errors import DomainError, Text


class Mistake(NamedTuple):
    """A sentence, and the id of the control that it is about; None if it is about no single one."""

    sentence: Text
    target: str | None = None


def init_app(app: Flask) -> None:
    """Register what `templates/components/errors.html` and `layout.html` call."""
    app.jinja_env.globals.update(
        mistakes=mistakes_of_page, has_mistakes=has_mistakes, target_of=target_of
    )


def mistakes_of_page(*sources: Any) -> list[Mistake]:
    """`mistakes` of all sources, remembered for the title of the page."""
    found = [mistake for source in sources for mistake in mistakes(source)]
    if found:
        g.has_mistakes = True
    return found


def has_mistakes() -> bool:
    """Whether an error summary was rendered in this request."""
    return bool(g.get("has_mistakes"))


def mistakes(source: Any) -> Iterator[Mistake]:
    """What is wrong in a form, in the order of its fields; one mistake for each field.

    A source is also a refusal (`DomainError`), a mapping of ids of controls to sentences, a single
    sentence, or a list of sources; what is empty or undefined tells nothing.
    """
    if not source:
        return
    if isinstance(source, BaseForm):
        yield from _of_form(source)
    elif isinstance(source, DomainError):
        yield Mistake(source.sentence)
    elif isinstance(source, Mapping):
        yield from (Mistake(sentence, target) for target, sentence in source.items())
    elif isinstance(source, list | tuple):
        for one in source:
            yield from mistakes(one)
    else:
        yield Mistake(source)


def _of_form(form: BaseForm) -> Iterator[Mistake]:
    yield from (Mistake(error) for error in getattr(form, "form_errors", ()))
    for field in form:
        yield from _of_field(field)


def _of_field(field: Field) -> Iterator[Mistake]:
    if isinstance(field, FormField):
        yield from _of_form(field.form)
    elif isinstance(field, FieldList):
        own = [error for error in field.errors if not isinstance(error, list | tuple | dict)]
        yield from (Mistake(error, target_of(field)) for error in own[:1])
        for entry in field:
            yield from _of_field(entry)
    elif field.errors and not isinstance(field, HiddenField):
        # Pages make their buttons themselves: there is no control with the id of such a field.
        target = None if isinstance(field, SubmitField) else target_of(field)
        yield Mistake(field.errors[0], target)


def target_of(field: Field) -> str:
    """The id of the control that a link to this field leads to: of radio buttons the first one."""
    return f"{field.id}-0" if isinstance(field.widget, ListWidget) else str(field.id)
