"""Runs the cyclic garbage collector between requests and jobs only, never during allocation.

If Python 3.11 runs a collection while it creates an object's `__dict__`, a finalizer may let
another thread create the same `__dict__`: both dicts own the same values, and the process crashes.
That happened in one server start of eighty. (Python 3.12 collects between two bytecodes.)
"""

from __future__ import annotations

import gc

MOST = 20_000
"""Number of new container objects above which `look` runs a collection."""


def only_between() -> None:
    """Disable automatic collection: from now on only `look` collects.

    The objects that exist now make up the application and never become garbage: they are frozen,
    so that no collection traverses them again.
    """
    gc.collect()
    gc.freeze()
    gc.disable()


def look() -> None:
    """Run a collection after a request or job if there are enough new objects."""
    if gc.get_count()[0] > MOST:
        gc.collect()
