"""Programs of child processes that run in the process of the tests, where only results matter.

The product reads untrusted files in a child (`booking/process/child.py`). Starting one takes a
tenth of a second and more, for each file that a test reads; the result is the same without. The
files of `REALLY` are about the limits of a child, and start it.
"""

from __future__ import annotations

import warnings
from importlib import import_module

from icalendar.timezone import tzp

from booking.process.child import ChildEnded, Limits

REALLY = frozenset(
    """
    availability/test_external_limits.py documents/test_limits_of_papers.py
    entries/test_portraits.py orders/test_season_plans.py
    register/test_bombs.py season_plans/test_solver_process.py
    """.split()
)
"""Files of tests in which children are processes."""


def ask_here(module: str, question: bytes, limits: Limits) -> bytes:
    """What `child.ask` returns, computed in this process and without limits."""
    tzp.use_default()  # Forgets the time zones of the files before.
    try:
        # A child tells its warnings nobody; here they are errors.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer: bytes = import_module(module).main(question)
    except Exception:
        raise ChildEnded from None
    return answer
