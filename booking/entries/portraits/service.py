"""Set and remove the picture of an instructor. The caller owns the transaction."""

from __future__ import annotations

import hashlib
import threading
from datetime import datetime

from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.entries import changes
from booking.entries.engine.parts import EntryPart, Picture, written
from booking.entries.models import Portrait
from booking.entries.portraits.engine.answers import (
    MOST_BYTES,
    RefusedPicture,
    WhyRefused,
    read_answer,
)
from booking.errors import Invalid, Text
from booking.instructors.editable_entry import EditableEntry
from booking.process import child
from booking.process.child import ChildEnded, Limits
from booking.process.sizes import MEGABYTE
from booking.sentences import N_

PROGRAM = "booking.entries.portraits.child_program"
"""Named, not imported: the server loads no decoder of pictures."""

LIMITS = Limits(memory=1024 * MEGABYTE, cpu_seconds=10, seconds=20)
"""A picture of 50 million pixels takes 2 s and 400 MB on an idle machine."""

QUEUE_SECONDS = 2

SENTENCES: dict[WhyRefused, Text] = {
    WhyRefused.TOO_LARGE: N_(
        "This picture is too large: at most %(megabytes)s MB. Take a smaller one.",
        megabytes=MOST_BYTES // MEGABYTE,
    ),
    WhyRefused.UNREADABLE: N_("This is no picture that can be read. Choose a JPEG or PNG file."),
}

_one_at_a_time = threading.Lock()


def small_picture(data: bytes) -> bytes:
    """A small JPEG of an untrusted file, made in a child process; raises `Invalid`."""
    if not _one_at_a_time.acquire(timeout=QUEUE_SECONDS):
        raise Invalid(N_("Another picture is being read. Send once more."), field="picture")
    try:
        answer = child.ask(PROGRAM, data[: MOST_BYTES + 1], LIMITS)
        return read_answer(answer)
    except ChildEnded:
        raise Invalid(SENTENCES[WhyRefused.UNREADABLE], field="picture") from None
    except RefusedPicture as refused:
        raise Invalid(SENTENCES[refused.why], field="picture") from None
    finally:
        _one_at_a_time.release()


def set_portrait(
    session: Session, *, entry: EditableEntry, image: bytes, actor: Actor, now: datetime
) -> Portrait:
    """Store a picture that `small_picture` made."""
    digest = hashlib.sha256(image).hexdigest()
    row = session.get(Portrait, entry.id)
    before = written(Picture(row.digest)) if row else None
    if row is None:
        row = Portrait(instructor_id=entry.id, image=image, digest=digest, changed_at=now)
        session.add(row)
    row.image, row.digest, row.changed_at = image, digest, now
    session.flush()
    changes.record(
        session,
        entry=entry,
        part=EntryPart.PORTRAIT,
        before=before,
        after=written(Picture(digest)),
        actor=actor,
        now=now,
    )
    return row


def remove_portrait(session: Session, *, entry: EditableEntry, actor: Actor, now: datetime) -> bool:
    """Delete the picture for good; returns whether there was one."""
    row = session.get(Portrait, entry.id)
    if row is None:
        return False
    before = written(Picture(row.digest))
    session.delete(row)
    session.flush()
    changes.record(
        session,
        entry=entry,
        part=EntryPart.PORTRAIT,
        before=before,
        after=None,
        actor=actor,
        now=now,
    )
    return True
