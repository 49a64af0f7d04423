"""In which capacities somebody reads data of a person, and how much of a value is shown. Pure."""

from __future__ import annotations

import enum


class Reader(enum.StrEnum):
    """A capacity of whoever reads data of one person; one reader may have several."""

    PUBLIC = "public"
    """Anybody, also signed out. Every reader has this one."""
    MEMBER = "member"
    """Signed in with a membership: a branch contact, an instructor, a coordinator (已登录单位)."""
    COUNTERPART = "counterpart"
    """The other side of a confirmed lecture, until the contact period after its end is over."""
    GRANTED = "granted"
    """Holds a grant of this person's contact that is in force."""
    COORDINATOR = "coordinator"
    """A coordinator whose scope has the person's region, or an administrator."""
    PERSON = "person"
    """The person whose data they are."""


class Purpose(enum.StrEnum):
    """What a person consents to, for one channel (PIPL articles 14, 23 and 25)."""

    PUBLISH = "publish"
    """Shown to everybody on the public page."""
    BRANCHES = "branches"
    """Shown to signed-in branches."""
    LECTURES = "lectures"
    """Shown to the other side of a confirmed lecture until the contact period is over."""
    ENTRY = "entry"
    """The entry of the register, not a contact, is shown to everybody: asked where the
    installation lets each person decide."""


CONTACT_PURPOSES = (Purpose.LECTURES, Purpose.BRANCHES, Purpose.PUBLISH)
"""The purposes of a contact, the narrowest first."""


class Access(enum.IntEnum):
    """How much of a value a reader gets, in ascending order."""

    NONE = 0
    """Nothing, not even whether there is a value."""
    MASKED = 1
    """Some characters, so that who knows the value recognises it: `138****8000`."""
    ON_REQUEST = 2
    """Masked; the whole value by a deliberate act that is recorded."""
    FULL = 3
    """The whole value."""
