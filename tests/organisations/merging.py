"""Mergers for tests, and what names an organisation."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from booking.accounts.engine.roles import SYSTEM
from booking.db import db, references, unit_of_work
from booking.organisations.mergers import service


def merge(app: Flask, gone: int, stays: int) -> None:
    """Merge one organisation into another, committed."""
    with app.app_context(), unit_of_work() as session:
        service.merge(session, gone_id=gone, stays_id=stays, actor=SYSTEM)


def rows(app: Flask, organisation_id: int) -> dict[str, int]:
    """How many rows name an organisation, by table and column."""
    with app.app_context():
        session = db.session()
        counts = {
            one.label: session.scalar(
                select(func.count()).select_from(one.column.class_).where(one.of(organisation_id))
            )
            or 0
            for one in references.to("organisation")
        }
        session.rollback()
        return {label: count for label, count in counts.items() if count}
