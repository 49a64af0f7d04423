"""`flask mail receive`: a mail server hands one mail over by a pipe."""

from __future__ import annotations

import logging
import sys

import click

from booking import clock
from booking.console import Commands
from booking.replies import service
from booking.replies.engine.contents import MOST_BYTES

logger = logging.getLogger(__name__)

EX_TEMPFAIL = 75
"""sysexits.h: the mail server keeps the mail and tries again."""

mails = Commands("mail", help="Mail that comes back.")


@mails.command("receive")
def receive() -> None:
    """Handle the mail on standard input. Ends with 0, or 75 if it is to be handed in again.

    What cannot be read or concerns nobody here is accepted as well: a refusal would make the mail
    server write to the sender, who may be forged.
    """
    try:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        outcome = service.receive(raw, now=clock.now())
    except Exception as error:
        logger.error("the mail is to be handed in again (%s)", type(error).__name__)
        click.echo("The mail could not be handled now: hand it in again.", err=True)
        sys.exit(EX_TEMPFAIL)
    click.echo(outcome.value)
