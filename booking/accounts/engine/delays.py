"""How long to wait after attempts that failed: a leaky bucket that delays more and more. Pure.

One instant holds the state of a bucket: when it will be empty. Each attempt moves it by the time
in which one attempt leaks away (the generic cell rate algorithm, ITU-T I.371).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

BEYOND = 6
"""How many attempts beyond the free ones a bucket holds."""


@dataclass(frozen=True, slots=True)
class Bound:
    """`free` attempts follow without a wait; one is forgotten in each `leak`.

    The wait after the last free attempt is the `first`; it doubles, up to the `longest`.
    """

    free: int
    leak: timedelta
    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(minutes=15)

    def count(self, empty_at: datetime, now: datetime) -> int:
        """How many attempts are in the bucket."""
        return max(0, -((now - empty_at) // self.leak))

    def charged(self, empty_at: datetime, now: datetime) -> datetime:
        """When the bucket will be empty after one more attempt.

        It is full soon after the longest wait is reached, so that a long attack is forgotten in
        hours as well.
        """
        return min(max(empty_at, now) + self.leak, now + self.leak * (self.free + BEYOND))

    def returned(self, empty_at: datetime, now: datetime) -> datetime:
        """When the bucket will be empty if one attempt is taken back."""
        return max(empty_at - self.leak, now)

    def wait(self, count: int) -> timedelta:
        """How long to wait after so many attempts."""
        if count < self.free:
            return timedelta()
        # The exponent is bounded, for a count may be large.
        return min(self.first * (1 << min(count - self.free, 10)), self.longest)


PAIR = Bound(free=5, leak=timedelta(hours=1))
"""Sign-ins to one account from one address, or from one browser that signed in to it before."""

ACCOUNT = Bound(free=50, leak=timedelta(minutes=6))
"""Sign-ins to one account from anywhere: many addresses that guess together."""

ADDRESS = Bound(free=60, leak=timedelta(minutes=1))
"""Sign-ins from one address to any account: one common password that is tried on many accounts."""

HOUR = timedelta(hours=1)
RESET = Bound(free=3, leak=HOUR, first=HOUR, longest=HOUR)
"""Mails with a link: to one account for a new password, from one account for a new address."""
