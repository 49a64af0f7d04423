"""Reads: the link of a lecture for a purpose, and whether it is open."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.listener_links.engine import tokens
from booking.listener_links.engine.purposes import LinkPurpose
from booking.listener_links.engine.tokens import LinkKey
from booking.listener_links.models import ListenerLink


def link_of(session: Session, lecture_id: int, purpose: LinkPurpose) -> ListenerLink | None:
    """The link of a lecture for a purpose, open or not; None if none was ever opened."""
    query = select(ListenerLink).where(
        ListenerLink.lecture_id == lecture_id, ListenerLink.purpose == purpose
    )
    return session.scalars(query).one_or_none()


def is_open(link: ListenerLink, now: datetime) -> bool:
    """Whether answers are taken by the link; its lecture is not looked at."""
    return link.closed_at is None and now < link.closes_at


def token_of(link: ListenerLink) -> str:
    """The token of the link, for its URL; derived with the present SECRET_KEY."""
    return tokens.token_for(_key(link), current_app.config["SECRET_KEY"])


def genuine(session: Session, token: str) -> ListenerLink | None:
    """The link, open or not, for which a token was made; None for any other text."""
    link_id = tokens.id_in(token)
    link = None if link_id is None else session.get(ListenerLink, link_id)
    config = current_app.config
    secrets = [config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"]]
    return link if link is not None and tokens.is_of(token, _key(link), secrets) else None


def _key(link: ListenerLink) -> LinkKey:
    return LinkKey(link.id, link.purpose, link.nonce)
