"""Names of an attendance list as they are typed, or pasted from a table. Pure."""

from __future__ import annotations

import re

from booking.errors import Invalid
from booking.sentences import N_
from booking.text import is_blank, one_line, visible

LONGEST_NAME = 60
MOST_NAMES = 2000
"""Names of one list."""

MOST_AT_ONCE = 500
"""Names of one pasted text."""

NEEDED = N_("Enter a name or a number of at most %(count)s characters.", count=LONGEST_NAME)
TOO_MANY_AT_ONCE = N_(
    "At most %(count)s names at once. Paste the list in parts.", count=MOST_AT_ONCE
)

_NUMBERING = re.compile(r"^\s*\d{1,4}\s*[.．、)）\t]\s*(?=\S)")
_BETWEEN = re.compile(r"[\t,，、;；]+")


def name_of(typed: str, field: str = "name") -> str:
    """One name without what cannot be seen; raises `Invalid` if it is empty or too long."""
    name = one_line(visible(typed))
    if is_blank(name) or len(name) > LONGEST_NAME:
        raise Invalid(NEEDED, field)
    return name


def names_of(pasted: str, field: str = "names") -> list[str]:
    """The names of a text, each once, in their order; raises `Invalid`.

    They are separated by line breaks, tabs, commas or semicolons; the numbering of lines goes.
    """
    parts = [
        one_line(visible(part))
        for line in pasted.splitlines()
        for part in _BETWEEN.split(_NUMBERING.sub("", line))
    ]
    names = list(dict.fromkeys(part for part in parts if not is_blank(part)))
    if not names:
        raise Invalid(NEEDED, field)
    if len(names) > MOST_AT_ONCE:
        raise Invalid(TOO_MANY_AT_ONCE, field)
    too_long = next((name for name in names if len(name) > LONGEST_NAME), None)
    if too_long is not None:
        sentence = N_(
            "“%(name)s…” is too long: at most %(count)s characters. Put each name on a line.",
            name=too_long[:20],
            count=LONGEST_NAME,
        )
        raise Invalid(sentence, field)
    return names
