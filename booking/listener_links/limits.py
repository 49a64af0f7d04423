"""Rate limits of the pages of listeners: by link and address, and of wrong tokens by address.

A hall of a hundred people may share one address, so a genuine link has a generous limit of its
own. Whoever tries tokens that are none is stopped soon, without stopping the others at the address.
"""

from __future__ import annotations

from flask import g, request

from booking.db import db
from booking.listener_links import queries
from booking.web.request_limits import client_key, limited


def _link_id() -> int | None:
    """The id of the genuine link of this request, read once."""
    if "listener_link_id" not in g:
        token = str((request.view_args or {}).get("token", ""))
        link = queries.genuine(db.session(), token)
        g.listener_link_id = None if link is None else link.id
    found: int | None = g.listener_link_id
    return found


def _group() -> str:
    return "wrong_links" if _link_id() is None else "listeners"


def _key() -> str:
    link_id = _link_id()
    return client_key() if link_id is None else f"{client_key()} {link_id}"


counted = limited(_group, key=_key)
"""Declares the limits of a view whose URL has the parameter `token`."""
