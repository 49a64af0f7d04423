"""What werkzeug knows of a route."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.routing import BaseConverter, Rule


def converters(rule: Rule) -> Mapping[str, BaseConverter]:
    """The converter of each argument of a rule; werkzeug has no public way to ask for them."""
    return rule._converters  # noqa: SLF001
