"""What the person's own page calls data, readers and how much they see."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.privacy.person.engine.audiences import Audience
from booking.sentences import N_, Sentence
from booking.visibility.engine.readers import Access, Reader

EVERYBODY = N_("Everybody sees this, also without signing in.")
ONLY_YOU = N_("Only you see this.")

SENTENCES: dict[tuple[Reader, Access], Sentence] = {
    (Reader.PUBLIC, Access.ON_REQUEST): N_("Everybody who asks for it."),
    (Reader.PUBLIC, Access.MASKED): N_("Everybody sees a part of it."),
    (Reader.MEMBER, Access.FULL): N_("Branches that are signed in see it."),
    (Reader.MEMBER, Access.ON_REQUEST): N_(
        "Branches that are signed in can look at it; each look is recorded."
    ),
    (Reader.MEMBER, Access.MASKED): N_("Branches that are signed in see a part of it."),
    (Reader.COUNTERPART, Access.FULL): N_("The other side of a confirmed lecture sees it."),
    (Reader.COUNTERPART, Access.ON_REQUEST): N_(
        "The other side of a confirmed lecture can look at it; each look is recorded."
    ),
    (Reader.COUNTERPART, Access.MASKED): N_(
        "The other side of a confirmed lecture sees a part of it."
    ),
    (Reader.GRANTED, Access.FULL): N_("Whoever was granted it sees it."),
    (Reader.GRANTED, Access.ON_REQUEST): N_(
        "Who asked for it with a reason and was granted it can look at it; each look is recorded."
    ),
    (Reader.GRANTED, Access.MASKED): N_("Whoever was granted it sees a part of it."),
    (Reader.COORDINATOR, Access.FULL): N_("Coordinators of your region see it."),
    (Reader.COORDINATOR, Access.ON_REQUEST): N_(
        "Coordinators of your region see a part of it, and all of it for a case, with a reason; "
        "each look is recorded."
    ),
    (Reader.COORDINATOR, Access.MASKED): N_("Coordinators of your region see a part of it."),
}


def sentences(seen: Audience) -> list[Sentence]:
    """Who sees it, in plain sentences."""
    if seen.everybody:
        return [EVERYBODY]
    found, previous = [], Access.NONE
    for reader, access in seen.seen:
        # Who is signed in has the capacities of the public as well, and so on.
        if reader in (Reader.COUNTERPART, Reader.GRANTED) and access <= previous:
            continue
        if reader is Reader.MEMBER:
            previous = access
        found.append(SENTENCES[reader, access])
    return found or [ONLY_YOU]


PREVIEWS: dict[str, tuple[Reader, Text]] = {
    "public": (Reader.PUBLIC, _("As everybody sees me, also without signing in")),
    "branch": (Reader.MEMBER, _("As a branch sees me")),
    "lecture": (Reader.COUNTERPART, _("As the other side of a confirmed lecture sees me")),
}
"""By the word in the address."""
