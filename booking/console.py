"""How commands speak: in English, in sentences, also where something is refused.

They speak English whatever the pages speak: so do settings, logs, and the libraries' commands.
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
    """With one sentence where the database cannot be opened."""

    @wraps(command)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except OperationalError as error:
            told = unreachable(error)
            if told is None:
                raise
            raise click.ClickException(told) from error

    return tried


def _plainly(command: Callable[P, R]) -> Callable[P, R]:
    """In English, and with sentences for what is refused."""

    @wraps(command)
    def said(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with force_locale("en"):
                return command(*args, **kwargs)
        except DomainError as error:
            with force_locale("en"):
                raise click.ClickException(str(error.sentence)) from error

    return said


class Commands(AppGroup):
    """A group whose commands all speak plainly."""

    def command(self, *args: Any, **kwargs: Any) -> Callable[..., Any]:  # type: ignore[override]
        """Add a command."""
        add = super().command(*args, **kwargs)
        return lambda function: add(reachable(_plainly(function)))
