"""Refusals of orders: each message also says what to do instead. Pure."""

from __future__ import annotations

from datetime import date

from booking.errors import Conflict, Invalid
from booking.sentences import N_


class OrderMovedOn(Conflict):
    """The order has left the state that the page showed (concurrent change)."""

    sentence = N_("This order has changed in the meantime. Look at its state, then decide again.")


class WindowPassed(Conflict):
    """The last window of the order has passed."""

    sentence = N_(
        "The times of this order have passed. The branch can place it again with other times."
    )


class WindowStillOpen(Conflict):
    """The order has a window that has not passed."""

    sentence = N_("It is too early for this: a time of this order is still to come.")


class NotPublished(Conflict):
    """The order is not, or no longer, open to claims."""

    sentence = N_("This need is no longer open to claims. Look at the others.")


class ClaimGone(Conflict):
    """The claim was withdrawn or decided in the meantime."""

    sentence = N_("This claim has been withdrawn or decided. Look at the order again.")


class OutsideWindows(Invalid):
    """The time does not lie within a window of the order."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This time lies outside the times that the branch asked for. Choose one of those "
                "listed."
            ),
            field="start",
        )


class NothingChosen(Invalid):
    """Nobody was chosen to be asked."""

    def __init__(self) -> None:
        super().__init__(N_("Choose at least one instructor to ask."), field="ask")


class NotHeld(Conflict):
    """No time is held for the order, or no longer."""

    sentence = N_(
        "This time is no longer held for you. Your order is still in the waiting list: you get a "
        "mail as soon as another time is free."
    )


class AnsweredElsewhere(Conflict):
    """The answer to a lecture cannot be undone: its order has gone on."""

    sentence = N_(
        "This cannot be taken back: the order of this lecture has gone on in the meantime. Look at "
        "it, then decide again."
    )


class AlreadyJoined(Conflict):
    """The order takes part in another one, or others take part in it."""

    sentence = N_(
        "This order takes part in the lecture of another one. Separate it first, then decide."
    )


class CannotJoin(Conflict):
    """Two orders cannot share a lecture."""

    sentence = N_(
        "These orders cannot share one lecture: they need the same city and a time in common. "
        "Dispatch them one by one."
    )


class TooManyOrders(Conflict):
    """The branch has placed as many orders as it may in this quarter."""

    def __init__(self, most: int, again: date) -> None:
        super().__init__(
            N_(
                "Your branch may place %(most)s orders in a quarter, and has placed them. It is "
                "possible again on %(day)s; or ask your coordinator to raise the number.",
                most=most,
                day=again,
            )
        )


class TooManyWaiting(Conflict):
    """The branch has as many open orders and requests as it may have."""

    def __init__(self, most: int) -> None:
        super().__init__(
            N_(
                "Your branch may have %(most)s orders and requests that wait, and has them. Wait "
                "for answers, cancel an order that you no longer need, or ask your coordinator to "
                "raise the number.",
                most=most,
            )
        )


class LectureDecides(Conflict):
    """The order has a confirmed lecture, which is cancelled on its own page."""

    sentence = N_("The lecture of this order is confirmed. Cancel the lecture on its own page.")
