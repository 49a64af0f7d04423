"""What a start prints while there is no administrator: the link of the first page."""

from __future__ import annotations

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from booking import clock
from booking.administration.setup import links
from booking.db import db, unit_of_work


def announcement() -> str | None:
    """A sentence with a new link, or None where there is, or was, an administrator."""
    session = db.session()
    done = links.is_set_up(session)
    session.rollback()
    if done:
        return None
    with unit_of_work() as writing:
        token = links.renew(writing, now=clock.now())
    hours = round(links.VALID_FOR.total_seconds() / 3600)
    address = f"{current_app.config['BASE_URL']}/setup/{token}"
    return f"Nobody runs this installation yet. Set it up here, within {hours} hours: {address}"


def announce(app: Flask) -> None:
    """Print the link, if one is needed; a database that is not ready is told by the pages."""
    with app.app_context():
        try:
            sentence = announcement()
        except SQLAlchemyError:
            return
        finally:
            db.session.remove()
    if sentence:
        print(sentence, flush=True)
