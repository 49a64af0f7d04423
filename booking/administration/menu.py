"""What coordinators and administrators keep, in sections, for the page that leads to all of it."""

from __future__ import annotations

from dataclasses import dataclass

from booking.sentences import N_, Sentence


@dataclass(frozen=True, slots=True)
class Item:
    """One page of the menu, shown to those who have its permission."""

    endpoint: str
    permission: str
    name: Sentence
    about: Sentence


@dataclass(frozen=True, slots=True)
class Section:
    """Items of one subject."""

    name: Sentence
    items: tuple[Item, ...]


SECTIONS: tuple[Section, ...] = (
    Section(
        N_("The register"),
        (
            Item(
                "register.upload",
                "register.import",
                N_("Import a spreadsheet"),
                N_("People from an Excel file: preview first, then all or nothing."),
            ),
            Item(
                "register.export",
                "register.export",
                N_("Export the register"),
                N_("A spreadsheet with the columns that an import understands."),
            ),
            Item(
                "register.hours",
                "hours.default",
                N_("Default hours"),
                N_("An ordinary week for people who have no hours, so that they can be booked."),
            ),
            Item(
                "synonyms.overview",
                "synonyms.edit",
                N_("Synonyms"),
                N_("Words that a search takes for others."),
            ),
        ),
    ),
    Section(
        N_("Booking"),
        (
            Item(
                "lectures.quotas",
                "quota.edit",
                N_("Request limits of branches"),
                N_("How many requests a branch may have open."),
            ),
            Item(
                "lectures.reviews",
                "review.edit",
                N_("Review of requests"),
                N_("Where a coordinator looks at requests first."),
            ),
            Item(
                "availability.half_days",
                "half_days.edit",
                N_("Parts of the day"),
                N_("What morning, afternoon and evening mean in a region."),
            ),
        ),
    ),
    Section(
        N_("Running it"),
        (
            Item(
                "oversight.entries",
                "audit.read",
                N_("Audit log"),
                N_("Who did what, and when."),
            ),
        ),
    ),
)
