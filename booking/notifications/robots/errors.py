"""Refusals about robots."""

from __future__ import annotations

from booking.errors import Conflict, Invalid
from booking.notifications.robots.engine.addresses import AddressFault
from booking.sentences import N_

MOST_ROBOTS = 20

_SENTENCES = {
    AddressFault.FORM: N_(
        "This is not the address of a group's robot. Copy the whole webhook address from WeCom, "
        "DingTalk or Feishu; it begins with https://."
    ),
    AddressFault.HOST: N_(
        "Robots of this server are not allowed. An administrator can add your organisation's own "
        "server in the settings."
    ),
}


def wrong_address(fault: AddressFault) -> Invalid:
    """The refusal of an address."""
    return Invalid(_SENTENCES[fault], field="address")


class TooManyRobots(Conflict):
    """A region has as many robots as it can have."""

    sentence = N_(
        "This region has %(count)s groups already. Remove one that is no longer needed first.",
        count=MOST_ROBOTS,
    )
