"""Signals about codes for sign-in, for features above."""

from __future__ import annotations

from blinker import Signal

code_asked = Signal("code_asked")
"""Sent with the application and `phone` when a code was asked for."""

code_refused = Signal("code_refused")
"""Sent with the application and `phone` when a code did not fit."""
