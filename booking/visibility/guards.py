"""The capacities of who sends a request, and which entries of the register it may find."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from booking.accounts.guards import actor
from booking.errors import NotFound
from booking.settings.engine.declarations import PUBLIC_REGISTER, PublicRegister
from booking.settings.queries import in_force
from booking.visibility.engine.capacities import readers_of_entry, readers_of_nobody
from booking.visibility.engine.publicity import SeenEntries, is_public, seen_entries
from booking.visibility.engine.readers import Reader
from booking.visibility.errors import RegisterClosed

P = ParamSpec("P")


def register_setting() -> PublicRegister:
    """Who sees the register without signing in, as the administrator decided."""
    return PublicRegister(in_force(PUBLIC_REGISTER))


def entries_seen() -> SeenEntries:
    """Which listed entries this request may find and open."""
    return seen_entries(register_setting(), readers_of_nobody(actor()))


def sees_every_entry() -> bool:
    """Whether this request may find every listed entry."""
    return entries_seen() is SeenEntries.ALL


def public_only() -> bool:
    """For searches: whether only public entries are found. Raises `RegisterClosed` (403)."""
    seen = entries_seen()
    if seen is SeenEntries.NONE:
        raise RegisterClosed()
    return seen is SeenEntries.PUBLIC


def check_entry(agreed: bool) -> None:
    """Raise `NotFound` (404), as for an unknown entry, unless this request may see an entry.

    `agreed`: its person agreed that everybody sees it (`Instructor.public`).
    """
    if not (sees_every_entry() or is_public(register_setting(), agreed)):
        raise NotFound()


def entry_is_public(agreed: bool) -> bool:
    """Whether everybody sees an entry; parameter as of `check_entry`."""
    return is_public(register_setting(), agreed)


def readers(instructor_id: int, region_code: str) -> frozenset[Reader]:
    """The capacities of this request towards an entry, without lectures and grants."""
    return readers_of_entry(actor(), instructor_id=instructor_id, region_codes=(region_code,))


def of_register(
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Let a page of the register ask who sees too little to sign in first.

    Where the register is closed to the reader, or the entry is unknown or not public, the answer
    to somebody who is not signed in is the same: whether an entry exists is not told.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if actor().signed_in or sees_every_entry():
            return view(*args, **kwargs)
        try:
            return view(*args, **kwargs)
        except (NotFound, RegisterClosed):
            return redirect(url_for("security.login", next=request.full_path.rstrip("?")))

    return guarded
