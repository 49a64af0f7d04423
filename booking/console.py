"""Error output of commands: domain errors and outages as one English sentence, no traceback.

Commands are in English whatever the language of the pages: so are settings, logs, and the
commands of the libraries.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy.exc import OperationalError

from booking.db import unreachable
from booking.errors import DomainError

P = ParamSpec("P")
R = TypeVar("R")


def reachable(command: Callable[P, R]) -> Callable[P, R]:
    """Decorate a command to exit with one sentence if the database cannot be opened."""

    @wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except OperationalError as error:
            sentence = unreachable(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error

    return wrapper


def _in_english(command: Callable[P, R]) -> Callable[P, R]:
    """Decorate a command to run in English and to print a `DomainError` as a sentence."""

    @wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with force_locale("en"):
                return command(*args, **kwargs)
        except DomainError as error:
            with force_locale("en"):
                raise click.ClickException(str(error.sentence)) from error

    return wrapper


class Commands(AppGroup):
    """A command group that applies `reachable` and `_in_english` to all its commands."""

    def command(self, *args: Any, **kwargs: Any) -> Callable[..., Any]:  # type: ignore[override]
        """Decorate a function to become a command of the group."""
        add = super().command(*args, **kwargs)
        return lambda function: add(reachable(_in_english(function)))
