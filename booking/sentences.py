"""Lazily translated sentences: a message id with its values, translated when rendered. Pure.

Domain errors of code without a request use such sentences. `i18n` registers the translation;
without it they are rendered in English. Unlike Flask-Babel's lazy strings, templates do not take
them for HTML: user input in the values is escaped with the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = object
"""A text, a number or a sentence; dates and datetimes are formatted in the reader's language."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message of the catalogue; with `plural` and `count` if it depends on a number."""

    text: str
    plural: str | None = None
    count: int = 0
    values: tuple[tuple[str, Value], ...] = ()

    def __str__(self) -> str:
        """The sentence in the current language."""
        return _translate(self)

    def __mod__(self, _values: object) -> str:
        """What WTForms does with the message of a validator; the values are here already."""
        return str(self)

    def format(self, **_values: object) -> str:
        """What marshmallow does with the message of a validator."""
        return str(self)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Several sentences, joined when rendered."""

    sentences: tuple[Sentence, ...]

    def __str__(self) -> str:
        """The sentences in the current language."""
        return _join(tuple(str(sentence) for sentence in self.sentences))


def N_(text: str, **values: Value) -> Sentence:
    """A sentence with its `%(name)s` values; named `N_` so that gettext's tools extract it."""
    return Sentence(text, values=tuple(values.items()))


def plural(one: str, more: str, count: int) -> Sentence:
    """A sentence with a singular and a plural form; `%(num)s` is the number."""
    return Sentence(one, plural=more, count=count)


def _in_english(sentence: Sentence) -> str:
    if sentence.plural is None:
        return sentence.text % dict(sentence.values) if sentence.values else sentence.text
    text = sentence.text if sentence.count == 1 else sentence.plural
    return text % {"num": sentence.count}


_translate: Callable[[Sentence], str] = _in_english
_join: Callable[[tuple[str, ...]], str] = " ".join


def translate_with(
    translate: Callable[[Sentence], str], join: Callable[[tuple[str, ...]], str]
) -> None:
    """Register the functions that translate and join sentences, for the whole process."""
    global _translate, _join
    _translate, _join = translate, join
