"""Papers to file on a whole register: `python -m benchmarks.papers`.

The dossier of a lecture and the year of the branch with the most lectures, as pages and as files.
All is asked in one process, without a server, as an administrator, in interleaved rounds with
`/hello`, which is the unit of the ratios; a PDF includes the start of the child process that
typesets it. The PDF files are read back first.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from contextvars import Context
from dataclasses import dataclass
from functools import partial

from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import func, select

from benchmarks.bulk import command
from benchmarks.bulk.figures import Figure, figure
from benchmarks.bulk.registers import Register, register
from benchmarks.bulk.timing import timed
from benchmarks.checking import expect
from benchmarks.counting import InProcess
from benchmarks.routes import HELLO
from benchmarks.statistics import EMAIL, PASSWORD, complete
from booking.availability.engine.zones import local_date
from booking.db import db
from booking.lectures.engine.states import State
from booking.lectures.models import Lecture
from tests.browser import Client


@dataclass(frozen=True, slots=True)
class Filed:
    """What is filed: a lecture, and a year of its branch."""

    number: str
    organisation_id: int
    period: str

    def addresses(self) -> dict[str, str]:
        """The addresses by the names of the cases."""
        dossier = f"/lectures/{self.number}/dossier"
        year = f"/dossiers/branches/{self.organisation_id}"
        return {
            "dossier, page": dossier,
            "dossier, PDF": f"{dossier}.pdf",
            "year of a branch, page": f"{year}?{self.period}",
            "year of a branch, xlsx": f"{year}/file.xlsx?{self.period}",
            "year of a branch, PDF": f"{year}/file.pdf?{self.period}",
        }


def main() -> None:
    """Load, complete, check, measure and print."""
    options = command.options("papers", __doc__)
    figures: list[Figure] = []
    for kind in options.databases:
        for count in options.sizes:
            with register(kind, count) as loaded:
                complete(loaded)
                figures += _measured(loaded, options.rounds)
    command.finish(options, {"Papers to file, in one process": figures})


def _filed(loaded: Register) -> Filed:
    """The branch with the most lectures in the twelve months that end today."""
    last = local_date(loaded.now, loaded.zone)
    first = last.replace(year=last.year - 1)
    session = db.session()
    query = (
        select(Lecture.organisation_id, func.count(Lecture.id), func.max(Lecture.number))
        .where(Lecture.state == State.DELIVERED)
        .group_by(Lecture.organisation_id)
        .order_by(func.count(Lecture.id).desc(), Lecture.organisation_id)
    )
    organisation_id, _lectures, number = session.execute(query).first() or (0, 0, "")
    session.rollback()
    return Filed(number, organisation_id, f"period=own&from={first}&to={last}")


def _measured(loaded: Register, rounds: int) -> list[Figure]:
    filed = _filed(loaded)
    client = Client(loaded.app, checks_html=False)
    Context().run(client.sign_in, EMAIL, PASSWORD)
    counter = InProcess(loaded.app)
    addresses = {"hello": HELLO, **filed.addresses()}
    calls: dict[str, Callable[[], bytes]] = {
        name: partial(_open, client, address) for name, address in addresses.items()
    }
    lectures = _checked(calls, filed)
    times = timed(calls, rounds)
    return [
        figure(
            name,
            loaded.kind,
            loaded.count,
            lectures if name.startswith("year") else 0,
            times[name],
            times["hello"],
            queries=counter.counted(call),
        )
        for name, call in calls.items()
    ]


def _checked(calls: Mapping[str, Callable[[], bytes]], filed: Filed) -> int:
    """How many lectures the files of the year have; the dossier is that of its lecture."""
    sheet = load_workbook(io.BytesIO(calls["year of a branch, xlsx"]())).worksheets[0]
    lectures = sheet.max_row - 2  # Head and sums.
    for name, wanted in (("dossier, PDF", filed.number), ("year of a branch, PDF", str(lectures))):
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(calls[name]())).pages)
        expect(wanted in text, f"{name}: without {wanted}")
    return lectures


def _open(client: Client, address: str) -> bytes:
    # Without the application context of the register, as in a server.
    answer = Context().run(client.get, address)
    expect(answer.status_code == 200, f"{address}: {answer.status_code}")
    return bytes(answer.data)


if __name__ == "__main__":
    main()
