"""Accepts rows of a season plan, each in a transaction of its own.

A refusal is kept at its row, and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.db import unit_of_work
from booking.errors import DomainError
from booking.orders.season import service

PATIENCE = timedelta(seconds=15)
"""How long one request accepts rows; who accepts more sends it again."""


class Accepted(NamedTuple):
    """How many rows were accepted, refused, and not reached."""

    accepted: int
    refused: int
    left: int


def accept_rows(
    plan_id: int,
    row_ids: Iterable[int],
    *,
    user_id: int | None,
    read_clock: Callable[[], datetime],
    zone: ZoneInfo,
) -> Accepted:
    """Accept rows in turn, as far as the time reaches by the clock that is handed in."""
    now = read_clock()
    waiting = list(row_ids)
    accepted = refused = 0
    while waiting and read_clock() - now < PATIENCE:
        if _accept(plan_id, waiting.pop(0), user_id=user_id, now=now, zone=zone):
            accepted += 1
        else:
            refused += 1
    return Accepted(accepted, refused, len(waiting))


def _accept(
    plan_id: int, row_id: int, *, user_id: int | None, now: datetime, zone: ZoneInfo
) -> bool:
    try:
        with unit_of_work() as session:
            service.accept(
                session, plan_id=plan_id, row_id=row_id, user_id=user_id, now=now, zone=zone
            )
    except DomainError as error:
        with unit_of_work() as session:
            service.refuse_row(
                session, plan_id=plan_id, row_id=row_id, sentence=str(error.sentence)
            )
        return False
    return True
