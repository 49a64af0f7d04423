"""Whose contacts and consents they are. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """A person: an entry of the register or an account; exactly one of the two."""

    instructor_id: int | None = None
    user_id: int | None = None

    def __post_init__(self) -> None:
        if (self.instructor_id is None) is (self.user_id is None):
            raise ValueError("a person is an entry or an account")
