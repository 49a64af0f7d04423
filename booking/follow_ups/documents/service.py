"""Reads an uploaded document before the transaction, and stores it in it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from booking.errors import Invalid
from booking.follow_ups.documents.engine.kinds import DocumentKind, is_picture, kind_of, stored_name
from booking.follow_ups.documents.models import FollowUpDocument
from booking.process import child
from booking.process.child import ChildEnded, Limits
from booking.process.sizes import MEGABYTE
from booking.sentences import N_

PROGRAM = "booking.follow_ups.documents.child_program"
"""Named, not imported: the server loads no decoder of pictures."""

LIMITS = Limits(memory=1024 * MEGABYTE, cpu_seconds=15, seconds=30)
QUEUE_SECONDS = 5

UNREADABLE = N_("This is no picture that can be read. Choose a JPEG or PNG file.")

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Upload:
    """A document that was looked at and can be stored."""

    filename: str
    kind: DocumentKind
    content: bytes = field(repr=False)


def read(content: bytes, filename: str) -> Upload:
    """What an upload is; raises `Invalid` with a sentence. Pictures are made anew, in a child."""
    kind = kind_of(content)
    if is_picture(content):
        content = _plain_picture(content)
    return Upload(stored_name(filename, kind), kind, content)


def store(session: Session, follow_up_id: int, upload: Upload, *, now: datetime) -> None:
    """Store the document of an answer, in the place of the one before."""
    document = session.get(FollowUpDocument, follow_up_id)
    if document is None:
        document = FollowUpDocument(follow_up_id=follow_up_id)
        session.add(document)
    document.filename, document.kind = upload.filename, upload.kind
    document.size, document.content, document.stored_at = len(upload.content), upload.content, now
    session.flush()


def remove(session: Session, follow_up_id: int) -> bool:
    """Delete the document of an answer for good; returns whether there was one."""
    document = session.get(FollowUpDocument, follow_up_id)
    if document is not None:
        session.delete(document)
        session.flush()
    return document is not None


def _plain_picture(content: bytes) -> bytes:
    if not _one_at_a_time.acquire(timeout=QUEUE_SECONDS):
        raise Invalid(N_("Another picture is being read. Send once more."), field="document")
    try:
        made = child.ask(PROGRAM, content, LIMITS)
    except ChildEnded:
        made = b""
    finally:
        _one_at_a_time.release()
    if not made:
        raise Invalid(UNREADABLE, field="document")
    return made
