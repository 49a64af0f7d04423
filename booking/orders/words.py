"""Display texts of orders: states, commands, outcomes, reasons, for pages and mail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.lectures.engine.states import Party
from booking.orders.engine.lifecycle import OrderCommand, OrderState
from booking.orders.engine.needs import UnmetReason
from booking.orders.models import ClaimState, OfferState

ORDER_STATES: dict[OrderState, Text] = {
    OrderState.OPEN: _("To dispatch"),
    OrderState.OFFERED: _("Waiting for an instructor"),
    OrderState.FULFILLED: _("Settled"),
    OrderState.REJECTED: _("Not accepted"),
    OrderState.CANCELLED: _("Cancelled"),
    OrderState.EXPIRED: _("Expired"),
}

ORDER_MARKS: dict[OrderState, str] = {
    OrderState.OPEN: "◇",
    OrderState.OFFERED: "◔",
    OrderState.FULFILLED: "✓",
    OrderState.REJECTED: "✕",
    OrderState.CANCELLED: "↩",
    OrderState.EXPIRED: "○",
}
"""A symbol beside the state's text: colour alone is not accessible."""

ORDER_NEXT: dict[OrderState, Text] = {
    OrderState.OPEN: _(
        "The coordinator of your region looks for an instructor. You get a mail as soon as one "
        "has accepted."
    ),
    OrderState.OFFERED: _("An instructor has been asked. You get a mail when it is settled."),
    OrderState.FULFILLED: _("It is settled: the lecture is in both calendars."),
    OrderState.REJECTED: _("The coordinator could not accept this order. You can place another."),
    OrderState.CANCELLED: _("Nothing more happens with this order."),
    OrderState.EXPIRED: _(
        "Nobody could be found in time. The need is kept for planning; you can place it again with "
        "other times."
    ),
}
"""What happens next, told to the branch."""

ORDER_DONE: dict[OrderCommand | None, Text] = {
    None: _("placed the order"),
    OrderCommand.DISPATCH: _("asked an instructor"),
    OrderCommand.RECALL: _("took the offer back"),
    OrderCommand.RETURN: _("the instructor cannot give it; open again"),
    OrderCommand.FULFIL: _("an instructor has accepted"),
    OrderCommand.PUBLISH: _("published it for claims"),
    OrderCommand.UNPUBLISH: _("closed it for claims"),
    OrderCommand.CLAIM: _("would give the lecture"),
    OrderCommand.UNCLAIM: _("took the claim back"),
    OrderCommand.ACCEPT: _("accepted a claim"),
    OrderCommand.JOIN: _("put it together with another order"),
    OrderCommand.SEPARATE: _("separated it from the other order"),
    OrderCommand.REJECT: _("did not accept the order"),
    OrderCommand.CANCEL: _("cancelled the order"),
    OrderCommand.REOPEN: _("the instructor has cancelled; open again"),
    OrderCommand.RESTORE: _("the last answer was taken back"),
    OrderCommand.EXPIRE: _("expired without a lecture"),
    OrderCommand.HOLD: _("a time became free and is held for the branch"),
    OrderCommand.TAKE: _("took the held time: the instructor has been asked"),
    OrderCommand.LET_GO: _("let the held time go"),
    OrderCommand.LAPSE: _("nobody took the held time; it went to the next"),
}
"""The text of a history entry."""

ORDER_TOLD: dict[OrderCommand, Text] = {
    OrderCommand.DISPATCH: _("The instructor has been asked. The time is held until the answer."),
    OrderCommand.RECALL: _("The offer has been taken back. The order is open again."),
    OrderCommand.PUBLISH: _("Published: instructors who fit can claim it."),
    OrderCommand.UNPUBLISH: _("No longer open to claims."),
    OrderCommand.CLAIM: _("Noted. The coordinator decides; you get a mail."),
    OrderCommand.UNCLAIM: _("Your claim has been taken back."),
    OrderCommand.ACCEPT: _("Accepted. Both sides receive an invitation for their calendars."),
    OrderCommand.JOIN: _("These orders share one lecture now. Dispatch the first one."),
    OrderCommand.SEPARATE: _("The order stands by itself again."),
    OrderCommand.REJECT: _("The branch is told, with your reason."),
    OrderCommand.CANCEL: _("The order has been cancelled."),
    OrderCommand.TAKE: _("The instructor has been asked. You get a mail with the answer."),
    OrderCommand.LET_GO: _(
        "The time is free for the next. You stay in the waiting list and get a mail when another "
        "time is free."
    ),
}
"""What somebody is told who has just given a command."""

ORDER_PARTIES: dict[Party, Text] = {
    Party.BRANCH: _("Branch"),
    Party.INSTRUCTOR: _("Instructor"),
    Party.COORDINATOR: _("Coordinator"),
    Party.BRANCH_COORDINATOR: _("Coordinator"),
    Party.SYSTEM: _("System"),
}

OFFER_STATES: dict[OfferState, Text] = {
    OfferState.WAITING: _("in turn"),
    OfferState.ASKED: _("asked"),
    OfferState.ACCEPTED: _("has accepted"),
    OfferState.DECLINED: _("has declined"),
    OfferState.EXPIRED: _("did not answer"),
    OfferState.RECALLED: _("taken back"),
    OfferState.IMPOSSIBLE: _("had no free time"),
    OfferState.DROPPED: _("not asked"),
    OfferState.HELD: _("held for the branch"),
    OfferState.LET_GO: _("not wanted by the branch"),
    OfferState.LAPSED: _("not taken in time"),
}

CLAIM_STATES: dict[ClaimState, Text] = {
    ClaimState.WAITING: _("waits for the coordinator"),
    ClaimState.ACCEPTED: _("accepted"),
    ClaimState.NOT_ACCEPTED: _("not accepted"),
    ClaimState.WITHDRAWN: _("taken back"),
}

UNMET_REASONS: dict[UnmetReason, Text] = {
    UnmetReason.NOBODY: _("nobody found"),
    UnmetReason.REFUSED: _("refused by those who were asked"),
    UnmetReason.REJECTED: _("not accepted by the coordinator"),
}

REJECT_REASONS: tuple[Text, ...] = (
    _("Nobody in the register teaches this."),
    _("Please book this instructor directly."),
    _("The lecture is not for this kind of event."),
)
"""Examples of reasons that a coordinator gives."""

WINDOW_PARTS: dict[str, Text] = {
    "": _("all day"),
    "morning": _("morning"),
    "afternoon": _("afternoon"),
    "evening": _("evening"),
}
