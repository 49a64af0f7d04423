"""Settings: for how many days each kind of personal data is kept (PIPL article 19). Pure."""

from __future__ import annotations

from booking.sentences import N_
from booking.settings.engine.kinds import Number, Setting

THREE_YEARS = 1096
"""Days for which records of how personal data were used are kept at least (PIPL, article 56).

One of them may be a leap day: the database refuses to delete what is younger than three years by
the calendar."""

LONGEST = 36500

LEFT_CONTACT_DAYS = Setting(
    "left_contact_days",
    Number(0, 3650),
    180,
    N_("Days for which contacts are kept after somebody has left"),
    N_("Telephone numbers and mail addresses of the register. PIPL, article 47: purpose achieved."),
)
REVEAL_DAYS = Setting(
    "reveal_days",
    Number(THREE_YEARS, LONGEST),
    THREE_YEARS,
    N_("Days for which it is kept who was shown a contact"),
    N_(
        "%(days)s days at least. PIPL, articles 54 to 56: records of how data were used.",
        days=THREE_YEARS,
    ),
)
CONSENT_DAYS = Setting(
    "consent_days",
    Number(THREE_YEARS, LONGEST),
    THREE_YEARS,
    N_("Days for which a withdrawn consent is kept"),
    N_("It shows that what was done before was allowed. PIPL, articles 15 and 56."),
)
PREVIEW_DAYS = Setting(
    "preview_days",
    Number(1, 30),
    1,
    N_("Days for which uploaded spreadsheets and large exports are kept"),
    N_("Then a file must be uploaded or asked for again. PIPL, article 19: no longer than needed."),
)
IMPORT_DAYS = Setting(
    "import_days",
    Number(30, 3650),
    400,
    N_("Days for which an import can be undone"),
    N_("Its report names people, and what their entries were before. PIPL, article 19."),
)
MAIL_DAYS = Setting(
    "mail_days",
    Number(7, 3650),
    90,
    N_("Days for which sent mail is kept as a list"),
    N_(
        "To whom, when and about what; the text of a mail goes when it has been sent. "
        "PIPL, article 19."
    ),
)
MESSAGE_DAYS = Setting(
    "message_days",
    Number(30, 3650),
    365,
    N_("Days for which messages between the sides of a lecture are kept"),
    N_("Messages about lectures and requests for contacts. PIPL, article 19."),
)
NOMINATION_DAYS = Setting(
    "nomination_days",
    Number(1, 3650),
    90,
    N_("Days for which contacts of a nomination are kept after the decision"),
    N_("So long somebody can still be told or asked. PIPL, article 47."),
)
JOIN_DAYS = Setting(
    "join_days",
    Number(1, 3650),
    30,
    N_("Days for which a decided request to join is kept"),
    N_("A request that nobody decides is kept for longer. PIPL, article 47."),
)
INVITATION_RECORD_DAYS = Setting(
    "invitation_record_days",
    Number(30, 3650),
    180,
    N_("Days for which an invitation to join is kept"),
    N_("Whatever became of it. PIPL, article 47."),
)
ATTENDEE_DAYS = Setting(
    "attendee_days",
    Number(0, 365),
    7,
    N_("Days after a lecture for which named attendees are kept"),
    N_("Names and mail addresses of people of the branch. PIPL, article 47."),
)
ATTENDANCE_DAYS = Setting(
    "attendance_days",
    Number(1, 3650),
    180,
    N_("Days after a lecture for which names of attendance lists are kept"),
    N_("The number of listeners stays. PIPL, article 19: no longer than needed."),
)
FOLLOW_UP_DOCUMENT_DAYS = Setting(
    "follow_up_document_days",
    Number(30, 3650),
    1095,
    N_("Days for which documents about the effect of lectures are kept"),
    N_("Outcomes and text of the answer stay. PIPL, article 19: no longer than needed."),
)
RETENTION = (
    LEFT_CONTACT_DAYS,
    NOMINATION_DAYS,
    INVITATION_RECORD_DAYS,
    JOIN_DAYS,
    PREVIEW_DAYS,
    IMPORT_DAYS,
    MAIL_DAYS,
    MESSAGE_DAYS,
    ATTENDEE_DAYS,
    ATTENDANCE_DAYS,
    FOLLOW_UP_DOCUMENT_DAYS,
    REVEAL_DAYS,
    CONSENT_DAYS,
)
"""In the order in which the page shows them."""
