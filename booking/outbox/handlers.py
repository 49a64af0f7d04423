"""The registry of handlers: one for each kind of event; `create_app` connects it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from flask import Flask, current_app
from sqlalchemy.orm import Session

from booking.outbox.engine.kinds import OutboxKind
from booking.outbox.models import OutboxEvent

P = TypeVar("P")
P_contra = TypeVar("P_contra", contravariant=True)

_KEY = "outbox_handlers"


class Handler(Protocol[P_contra]):
    """Does what follows from an event, in the transaction that marks it as handled."""

    def __call__(
        self, session: Session, payload: P_contra, /, *, event_id: int, now: datetime
    ) -> object:
        """Handle one event; what this raises leaves the event waiting."""


@dataclass(frozen=True, slots=True)
class _Registered:
    version: int
    handle: Callable[[Session, OutboxEvent, datetime], object]


class Handlers:
    """Handlers by the name of their kind."""

    def __init__(self) -> None:
        self._registered: dict[str, _Registered] = {}

    def register(self, kind: OutboxKind[P], handler: Handler[P]) -> None:
        """Attach the handler of a kind; raises `ValueError` if the kind has one."""
        if kind.name in self._registered:
            raise ValueError(f"{kind.name} has a handler already")

        def handle(session: Session, row: OutboxEvent, now: datetime) -> object:
            payload = kind.read(row.payload, version=row.version)
            return handler(session, payload, event_id=row.id, now=now)

        self._registered[kind.name] = _Registered(kind.version, handle)

    def obstacle(self, kind: str, version: int) -> str | None:
        """Why an event of this kind and version must wait, and what to do; None if it need not."""
        registered = self._registered.get(kind)
        if registered is None:
            return (
                f"no handler is registered for {kind}: run a release that has one, "
                "or set handled_at to drop the event"
            )
        if not 1 <= version <= registered.version:
            return (
                f"the payload of {kind} has version {version}, and this release reads 1 to "
                f"{registered.version}: run the release that recorded it, or a later one"
            )
        return None

    def handle(self, session: Session, row: OutboxEvent, *, now: datetime) -> None:
        """Call the handler of an event that has no `obstacle`."""
        self._registered[row.kind].handle(session, row, now)


def connect(app: Flask, handlers: Handlers) -> None:
    """Hand in the handlers of all features."""
    app.extensions[_KEY] = handlers


def connected() -> Handlers:
    """The handlers that were handed in."""
    handlers = current_app.extensions[_KEY]
    assert isinstance(handlers, Handlers)
    return handlers
