"""What pages call kinds of messages, ways, presets, reminders and digests."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.notifications.choices.engine.preferences import DigestRhythm, ReminderOffset
from booking.notifications.choices.engine.ways import MessageWay, Preset
from booking.notifications.engine.kinds import MessageKind
from booking.sentences import N_
from booking.settings.engine.notification_declarations import HOURS_BEFORE

KIND_NAMES: dict[MessageKind, Text] = {
    MessageKind.ANSWER: _("What asks for your answer"),
    MessageKind.CALENDAR: _("Confirmed, moved and cancelled lectures"),
    MessageKind.PROGRESS: _("Steps on the way"),
    MessageKind.REMINDER: _("Reminders of lectures"),
    MessageKind.FOLLOW_UP: _("Questions about the effect of lectures"),
    MessageKind.DIGEST: _("Digest for coordinators"),
    MessageKind.CONTACT: _("Messages and requests for contacts"),
    MessageKind.REGISTER: _("Entry in the register and nominations"),
    MessageKind.ACCOUNT: _("Your account"),
}
KIND_HINTS: dict[MessageKind, Text] = {
    MessageKind.ANSWER: _("Requests, proposed times, orders: somebody waits for you."),
    MessageKind.CALENDAR: _("An invitation enters the lecture in your calendar and changes it."),
    MessageKind.PROGRESS: _("Request received, declined, expired, and the like."),
    MessageKind.REMINDER: _("Time and place, some time before the lecture."),
    MessageKind.FOLLOW_UP: _("What a lecture has changed in the work, asked weeks later."),
    MessageKind.DIGEST: _("What waits in your regions, in one mail."),
    MessageKind.CONTACT: _("What others write to you over the site."),
    MessageKind.REGISTER: _("Decisions about entries, and questions whether yours is right."),
    MessageKind.ACCOUNT: _("Passwords, codes, invitations."),
}
WAY_NAMES: dict[MessageWay, Text] = {
    MessageWay.INVITATION: _("By mail, with an invitation for the calendar"),
    MessageWay.MAIL: _("By mail"),
    MessageWay.TEXT: _("Also by text message"),
    MessageWay.ROBOT: _("Also in the group of the coordinators"),
    MessageWay.NONE: _("Not by mail"),
}
PLAIN_MAIL = _("By mail, without an invitation")
"""What `MessageWay.MAIL` is called beside an invitation."""

PRESET_NAMES: dict[Preset, Text] = {
    Preset.USUAL: _("Everything by mail"),
    Preset.FEW: _("Only what matters"),
    Preset.DIGEST: _("A daily digest instead of single mails"),
}
PRESET_HINTS: dict[Preset, Text] = {
    Preset.USUAL: _("As it is for everybody at first."),
    Preset.FEW: _("No steps on the way and no reminders."),
    Preset.DIGEST: _("What asks for an answer still comes at once."),
}
REMINDER_NAMES: dict[ReminderOffset, Text] = {
    ReminderOffset.WEEK: _("A week before"),
    ReminderOffset.DAY: _("A day before"),
    ReminderOffset.HOURS: N_("%(count)s hours before", count=HOURS_BEFORE),
}
RHYTHM_NAMES: dict[DigestRhythm, Text] = {
    DigestRhythm.NEVER: _("No digest"),
    DigestRhythm.DAILY: _("On workdays"),
    DigestRhythm.WEEKLY: _("On the first workday of the week"),
}
