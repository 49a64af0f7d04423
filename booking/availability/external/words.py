"""Messages for what of an external calendar cannot be read, each with a remedy."""

from __future__ import annotations

from booking.availability.external.engine.calendar import MOST_BYTES, Trouble
from booking.availability.external.engine.flaws import Flaw
from booking.availability.external.engine.rules import MOST_REPEATS
from booking.availability.external.engine.text import MOST_EVENTS
from booking.process.sizes import MEGABYTE
from booking.sentences import N_, Sentence

TROUBLES: dict[Trouble, Sentence] = {
    Trouble.ADDRESS: N_(
        "This is not the address of a calendar. It begins with https:// or webcal://, and has "
        "neither a password nor a port of its own. Copy it from your calendar's settings."
    ),
    Trouble.FILE: N_(
        "This is a file on your device, not an address on the internet. "
        "Upload the calendar as a file instead."
    ),
    Trouble.OWN: N_(
        "This is a calendar of Yueke itself. Lectures that are booked here close their time by "
        "themselves, so it need not be added."
    ),
    Trouble.NOT_PUBLIC: N_(
        "The address leads into a private network, which is not asked. Use an address that can "
        "be reached from everywhere, or upload the calendar as a file."
    ),
    Trouble.UNREACHABLE: N_(
        "The calendar's server cannot be reached. Look whether the address opens in a browser; "
        "it is tried again by itself."
    ),
    Trouble.SLOW: N_(
        "The calendar's server takes too long to answer. It is tried again by itself; if this "
        "goes on, upload the calendar as a file."
    ),
    Trouble.REDIRECTS: N_(
        "The address leads on to another one, and another. Open it in a browser and use the "
        "address at which it ends."
    ),
    Trouble.DENIED: N_(
        "The calendar's server wants to know who asks. Use the secret or public address from "
        "your calendar's settings."
    ),
    Trouble.GONE: N_(
        "There is no calendar at this address any more. Copy the address from your calendar's "
        "settings again and add it anew."
    ),
    Trouble.REFUSED: N_(
        "The calendar's server answered with an error. It is tried again by itself; if this "
        "goes on, copy the address anew."
    ),
    Trouble.TOO_LARGE: N_(
        "The calendar is too large: at most %(size)s MB. Share one with fewer events.",
        size=MOST_BYTES // MEGABYTE,
    ),
    Trouble.NOT_A_CALENDAR: N_(
        "This is not a calendar (.ics). In your calendar's settings, look for an address or an "
        "export in iCal format."
    ),
    Trouble.BROKEN: N_(
        "The calendar is damaged or incomplete. Export it again, or ask whoever provides it."
    ),
    Trouble.OTHER_SCALE: N_(
        "This calendar does not count its days by the Gregorian calendar. Export it with ordinary "
        "dates, or enter your busy times as exceptions."
    ),
    Trouble.TOO_OFTEN: N_(
        "An event in this calendar repeats within the day or more than %(most)s times. Change "
        "that event, or share a calendar without it.",
        most=MOST_REPEATS,
    ),
    Trouble.TOO_MANY: N_(
        "The calendar has more than %(most)s events. Share one without the old ones.",
        most=MOST_EVENTS,
    ),
    Trouble.TOO_HARD: N_(
        "The calendar's repeating events take too long to work out. Share one with fewer of them."
    ),
    Trouble.KEY_CHANGED: N_(
        "The address can no longer be read, because a secret of this installation has changed. "
        "Remove the calendar and add it again."
    ),
}

FLAWS: dict[Flaw, Sentence] = {
    Flaw.NO_START: N_("no beginning that can be read"),
    Flaw.END: N_("no end that can be read; an hour is closed"),
    Flaw.REVERSED: N_("ends before it begins; the time between is closed"),
    Flaw.RULE: N_("repeats in a way that cannot be read; what can be read of it counts"),
    Flaw.EXCEPTION: N_("an exception that cannot be read; the times of the series stay closed"),
    Flaw.ZONE: N_("a time zone that is not explained; read in the local time of Yueke"),
    Flaw.SCALE: N_("repeats by the Chinese or another calendar; its first time counts"),
    Flaw.TOO_OFTEN: N_("repeats within the day or too often; its first time counts"),
    Flaw.PERIOD: N_("a busy time that cannot be read"),
    Flaw.DAMAGED: N_("damaged; what can be read of it counts"),
    Flaw.UNREADABLE: N_("cannot be worked out; its first time counts"),
}
"""What is wrong with an entry, and what of it counts."""
