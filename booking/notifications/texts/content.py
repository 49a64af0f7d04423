"""What a delivery of the channel `text` holds in its message: JSON, a code in it encrypted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from flask import current_app

from booking.crypto import Box
from booking.notifications.texts.engine.wordings import TextTemplate

TEXT = "text"
"""The channel of these deliveries."""


@dataclass(frozen=True, slots=True)
class TextContent:
    """One text message, as it was written when the event was handled."""

    key: str
    """Stays the same however often it is handed over, so that a gateway drops duplicates."""
    template: TextTemplate
    values: Mapping[str, str]
    text: str
    """The whole sentence, for services without templates."""
    link: str
    language: str
    until: datetime | None = None
    """After this instant it is of no use."""


def write(content: TextContent) -> bytes:
    """The content as JSON; what holds a code is encrypted until it is handed over."""
    values = asdict(content) | {"until": content.until and content.until.isoformat()}
    if content.template is TextTemplate.CODE:
        secret = json.dumps({"values": dict(content.values), "text": content.text})
        values |= {"values": {}, "text": "", "sealed": _box().seal(secret)}
    return json.dumps(values, ensure_ascii=False).encode()


def read(message: bytes) -> TextContent:
    """The content of a delivery; raises `ValueError`, `KeyError` or `crypto.CannotOpen`."""
    stored = json.loads(message)
    if sealed := stored.pop("sealed", None):
        stored |= json.loads(_box().open(sealed))
    until = stored["until"]
    return TextContent(
        key=stored["key"],
        template=TextTemplate(stored["template"]),
        values=stored["values"],
        text=stored["text"],
        link=stored["link"],
        language=stored["language"],
        until=None if until is None else datetime.fromisoformat(until),
    )


def _box() -> Box:
    config = current_app.config
    return Box([config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"]], purpose="text content")
