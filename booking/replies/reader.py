"""Has one mail read by a child process with limits of memory and time."""

from __future__ import annotations

import json

from booking import json_values
from booking.process import child
from booking.process.child import ChildEnded, Limits
from booking.process.sizes import MEGABYTE
from booking.replies import child_program
from booking.replies.engine.contents import Incoming, Malformed

LIMITS = Limits(memory=512 * MEGABYTE, cpu_seconds=5, seconds=20)


def read(raw: bytes) -> Incoming:
    """The mail as values; raises `Malformed`, also for what exceeds the limits."""
    try:
        values = json.loads(child.ask(child_program.__name__, raw, LIMITS))
        return json_values.read(values, Incoming)
    except (ChildEnded, ValueError) as error:
        raise Malformed from error
