"""Keeps secret addresses out of every log of this process, whoever writes the line.

Who knows the address of a feed, an answer link or a reset link can use it, so no log may hold
one: neither a message (Flask names the path of a request that fails), nor a traceback, nor an
access log. A part of an address is secret if its name in the route is one of `SECRET`.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Mapping
from typing import Any

from flask import Flask, has_request_context, request

SECRET = frozenset({"token", "key"})
"""Names of the parts of routes that are secrets, as in /answer/<token>."""

PLAIN = frozenset({"code", "command", "filename", "number", "region_code", "verb", "view"})
"""Names of parts that are none; a test demands that each text in a route is one or the other."""

SHOWN = "…"

_ARGUMENT = re.compile(r"<(?:[^<>:]*:)?([^<>:]+)>")
_SLASH = r"(?:/|%2[Ff])"
_prefixes: set[str] = set()


def init_app(app: Flask) -> None:
    """After all routes were added: learn which are secret, and watch this process's logs."""
    for rule in app.url_map.iter_rules():
        for found in _ARGUMENT.finditer(rule.rule):
            if found[1] in SECRET:
                _prefixes.add(rule.rule[: found.start()])
    if logging.getLogRecordFactory() is not redacted_record:
        _Before.factory = staticmethod(logging.getLogRecordFactory())
        logging.setLogRecordFactory(redacted_record)


def redacted(text: str) -> str:
    """The text without secret parts of addresses, and without those of the present request."""
    for value in _of_this_request():
        text = text.replace(value, SHOWN)
    for prefix in _prefixes:
        text = _pattern(prefix).sub(rf"\g<1>{SHOWN}", text)
    return text


def redacted_record(*given: Any, **named: Any) -> logging.LogRecord:
    """A log record whose message and traceback are redacted when it is made."""
    record: logging.LogRecord = _Before.factory(*given, **named)
    try:
        said = record.getMessage()
    except Exception:
        # A message that does not fit its values is told by logging itself, without both.
        said = record.msg = "a message of the log cannot be written"
        record.args = None
    if (message := redacted(said)) != said:
        record.msg, record.args = message, None
    if record.exc_info and record.exc_info[0] is not None:
        told = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        if (text := redacted(told)) != told:
            # Formatters take this text rather than writing the exception themselves.
            record.exc_text = text
    return record


class _Before:
    """The factory that was there before."""

    factory: Any = staticmethod(logging.LogRecord)


def _of_this_request() -> list[str]:
    if not has_request_context():
        return []
    parts: Mapping[str, Any] = request.view_args or {}
    return [str(parts[name]) for name in SECRET & parts.keys() if parts[name]]


def _pattern(prefix: str) -> re.Pattern[str]:
    """What follows a prefix such as /answer/, also where slashes are written as %2F."""
    parts = [re.escape(part) for part in prefix.split("/")]
    return re.compile(rf"({_SLASH.join(parts)})[^\s/?#&\"'<>]+")
