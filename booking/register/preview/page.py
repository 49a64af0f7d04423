"""What the preview of a draft shows, read anew from the register each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from booking.accounts.engine.roles import Actor
from booking.register import drafts, service
from booking.register.comparison.engine.lines import Line, RowFilter, counts_of, lines_of, page_of
from booking.register.engine.cells import clean
from booking.register.engine.columns import HEADER_WITHIN
from booking.register.engine.contacts import mask_contacts
from booking.register.engine.roster import ColumnRole, Roster, UnreadableReason
from booking.register.models import ImportDraft
from booking.workbooks.engine.sheets import Sheet

SMALL = 300
"""Imports of at most so many people are done at once; larger ones by the worker."""

CHOOSABLE = tuple(role for role in ColumnRole if role is not ColumnRole.FORBIDDEN)
_LONGEST_HEADER = 60


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """One page of a preview."""

    roster: Roster
    counts: dict[RowFilter, int]
    lines: list[Line]
    show: RowFilter
    page: int
    pages: int
    wrong_rows: int
    people: int
    undecided: int
    refused: UnreadableReason | None


def understood(session: Session, draft: ImportDraft, actor: Actor) -> tuple[Roster, list[Line]]:
    """The roster within the actor's scope, and its lines, compared with the present register.

    Computed anew: an entry may have moved to another region since the file was parsed.
    """
    roster, lines, _undecided = _understood(session, draft, actor)
    return roster, lines


def _understood(
    session: Session, draft: ImportDraft, actor: Actor
) -> tuple[Roster, list[Line], int]:
    parsed, region = drafts.roster_of(draft), draft.region_code
    roster = service.within_scope(session, roster=parsed, region_code=region, actor=actor)
    plan = service.planned(
        session,
        roster=roster,
        region_code=region,
        actor=actor,
        decisions=drafts.decisions_of(draft),
    )
    return roster, lines_of(roster, plan, parsed.people), plan.undecided


def preview_page(
    session: Session, draft: ImportDraft, actor: Actor, show: RowFilter, page: int
) -> PreviewPage:
    """One page of the lines that are shown."""
    roster, lines, undecided = _understood(session, draft, actor)
    shown, page, pages = page_of(lines, show, page)
    return PreviewPage(
        roster=roster,
        counts=counts_of(lines),
        lines=shown,
        show=show,
        page=page,
        pages=pages,
        wrong_rows=len({problem.row for problem in roster.errors}),
        people=sum(line.planned is not None for line in lines),
        undecided=undecided,
        refused=drafts.refusal_of(draft),
    )


def header_rows(sheet: Sheet) -> list[tuple[int, str]]:
    """(number, first texts) of the rows that may be the header."""
    return [(number, _shortened(cells)) for number, cells in sheet.rows[:HEADER_WITHIN]]


def _shortened(cells: Sequence[object]) -> str:
    texts = (" ".join(clean(value).split()) for value in cells)
    # Contacts are on no page, not even those of the own file.
    line = mask_contacts(" | ".join(text for text in texts if text))
    return line if len(line) <= _LONGEST_HEADER else f"{line[:_LONGEST_HEADER]}…"
