"""Reads: whose mail is returned."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from booking.accounts.models import User
from booking.replies.models import ReturnedAddress


def returned_since(session: Session, user_ids: Collection[int]) -> Mapping[int, datetime]:
    """Since when mail to these users is returned; those whose mail arrives are not in it."""
    if not user_ids:
        return {}
    query = (
        select(ReturnedAddress.user_id, ReturnedAddress.since)
        .join(User, User.id == ReturnedAddress.user_id)
        .where(User.id.in_(sorted(user_ids)), is_present())
    )
    return {row.user_id: row.since for row in session.execute(query)}


def is_present() -> ColumnElement[bool]:
    """SQL condition on `ReturnedAddress` joined with `User`: it is the address of now."""
    return func.lower(User.email) == func.lower(ReturnedAddress.address)
