"""Delays after failed attempts: a leaky bucket with exponential delays. Pure.

The state of a bucket is one instant: when it will be empty. Each attempt moves it by the time in
which one attempt leaks away (the generic cell rate algorithm, ITU-T I.371).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

BEYOND = 6
"""Capacity of a bucket beyond the free attempts."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit: `free` attempts without a delay; one attempt leaks away in each `leak`.

    The delay after the last free attempt is `first`; it doubles, up to `longest`.
    """

    free: int
    leak: timedelta
    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(minutes=15)

    def count(self, empty_at: datetime, now: datetime) -> int:
        """The number of attempts in the bucket."""
        return max(0, -((now - empty_at) // self.leak))

    def charged(self, empty_at: datetime, now: datetime) -> datetime:
        """The new `empty_at` after one more attempt.

        The capacity is bounded, so that the delay ends within hours even after a long attack.
        """
        return min(max(empty_at, now) + self.leak, now + self.leak * (self.free + BEYOND))

    def returned(self, empty_at: datetime, now: datetime) -> datetime:
        """The new `empty_at` if one attempt is taken back."""
        return max(empty_at - self.leak, now)

    def wait(self, count: int) -> timedelta:
        """The delay after `count` attempts."""
        if count < self.free:
            return timedelta()
        # The exponent is bounded, because a count may be large.
        return min(self.first * (1 << min(count - self.free, 10)), self.longest)


PAIR = Bound(free=5, leak=timedelta(hours=1))
"""Sign-ins to one account from one address, or from one browser that signed in to it before."""

ACCOUNT = Bound(free=50, leak=timedelta(minutes=6))
"""Sign-ins to one account from all addresses, against distributed guessing."""

ADDRESS = Bound(free=60, leak=timedelta(minutes=1))
"""Sign-ins from one address to all accounts, against password spraying."""

HOUR = timedelta(hours=1)
RESET = Bound(free=3, leak=HOUR, first=HOUR, longest=HOUR)
"""Mails with a link: to one account for a new password, from one account for a new address."""
