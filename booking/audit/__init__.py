"""The audit log: who did what, when and to whom, in an append-only table.

`record` adds an entry in the caller's transaction, so that the action and its entry are committed
together. `record_apart` is for sign-ins and page views, which write nothing else: it uses a
transaction of its own that waits 0.3 seconds at most. Triggers forbid changing entries, and
deleting those of the last `KEPT_AT_LEAST` days (migration 0013).

Personal data are limited to what accountability needs (PIPL, articles 6 and 9): texts contain
neither e-mail addresses nor telephone numbers, whatever a caller passes, and of a client address
only the network is stored (/24 of IPv4, /48 of IPv6), which distinguishes sign-ins from other
places and identifies no household.
"""

from booking.audit.actions import Action, SubjectKind
from booking.audit.log import (
    ANONYMOUS,
    COMMAND_LINE,
    KEPT_AT_LEAST,
    PATIENCE_SECONDS,
    SYSTEM,
    About,
    AuditEntry,
    By,
    acting,
    changes,
    init_app,
    record,
    record_apart,
    write_waiting,
)

__all__ = [
    "ANONYMOUS",
    "COMMAND_LINE",
    "KEPT_AT_LEAST",
    "PATIENCE_SECONDS",
    "SYSTEM",
    "About",
    "Action",
    "AuditEntry",
    "By",
    "SubjectKind",
    "acting",
    "changes",
    "init_app",
    "record",
    "record_apart",
    "write_waiting",
]
