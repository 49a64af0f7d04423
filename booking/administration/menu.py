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
                "nominations.queue",
                "nomination.review",
                N_("Nominations"),
                N_("People who are proposed for the register: review, trial lecture, term."),
            ),
            Item(
                "nominations.renewals",
                "nomination.review",
                N_("Terms that end soon"),
                N_("Renew terms of appointment, one or several at once."),
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
            Item(
                "availability.days_off",
                "days_off.edit",
                N_("Days off"),
                N_("Year by year: official or estimated, import, single days."),
            ),
            Item(
                "operations.work",
                "operations.run",
                N_("Background work"),
                N_("What runs by itself: last run, next run, failures."),
            ),
            Item(
                "operations.undelivered",
                "operations.run",
                N_("Undelivered mail"),
                N_("Mail that could not be delivered: try again or give up."),
            ),
            Item(
                "operations.show_storage",
                "operations.run",
                N_("Storage, versions, backups"),
                N_("How much is stored, what runs, back up now and download."),
            ),
        ),
    ),
)
