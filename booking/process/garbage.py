"""When cyclic garbage is looked for: between pieces of work, never while objects are made.

When Python 3.11 collects in the moment in which it gives an object its `__dict__`, a finalizer
may let another thread do the same: both dicts own the same values, and the process dies. It
met one server start in eighty. (Python 3.12 collects between two steps of the interpreter.)
"""

from __future__ import annotations

import gc

MOST = 20_000
"""How many new objects may be waiting before what is garbage among them is looked for."""


def only_between() -> None:
    """From now on `look` collects, and nothing else does.

    What exists already makes up the application: it never becomes garbage, and is not
    searched again.
    """
    gc.collect()
    gc.freeze()
    gc.disable()


def look() -> None:
    """A piece of work is done: collect what has become garbage if that is worth it."""
    if gc.get_count()[0] > MOST:
        gc.collect()
