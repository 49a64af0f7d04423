"""Access to werkzeug's private attributes of a route."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.routing import BaseConverter, Rule


def converters(rule: Rule) -> Mapping[str, BaseConverter]:
    """The converters of a rule by argument; werkzeug has no public accessor."""
    return rule._converters  # noqa: SLF001
