"""What pages say of each purpose and channel. The sentences are those of `TEXT_VERSION`."""

from __future__ import annotations

from collections.abc import Mapping

from booking.errors import Text
from booking.instructors.engine.vocabulary import Channel
from booking.sentences import N_
from booking.visibility.engine.readers import Purpose

PURPOSES: Mapping[Purpose, Text] = {
    Purpose.LECTURES: N_("For confirmed lectures"),
    Purpose.BRANCHES: N_("For all branches"),
    Purpose.PUBLISH: N_("For everybody"),
    Purpose.ENTRY: N_("The entry itself"),
}
"""The headings of the cards."""

CHANNELS: Mapping[Channel, Text] = {
    Channel.PHONE: N_("Telephone number"),
    Channel.EMAIL: N_("E-mail address"),
}

SENTENCES: Mapping[Purpose, Text] = {
    Purpose.LECTURES: N_(
        "Once a lecture is confirmed, the other side can see it until shortly after the lecture. "
        "Who looked is recorded, and you can read it."
    ),
    Purpose.BRANCHES: N_(
        "Signed-in members can see it when they need it, one after the other. "
        "Who looked is recorded, and you can read it."
    ),
    Purpose.PUBLISH: N_(
        "It stands on your public page: everybody can read it without signing in, and search "
        "engines may copy it. Nobody records who looked."
    ),
    Purpose.ENTRY: N_(
        "Everybody can find your name, fields, topics and free times without signing in. Without "
        "it only signed-in members can. Contacts are not part of it."
    ),
}
"""What the person agrees to."""
