"""Whole programs are asked in `make audit-clients` only: installing them takes 200 MB and more."""

from __future__ import annotations

from tests.extent import WHOLE

collect_ignore = [] if WHOLE else ["test_evolution.py", "test_thunderbird.py"]
