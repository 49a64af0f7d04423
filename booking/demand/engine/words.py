"""Which words of a search are kept as unmet demand, and in which form. Pure.

Nothing that can lead to a person is kept (domain rule 130).
"""

from __future__ import annotations

import unicodedata

LONGEST = 20
"""Characters; longer words are not kept at all, since a part of them would mean something else."""
MOST_DIGITS = 4
"""More digits than a year has: a telephone number, an identity number, a number of something."""
SHORTEST_NAME = 2
"""Characters of a name."""


def normalised(words: str) -> str:
    """The words as they are counted: one width, small letters, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", words).lower().split())


def is_kept(words: str) -> bool:
    """Whether normalised words may be kept, as far as they tell by themselves."""
    digits = sum(character.isdigit() for character in words)
    return 0 < len(words) <= LONGEST and digits <= MOST_DIGITS and "@" not in words


def possible_names(words: str) -> list[str]:
    """Everything in normalised words that could be a name: all their parts, without blanks."""
    joined = words.replace(" ", "")
    ends = range(SHORTEST_NAME, len(joined) + 1)
    parts = {joined[start:end] for end in ends for start in range(end - SHORTEST_NAME + 1)}
    return sorted(parts)
