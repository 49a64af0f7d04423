"""Changes texts of rows as the declarations say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Text,
    cast,
    delete,
    false,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.privacy.erasure.engine.replacements import replaced
from booking.privacy.erasure.fates import Fate, Holding
from booking.privacy.erasure.subject import Subject

Change = Callable[[Any], Any]


def apply(session: Session, holding: Holding, who: Subject) -> None:
    """Do with the texts of the rows what the declaration says."""
    scope = holding.scope(who)
    for name, fate in holding.texts.items():
        column = getattr(holding.table, name)
        if fate is Fate.CLEAN:
            change(session, column, scope, _replacing(who.words))
            mentioned = mentions(column, who.hidden_contacts)
            change(session, column, mentioned, _replacing(who.hidden_contacts))
        else:
            label = who.label if fate is Fate.LABEL else nothing(column)
            _set(session, column, scope, label)


def remove(session: Session, holding: Holding, who: Subject) -> None:
    """Delete the rows."""
    statement = delete(holding.table).where(holding.scope(who))
    session.execute(statement.execution_options(synchronize_session=False))


def change(
    session: Session,
    column: InstrumentedAttribute[Any],
    condition: ColumnElement[bool],
    act: Change,
) -> None:
    """Replace the value of each of the rows by what `act` makes of it."""
    keys = inspect(column.class_).primary_key
    rows = session.execute(select(*keys, column).where(condition, column.is_not(None))).all()
    for *key, value in rows:
        changed = act(value)
        if changed != value:
            same = [one == own for one, own in zip(keys, key, strict=True)]
            statement = update(column.class_).where(*same).values({column.key: changed})
            session.execute(statement.execution_options(synchronize_session=False))


def mentions(column: InstrumentedAttribute[Any], words: Iterable[str]) -> ColumnElement[bool]:
    """SQL condition: the text, or the text of the JSON value, has one of the words."""
    text = cast(column, Text)
    found = [text.contains(form, autoescape=True) for word in words for form in _forms(word)]
    return or_(*found) if found else false()


def _forms(word: str) -> set[str]:
    """The word as it is, and as JSON escapes it on databases that keep the text."""
    escaped = word.encode("ascii", "backslashreplace").decode()
    return {word, escaped}


def nothing(column: InstrumentedAttribute[Any]) -> Any:
    """The value that says nothing: NULL for JSON."""
    return None if isinstance(column.type, JSON) else ""


def _set(
    session: Session,
    column: InstrumentedAttribute[Any],
    condition: ColumnElement[bool],
    value: Any,
) -> None:
    statement = update(column.class_).where(condition, column.is_not(None))
    statement = statement.values({column.key: value})
    session.execute(statement.execution_options(synchronize_session=False))


def _replacing(words: Mapping[str, str]) -> Change:
    return lambda value: replaced(value, words)
