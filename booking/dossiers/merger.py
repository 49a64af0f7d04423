"""Certificates of service of two entries that become one."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from booking.dossiers.service_certificates.models import ServiceCertificate
from booking.instructors.merger import Merge, instructor_merging, move


def subscribe() -> None:
    """Connect the signal."""
    instructor_merging.connect(_on_merge)


def _on_merge(session: Session, *, merge: Merge, **_more: Any) -> None:
    move(session, merge, ServiceCertificate.instructor_id)
