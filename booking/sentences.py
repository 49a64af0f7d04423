"""Sentences for people: a message id with its values, translated when somebody reads it. Pure.

Code that knows no request refuses in such sentences. `i18n` hands in what translates them; without
that they read as they stand here, in English. Unlike Flask-Babel's lazy strings they are not taken
for HTML by templates: a value that somebody typed is escaped with the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = object
"""A text, a number or a sentence; days and instants are written in the reader's language."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message of the catalogue; `plural` and `count` where it depends on a number."""

    text: str
    plural: str | None = None
    count: int = 0
    values: tuple[tuple[str, Value], ...] = ()

    def __str__(self) -> str:
        """The sentence in the language of whoever reads it now."""
        return _translate(self)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Several sentences, one after the other."""

    sentences: tuple[Sentence, ...]

    def __str__(self) -> str:
        """The sentences in the language of whoever reads them now."""
        return _join(tuple(str(one) for one in self.sentences))


def N_(text: str, **values: Value) -> Sentence:
    """A sentence with its `%(name)s` values; the name is the one that gettext's tools look for."""
    return Sentence(text, values=tuple(values.items()))


def plural(one: str, more: str, count: int) -> Sentence:
    """A sentence about a number, `%(num)s` in the text."""
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
    """Set what translates a sentence and what joins several, for the whole process."""
    global _translate, _join
    _translate, _join = translate, join
