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
        N_("Branches and regions"),
        (
            Item(
                "organisations.overview",
                "organisation.edit",
                N_("Branches"),
                N_("Who books: add, rename, merge, close, import and export."),
            ),
            Item(
                "regions.overview",
                "region.read",
                N_("Regions"),
                N_("The tree of regions: names, new ones, mergers."),
            ),
        ),
    ),
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
                "fields.overview",
                "field.read",
                N_("Fields"),
                N_("The subject areas: add, rename, move, merge, undo."),
            ),
            Item(
                "entries.overview",
                "entry.keep",
                N_("Entries"),
                N_("Everybody in the register: search, change, hide, add by hand."),
            ),
            Item(
                "entries.changes",
                "entry.keep",
                N_("Changes to review"),
                N_("What instructors changed and nobody has looked at yet."),
            ),
            Item(
                "entries.duplicates",
                "entry.keep",
                N_("Duplicates"),
                N_("Entries that are probably of the same person."),
            ),
            Item(
                "entries.reviews",
                "entry.keep",
                N_("Review of entries"),
                N_("Where a coordinator looks at changes of entries first."),
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
                "register.export",
                "register.export",
                N_("Export the register"),
                N_("A spreadsheet with the columns that an import understands."),
            ),
            Item(
                "exports.overview",
                "export.read",
                N_("My files"),
                N_("Large exports that were made in the background."),
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
                N_("Half-days"),
                N_("What morning, afternoon and evening mean in a region."),
            ),
        ),
    ),
    Section(
        N_("People"),
        (
            Item(
                "members.people",
                "member.manage",
                N_("People"),
                N_("Who has an account, with which roles; suspend it, or help with a password."),
            ),
            Item(
                "members.invitations",
                "member.invite",
                N_("Invitations"),
                N_("Invite somebody, and see who has not come yet."),
            ),
            Item(
                "members.invite_several",
                "member.invite",
                N_("Invite instructors"),
                N_("Many at once: by mail, or with cards to hand over."),
            ),
            Item(
                "members.join_requests",
                "join.decide",
                N_("Requests for access"),
                N_("Branches that want to book: approve or decline."),
            ),
            Item(
                "contacts.requests_in_region",
                "contact.case",
                N_("Requests for contacts"),
                N_("Branches that want to reach an instructor: grant, decline, pass on a message."),
            ),
            Item(
                "oversight.reveals",
                "contact.log",
                N_("Contacts that were shown"),
                N_("Who was shown whose telephone number or address, when and why."),
            ),
        ),
    ),
    Section(
        N_("What came of it"),
        (
            Item(
                "statistics.overview",
                "statistics.read",
                N_("Statistics"),
                N_(
                    "Lectures, coverage, supply and demand, bookings;"
                    " annual report and Excel files."
                ),
            ),
        ),
    ),
    Section(
        N_("Messages that are sent"),
        (
            Item(
                "notifications.deliveries",
                "delivery.read",
                N_("Deliveries"),
                N_("What was sent to whom, when and with what result; try again."),
            ),
            Item(
                "notifications.robots",
                "robot.edit",
                N_("Groups with a robot"),
                N_("Chat groups of WeCom, DingTalk or Feishu that are told what waits."),
            ),
        ),
    ),
    Section(
        N_("Running it"),
        (
            Item(
                "administration.settings",
                "settings.edit",
                N_("Settings"),
                N_("Name, languages, words, lead times, limits, sign-in."),
            ),
            Item(
                "administration.mail_server",
                "settings.edit",
                N_("Mail server"),
                N_("Where mail is handed over, with a test mail."),
            ),
            Item(
                "administration.mailbox",
                "settings.edit",
                N_("Mailbox for answers"),
                N_("Answers of calendars and people that come back by mail, and returned mail."),
            ),
            Item(
                "administration.text_messages",
                "settings.edit",
                N_("Text messages"),
                N_("Provider, templates, limits, codes for sign-in, with a test message."),
            ),
            Item(
                "administration.texts",
                "settings.edit",
                N_("Text pages"),
                N_("About, privacy notice and contact, in each language."),
            ),
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
                "operations.show_storage",
                "operations.run",
                N_("Storage, versions, backups"),
                N_("How much is stored, what runs, back up now and download."),
            ),
            Item(
                "retention.schedule",
                "retention.read",
                N_("How long data are kept"),
                N_("What is deleted by itself after which time, and what went when."),
            ),
        ),
    ),
)


def is_reached(endpoint: str | None) -> bool:
    """Whether a page is in the menu, or is one of the administration's own."""
    if endpoint is None:
        return False
    listed = any(item.endpoint == endpoint for section in SECTIONS for item in section.items)
    return listed or endpoint.partition(".")[0] in ("administration", "operations")
