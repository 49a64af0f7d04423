"""The list of regions that is brought along at the first start: Excel or CSV, either language."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from booking import i18n
from booking.accounts.engine.csv_lists import RegionLine
from booking.errors import Invalid
from booking.organisations.lists.engine.organisation_rows import CellProblem
from booking.organisations.lists.engine.tables import UnreadableTable
from booking.organisations.lists.reader import read_upload
from booking.organisations.lists.words import UNREADABLE
from booking.organisations.regions import lists
from booking.sentences import N_, Sentence, plural
from booking.workbooks.engine.texts import as_csv

MOST_TOLD = 3
"""How many problems of a list are shown at once."""


def read(session: Session, data: bytes, *, filename: str) -> list[RegionLine]:
    """The regions of a list, those above first; raises `Invalid` for the field `file`.

    The same columns as on the page that imports regions later.
    """
    try:
        table = read_upload(data, filename=filename)
    except UnreadableTable as error:
        raise Invalid(UNREADABLE[error.reason], field="file") from error
    plan = lists.plan(session, table)
    if plan.problems:
        raise Invalid(_told(plan.problems), field="file")
    return [one.line for one in plan.rows]


def empty_form() -> bytes:
    """A list with its header only, in the reader's language."""
    return as_csv([lists.headers()])


def _told(problems: Sequence[CellProblem]) -> Sentence:
    told = [_one(problem) for problem in problems[:MOST_TOLD]]
    more = len(problems) - len(told)
    if more:
        told.append(str(plural("%(num)s more problem.", "%(num)s more problems.", more)))
    between = "" if i18n.is_chinese() else " "
    return N_("The list of regions has errors. %(problems)s", problems=between.join(told))


def _one(problem: CellProblem) -> str:
    if not problem.header:
        return str(N_("Row %(row)s: %(problem)s", row=problem.row, problem=problem.sentence))
    return str(
        N_(
            "Row %(row)s, column %(column)s: %(problem)s",
            row=problem.row,
            column=problem.header,
            problem=problem.sentence,
        )
    )
