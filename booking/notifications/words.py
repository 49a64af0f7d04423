"""What pages say of the result of an attempt to send something."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.notifications.engine.results import Result

RESULTS: dict[Result, Text] = {
    Result.NO_RECIPIENT: _("The recipient's server does not know this address. Correct it."),
    Result.GREYLISTED: _("The server asks to try again later, as many do the first time."),
    Result.FULL: _("The mailbox is full."),
    Result.TOO_LARGE: _("The message is too large for the server."),
    Result.DISTRUSTED: _(
        "The server does not trust our mail. The administrator looks at the mail server's settings."
    ),
    Result.REFUSED: _("The server refused the message."),
    Result.LATER: _("The server could not take it at that time."),
    Result.SILENT: _("The server did not answer in time, or hung up."),
    Result.UNREACHABLE: _("The server could not be reached."),
    Result.ENCRYPTION: _("No encrypted connection to the server was made."),
    Result.NO_ROBOT: _("The group's robot is gone or its address is wrong. Add it anew."),
    Result.ROBOT_REFUSED: _("The group's robot refused the message: look at its security setting."),
    Result.TOO_FAST: _("The group's robot had too many messages in a minute."),
    Result.GIVEN_UP: _("Somebody gave it up."),
    Result.OTHER: _("It failed. The log of the worker says more."),
}
