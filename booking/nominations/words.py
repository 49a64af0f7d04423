"""Display texts of nominations: states, commands, origins, and what mails say."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from booking.errors import Text
from booking.nominations.engine.application import Origin
from booking.nominations.engine.events import NominationEvent
from booking.nominations.engine.lifecycle import (
    NominationCommand,
    NominationMail,
    NominationState,
)
from booking.sentences import N_, Sentence

NOMINATION_STATES: dict[NominationState, Text] = {
    NominationState.SUBMITTED: _("Waits for review"),
    NominationState.RETURNED: _("Returned for correction"),
    NominationState.TRIAL: _("Trial lecture arranged"),
    NominationState.TRIED: _("Trial lecture held"),
    NominationState.ACCEPTED: _("In the register"),
    NominationState.REJECTED: _("Not accepted"),
    NominationState.WITHDRAWN: _("Withdrawn"),
}

NOMINATION_MARKS: dict[NominationState, str] = {
    NominationState.SUBMITTED: "◇",
    NominationState.RETURNED: "↩",
    NominationState.TRIAL: "◔",
    NominationState.TRIED: "◑",
    NominationState.ACCEPTED: "✓",
    NominationState.REJECTED: "✕",
    NominationState.WITHDRAWN: "○",
}
"""A symbol beside the state's text: colour alone is not accessible."""

NOMINATION_LOOKS: dict[NominationState, str] = {
    NominationState.SUBMITTED: "submitted",
    NominationState.RETURNED: "returned",
    NominationState.TRIAL: "requested",
    NominationState.TRIED: "requested",
    NominationState.ACCEPTED: "confirmed",
    NominationState.REJECTED: "declined",
    NominationState.WITHDRAWN: "withdrawn",
}
"""The look of a lecture's state that means about the same."""

NOMINATION_NEXT: dict[NominationState, Text] = {
    NominationState.SUBMITTED: _("A coordinator of the region looks at it."),
    NominationState.RETURNED: _("Please read the remarks, correct it and send it again."),
    NominationState.TRIAL: _("A coordinator decides after the trial lecture."),
    NominationState.TRIED: _("A coordinator decides after the trial lecture."),
    NominationState.ACCEPTED: _("The person is in the register now."),
    NominationState.REJECTED: _("Nothing more happens. A new nomination is possible later."),
    NominationState.WITHDRAWN: _("Nothing more happens. A new nomination is possible later."),
}
"""What happens next, told to whoever nominates."""

NOMINATION_DONE: dict[NominationCommand, Text] = {
    NominationCommand.SUBMIT: _("sent the nomination"),
    NominationCommand.CORRECT: _("corrected it and sent it again"),
    NominationCommand.RETURN: _("returned it with remarks"),
    NominationCommand.ARRANGE: _("arranged a trial lecture"),
    NominationCommand.NOTE: _("noted how the trial lecture went"),
    NominationCommand.ACCEPT: _("took the person into the register"),
    NominationCommand.REJECT: _("did not accept it"),
    NominationCommand.WITHDRAW: _("withdrew it"),
}

ORIGINS: dict[Origin, Text] = {
    Origin.SELF: _("by the person"),
    Origin.UNIT: _("by a unit"),
    Origin.COORDINATOR: _("by a coordinator"),
}


_SEE = N_("See how it stands")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says: its subject, its paragraphs, and what the link is called."""

    subject: Sentence
    lines: tuple[Sentence, ...]
    link: Sentence = _SEE


def to_review(event: NominationEvent) -> Letter:
    """The mail to the coordinators of the region."""
    values: dict[str, object] = {"name": event.name, "workplace": event.workplace}
    said = (
        N_("The nomination of %(name)s (%(workplace)s) was corrected.", **values)
        if event.again
        else N_("%(name)s (%(workplace)s) was nominated for the register.", **values)
    )
    return Letter(
        N_("Nomination to review: %(name)s", name=event.name),
        (said, N_("Please look at it: you can return it, arrange a trial lecture, or decide.")),
        N_("Open the nomination"),
    )


def to_nominator(event: NominationEvent) -> Letter:
    """The mail to the account that nominated somebody."""
    subject = N_("Nomination of %(name)s", name=event.name)
    return Letter(subject, _SAID[event.kind](event))


def to_person(event: NominationEvent) -> Letter:
    """The mail to the person, at the address in the nomination."""
    subject = N_("Your nomination for the register of instructors")
    if event.kind is NominationMail.SUBMITTED and event.origin is not Origin.SELF:
        by = event.organisation or event.region
        return Letter(
            subject,
            (
                N_("%(by)s has nominated you for the register of instructors.", by=by),
                N_(
                    "If you do not wish this, answer this mail; your data are deleted some time "
                    "after the decision."
                ),
            ),
        )
    return Letter(subject, _SAID[event.kind](event))


def _submitted(event: NominationEvent) -> tuple[Sentence, ...]:
    return (
        N_("The nomination of %(name)s has arrived.", name=event.name),
        N_("A coordinator of %(region)s looks at it. You get a mail then.", region=event.region),
    )


def _returned(event: NominationEvent) -> tuple[Sentence, ...]:
    return (
        N_("The nomination of %(name)s was returned to be corrected.", name=event.name),
        N_("Remarks: %(reason)s", reason=event.reason),
    )


def _trial(event: NominationEvent) -> tuple[Sentence, ...]:
    return (
        N_("A trial lecture of %(name)s was arranged.", name=event.name),
        N_("Time: %(at)s", at=event.trial_at),
        N_("Place: %(place)s", place=event.trial_place),
    )


def _accepted(event: NominationEvent) -> tuple[Sentence, ...]:
    return (
        N_("%(name)s is in the register of instructors now.", name=event.name),
        N_("The term lasts from %(first)s to %(last)s.", first=event.first, last=event.last),
        N_("Number of the certificate: %(number)s", number=event.certificate),
    )


def _rejected(event: NominationEvent) -> tuple[Sentence, ...]:
    return (
        N_("The nomination of %(name)s could not be accepted.", name=event.name),
        N_("Reason: %(reason)s", reason=event.reason),
    )


_SAID = {
    NominationMail.SUBMITTED: _submitted,
    NominationMail.RETURNED: _returned,
    NominationMail.TRIAL: _trial,
    NominationMail.ACCEPTED: _accepted,
    NominationMail.REJECTED: _rejected,
}
