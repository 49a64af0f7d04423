"""Follow a merged organisation or region to the one that took it in."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from booking.accounts.models import Organisation, Region

OPEN: ColumnElement[bool] = Organisation.closed_at.is_(None) & Organisation.merged_into_id.is_(None)
"""Condition: the organisation can book, and be chosen."""

LIVE: ColumnElement[bool] = Organisation.merged_into_id.is_(None)
"""Condition: the organisation was not merged into another."""


def present_id(organisation_id: int) -> Select[int]:
    """SQL of the id of the organisation that stands for this one now."""
    successor = func.coalesce(Organisation.merged_into_id, Organisation.id)
    return select(successor).where(Organisation.id == organisation_id)


def present_organisation(session: Session, organisation_id: int) -> Organisation:
    """The organisation that stands for this one now."""
    query = select(Organisation).where(
        Organisation.id == present_id(organisation_id).scalar_subquery()
    )
    return session.scalars(query).one()


def locked_id(session: Session, organisation_id: int) -> int:
    """The id of the organisation that stands for this one, which cannot be merged until the
    transaction ends; of an unknown one the id itself.

    On SQLite the transaction is the only writer.
    """
    query = present_id(organisation_id).with_for_update(read=True, key_share=True)
    present = session.scalar(query)
    if present is None or present == organisation_id:
        return organisation_id
    return locked_id(session, present)


def present_code(session: Session, code: str) -> str:
    """The code of the region that stands for this one; of an unknown one the code itself."""
    query = select(Region.merged_into_code).where(Region.code == code)
    return session.scalar(query) or code
