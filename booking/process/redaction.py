"""Redacts secret URLs in all log records of this process, whatever logger writes them.

The URL of a feed, an answer link or a reset link is a credential, so no log may contain one:
neither a message (Flask logs the path of a failed request), nor a traceback, nor an access log. A
URL variable is secret if its name in the route is one of `SECRET`.

The detail of an error of PostgreSQL is redacted as well: it quotes the row that was refused.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, has_request_context, request

SECRET = frozenset({"token", "key"})
"""Names of URL variables that are secret, as in /answer/<token>."""

PLAIN = frozenset(
    {
        *("act", "choice", "code", "command", "filename", "kind", "language", "number"),
        *(
            "name",
            "owner",
            "purpose",
            "question",
            "part",
            "region_code",
            "section",
            "side",
            "stage",
            "verb",
        ),
        "way",
    }
)
"""Names of URL variables that are not; a test checks that each text variable is in one set."""

SHOWN = "…"

_ARGUMENT = re.compile(r"<(?:[^<>:]*:)?([^<>:]+)>")
_SLASH = r"(?:/|%2[Ff])"
_prefixes: set[str] = set()


def init_app(app: Flask) -> None:
    """Collect the secret routes, after all were added, and install the log record factory."""
    for rule in app.url_map.iter_rules():
        for argument in _ARGUMENT.finditer(rule.rule):
            if argument[1] in SECRET:
                _prefixes.add(rule.rule[: argument.start()])
    if logging.getLogRecordFactory() is not redacted_record:
        _Previous.factory = staticmethod(logging.getLogRecordFactory())
        logging.setLogRecordFactory(redacted_record)


def redacted(text: str, quoted: Iterable[str] = ()) -> str:
    """The text without secret URL variables, those of the current request included.

    `quoted` are details of errors, which are left out too.
    """
    for value in (*quoted, *_request_secrets()):
        text = text.replace(value, SHOWN)
    for prefix in _prefixes:
        text = _pattern(prefix).sub(rf"\g<1>{SHOWN}", text)
    return text


def redacted_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A log record factory that redacts the message and the traceback."""
    record: logging.LogRecord = _Previous.factory(*args, **kwargs)
    quoted = _details(record)
    try:
        message = record.getMessage()
    except Exception:
        # The arguments do not fit the format: logging would print both unredacted.
        message = record.msg = "a message of the log cannot be written"
        record.args = None
    if (redacted_message := redacted(message, quoted)) != message:
        record.msg, record.args = redacted_message, None
    if record.exc_info and record.exc_info[0] is not None:
        formatted = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        if (text := redacted(formatted, quoted)) != formatted:
            # Formatters use this text instead of formatting the exception themselves.
            record.exc_text = text
    return record


class _Previous:
    """The log record factory that was installed before."""

    factory: Any = staticmethod(logging.LogRecord)


def _details(record: logging.LogRecord) -> list[str]:
    """The details of all errors that a record tells of, in the language of the server."""
    arguments = record.args if isinstance(record.args, tuple) else ()
    waiting: list[object] = [*arguments, record.exc_info[1] if record.exc_info else None]
    found, seen = [], set[int]()
    while waiting:
        error = waiting.pop()
        if not isinstance(error, BaseException) or id(error) in seen:
            continue
        seen.add(id(error))
        # psycopg's `Error.diag`; SQLAlchemy has that error as `orig`.
        detail = getattr(getattr(error, "diag", None), "message_detail", None)
        if detail:
            found.append(str(detail))
        waiting += [error.__cause__, error.__context__, getattr(error, "orig", None)]
    return found


def _request_secrets() -> list[str]:
    if not has_request_context():
        return []
    parts: Mapping[str, Any] = request.view_args or {}
    return [str(parts[name]) for name in SECRET & parts.keys() if parts[name]]


def _pattern(prefix: str) -> re.Pattern[str]:
    """Matches a prefix such as /answer/ and what follows it, also with slashes as %2F."""
    parts = [re.escape(part) for part in prefix.split("/")]
    return re.compile(rf"({_SLASH.join(parts)})[^\s/?#&\"'<>]+")
