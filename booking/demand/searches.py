"""Hears of searches of the directory that found nothing, and counts their words."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.exc import IntegrityError, OperationalError

from booking.availability.engine.zones import local_date
from booking.db import unit_of_work
from booking.demand import service
from booking.directory.search.misses import SearchWithoutResult, search_found_nothing
from booking.errors import DomainError
from booking.i18n import zone

PATIENCE_SECONDS = 0.5
logger = logging.getLogger(__name__)


def subscribe() -> None:
    """Connect the signal."""
    search_found_nothing.connect(_on_miss)


def _on_miss(_sender: object, *, search: SearchWithoutResult, **_more: Any) -> None:
    """Count in a transaction of its own; a busy database loses one search, not the page."""
    try:
        with unit_of_work(patience=PATIENCE_SECONDS) as session:
            service.count_miss(
                session,
                words=search.words,
                field_code=search.field_code,
                region_code=search.region_code,
                day=local_date(search.at, zone()),
            )
    except (DomainError, IntegrityError, OperationalError) as error:
        logger.info("a search without result was not counted (%s)", type(error).__name__)
