"""Domain errors of lectures: each message also says what to do instead. Pure."""

from __future__ import annotations

from booking.errors import Conflict, DomainError, Invalid
from booking.sentences import N_


class TooManyOpen(Conflict):
    """The branch has reached its limit of unanswered requests."""

    def __init__(self, most: int) -> None:
        super().__init__(
            N_(
                "Your branch may have %(most)s requests that wait for an answer, and has them. "
                "Wait for answers, withdraw a request that you no longer need, or ask your "
                "coordinator to raise the number.",
                most=most,
            )
        )


class TooManyToday(Conflict):
    """The branch has reached its limit of requests per day."""

    def __init__(self, most: int) -> None:
        super().__init__(
            N_(
                "Your branch may send %(most)s requests a day, and has sent them. Go on tomorrow, "
                "or ask your coordinator to raise the number.",
                most=most,
            )
        )


class BranchClosed(Conflict):
    """The branch was closed by a coordinator; `why` is the reason that was given."""

    def __init__(self, why: str) -> None:
        super().__init__(
            N_(
                "This branch is closed: %(why)s It can book nothing. Ask your coordinator to open "
                "it again.",
                why=why.rstrip("。.") + "。",
            )
        )


class StateMovedOn(Conflict):
    """The lecture has left the state that the page showed (concurrent change)."""

    sentence = N_("This lecture has changed in the meantime. Look at its state, then decide again.")


class AlreadyBegun(Conflict):
    """The lecture has begun, and the command is for before."""

    sentence = N_("The time for this has passed: the lecture has begun.")


class NotOverYet(Conflict):
    """The lecture is not over, or the reply is not overdue."""

    sentence = N_("It is too early for this: wait until the lecture is over.")


class NothingToUndo(Conflict):
    """The last change of the lecture is somebody else's, or cannot be undone."""

    sentence = N_("There is nothing of yours to undo here. Look at the lecture's state.")


class TooLateToUndo(Conflict):
    """The time in which a command can be undone has passed."""

    sentence = N_(
        "This can be undone for one minute only. Propose another time, cancel, or call the other "
        "side."
    )


class TakenBack(DomainError):
    """The request was passed on to its instructor by mistake, and is under review again."""

    status = 410
    sentence = N_(
        "This request had been passed on to you by mistake and was taken back. You need not do "
        "anything: if it is passed on again, you get a mail."
    )


class ReasonMissing(Invalid):
    """The transition requires a reason, and it is blank."""

    def __init__(self) -> None:
        super().__init__(N_("Give a short reason: the other side sees it."), field="reason")


class ProposalOpen(Conflict):
    """The lecture has an open proposal already."""

    sentence = N_(
        "Another time or instructor is already proposed for this lecture. Answer that proposal, or "
        "take it back, before you propose something else."
    )


class ProposalClosed(Conflict):
    """The proposal is no longer open, or another of its times was chosen."""

    sentence = N_("This proposal has been answered in the meantime. Look at the lecture's state.")


class NothingProposed(Invalid):
    """The proposal does not differ from the lecture, offers nothing, or no option is chosen."""

    def __init__(self) -> None:
        super().__init__(N_("Choose a time, a place or an instructor that differs from now."))


class TimeGone(Conflict):
    """A change that freed the time cannot be undone: the time was booked since."""

    sentence = N_(
        "This cannot be undone any more: the time has been booked otherwise since. Request another "
        "time, or call the other side."
    )


class RecordClosed(Conflict):
    """The record of a lecture can be changed by a coordinator only."""

    def __init__(self, days: int) -> None:
        super().__init__(
            N_(
                "The record can be filed and corrected for %(days)s days after the lecture. Ask "
                "your coordinator to correct it.",
                days=days,
            )
        )


class OutOfScope(Invalid):
    """A coordinator books for a branch of another region."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This branch does not belong to your region, so you cannot book for it. Choose "
                "another branch, or ask the coordinator of its region."
            ),
            field="organisation",
        )
