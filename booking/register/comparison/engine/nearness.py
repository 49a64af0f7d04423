"""Whether two workplaces may be the same, written differently."""

from difflib import SequenceMatcher

from booking.register.engine.cells import normalise_key

ALIKE = 0.7
"""From this share of common characters on (`difflib.SequenceMatcher.ratio`)."""


def is_near(one: str, other: str) -> bool:
    """Whether a person of the same name at these workplaces may be one person.

    One is empty, one contains the other (栖云市一中, 栖云市一中教务处), or most characters agree.
    """
    first, second = normalise_key(one), normalise_key(other)
    if not first or not second or first in second or second in first:
        return True
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE
