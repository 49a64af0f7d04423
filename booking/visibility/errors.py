"""Refusals of visibility."""

from booking.errors import Forbidden
from booking.sentences import N_


class RegisterClosed(Forbidden):
    """The register is open to members only."""

    sentence = N_("The register is open to members only. Sign in, or ask your coordinator.")
