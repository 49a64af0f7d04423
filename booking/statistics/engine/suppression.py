"""What tells of so few people that it is not shown. Pure.

What branches and listeners answered is anonymous. A mean of few answers tells what one of them
said, and so does the difference of two means that differ by few answers: with a sum, a smaller
region, a shorter period. So groups of fewer than `LEAST` are hidden, and in a table with a sum so
many more that those hidden are `LEAST` together. Evaluations are counted in whole groups anyway.
"""

from __future__ import annotations

from collections.abc import Sequence

LEAST = 5


def hidden(counts: Sequence[int]) -> frozenset[int]:
    """The places of the groups to be hidden where their sum is shown beside them.

    Those hidden are `LEAST` together, or nobody, or everybody.
    """
    small = {at for at, count in enumerate(counts) if 0 < count < LEAST}
    others = sorted(
        (at for at, count in enumerate(counts) if count >= LEAST), key=lambda at: (counts[at], at)
    )
    if small and sum(counts[at] for at in small) < LEAST and others:
        small.add(others[0])
    return frozenset(small)
