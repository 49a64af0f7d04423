"""Message catalogues in whose translations an installation has replaced words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import flask_babel
from babel.support import NullTranslations


class _WordedCatalogue(NullTranslations):
    """A catalogue in whose translations words are replaced by others.

    Chinese has no inflection, so that one word can stand for another in all sentences.
    """

    def __init__(self, catalogue: NullTranslations, words: Mapping[str, str]) -> None:
        super().__init__()
        self._catalogue, self._words = catalogue, words

    def gettext(self, message: str) -> str:
        """The translation of a message."""
        return self._replaced(self._catalogue.gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The translation of a message with a number."""
        return self._replaced(self._catalogue.ngettext(msgid1, msgid2, n))

    ugettext, ungettext = gettext, ngettext

    def _replaced(self, text: str) -> str:
        for word, other in self._words.items():
            text = text.replace(word, other)
        return text


class _WordedDomain(flask_babel.Domain):  # type: ignore[misc]
    """The catalogues of the product with the words of one installation."""

    def __init__(self, domain: str, words: Callable[[], Mapping[str, str]]) -> None:
        super().__init__(domain=domain)
        self._words = words

    def get_translations(self) -> NullTranslations:
        """The catalogue of the current language."""
        catalogue: NullTranslations = super().get_translations()
        words = self._words()
        return _WordedCatalogue(catalogue, words) if words else catalogue


class Babel(flask_babel.Babel):  # type: ignore[misc]
    """Babel with the words of one installation: what takes the place of which."""

    def __init__(self, words: Callable[[], Mapping[str, str]]) -> None:
        super().__init__()
        self._words = words

    @cached_property
    def domain_instance(self) -> flask_babel.Domain:
        """The catalogues of the product."""
        return _WordedDomain(self.domain, self._words)
