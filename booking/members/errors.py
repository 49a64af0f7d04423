"""Refusals of invitations, requests to join and links that are handed over."""

from __future__ import annotations

from booking.errors import Conflict, DomainError
from booking.sentences import N_


class Gone(DomainError):
    """A link that was good once (410)."""

    status = 410


class InvitationUsed(Gone):
    """An invitation that was accepted already."""

    sentence = N_("This invitation was accepted already. Sign in with your account.")


class InvitationExpired(Gone):
    """An invitation that is too old."""

    sentence = N_("This invitation has expired. Ask whoever invited you for a new one.")


class InvitationRevoked(Gone):
    """An invitation that was taken back."""

    sentence = N_("This invitation was taken back. Ask whoever invited you.")


class ForSomebodyElse(DomainError):
    """The invitation is addressed to another account than the signed-in one."""

    status = 403
    sentence = N_(
        "This invitation is for another account. Sign out, and open the link again with the "
        "account that it is for."
    )


class OwnInvitation(DomainError):
    """Nobody but an administrator gives a membership to the own account."""

    status = 403
    sentence = N_(
        "You made this invitation yourself. A role for your own account must come from somebody "
        "else."
    )


class ResetLinkGone(Gone):
    """A link for a new password that was used, replaced or is too old."""

    sentence = N_("This link no longer works. Ask your coordinator for a new one.")


class AlreadyDecided(Conflict):
    """A request to join that somebody else has decided."""

    sentence = N_("Somebody has decided this request already.")


class OwnAccount(Conflict):
    """What nobody may do to the own account."""

    sentence = N_("This is your own account. Ask another administrator or coordinator.")


class LastAdministrator(Conflict):
    """The installation would be left without an administrator."""

    sentence = N_("This is the last administrator. Appoint another one first.")
