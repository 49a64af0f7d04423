"""A province exported, imported into an empty database, and exported again: equal?

`python -m benchmarks.round_trip`. The register of size L (2,000 instructors, 10,000 topics) is
completed with what the generated rows do not have: contacts, months of birth, readings,
introductions, cells that begin like formulas. Both exports are compared cell by cell, on each
database; the exit status is 1 where they differ.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any, TypeVar

from openpyxl import load_workbook
from sqlalchemy import func, select

from benchmarks.bulk import databases
from benchmarks.bulk.registers import Register, register
from booking import audit
from booking.accounts.engine.roles import SYSTEM
from booking.availability.models import Term
from booking.db import db, unit_of_work
from booking.instructors.engine import names
from booking.instructors.engine.vocabulary import Channel
from booking.instructors.models import Contact, Instructor, Topic
from booking.register.exports.service import ExportChoice, made
from booking.register.reader import read_upload
from booking.register.service import import_roster

PROVINCE = "990000"
PEOPLE = 2_000
MOST_TOLD = 20
EVERYTHING = ExportChoice(PROVINCE, with_contacts=True, reason="Round trip")
Cells = list[tuple[Any, ...]]
T = TypeVar("T")


def main() -> int:
    """Load, export, import, export, compare, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.round_trip", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument(
        "--databases", nargs="+", choices=databases.KINDS, default=list(databases.KINDS)
    )
    chosen = parser.parse_args()
    return max(_compared(kind, chosen.people) for kind in chosen.databases)


def _compared(kind: str, count: int) -> int:
    with register(kind, count) as loaded:
        _complete(loaded)
        topics = db.session.scalar(select(func.count(Topic.id)).where(Topic.active))
        terms = db.session.scalar(select(func.count(Term.id)))
        first, seconds = _timed(lambda: _exported(loaded))
    with register(kind, 0) as empty:
        assert db.session.scalar(select(func.count(Instructor.id))) == 0
        _done, importing = _timed(lambda: _import(empty, first))
        second, _again = _timed(lambda: _exported(empty))
    before, after = _cells(first), _cells(second)
    different = sum(one != other for one, other in zip(before, after, strict=False))
    different += abs(len(before) - len(after))
    print(
        f"{kind}: {len(before) - 1:,} people, {topics:,} topics, {terms:,} terms, "
        f"{len(first):,} bytes; export {seconds:.1f} s, import {importing:.1f} s: "
        f"{'equal' if not different else f'{different} rows differ'}"
    )
    known = {row[:3]: row for row in after}
    for row in [row for row in before if known.get(row[:3]) != row][:MOST_TOLD]:
        other = known.get(row[:3], ())
        told = [pair for pair in zip(row, other, strict=False) if pair[0] != pair[1]]
        print(f"  {row[0]}, {row[2]}: {told or 'missing'}", file=sys.stderr)
    return int(bool(different))


def _timed(act: Callable[[], T]) -> tuple[T, float]:
    begun = perf_counter()
    return act(), perf_counter() - begun


def _complete(loaded: Register) -> None:
    """Give people what the generated rows do not have."""
    with unit_of_work() as session:
        for number, one in enumerate(session.scalars(select(Instructor).order_by(Instructor.id))):
            one.gender = ("m", "f", None)[number % 3]
            one.birth_month = f"19{50 + number % 50}-{number % 12 + 1:02d}" if number % 4 else None
            one.introduction = f"第一段 {number}\n\n=1+{number} 的第二段" if number % 5 else ""
            if number % 50 == 0:
                one.name_pinyin = "ceng zi mo"
                one.sort_key = names.sort_key(one.name, one.name_pinyin)
            session.add(_contact(one.id, Channel.PHONE, f"12{number:09d}", loaded))
            if number % 2:
                session.add(_contact(one.id, Channel.EMAIL, f"p{number}@example.org", loaded))
                session.add(_contact(one.id, Channel.PHONE, f"0992-8{number:07d}", loaded))
        topics = select(Topic).where(Topic.active).order_by(Topic.id).limit(100)
        for number, topic in enumerate(session.scalars(topics)):
            topic.title = f"{'=+-@'[number % 4]}{topic.title}"


def _contact(owner: int, channel: Channel, value: str, loaded: Register) -> Contact:
    return Contact(
        instructor_id=owner,
        channel=channel,
        value=value,
        created_at=loaded.now,
    )


def _exported(loaded: Register) -> bytes:
    with loaded.app.test_request_context():
        return made(db.session(), SYSTEM, audit.By(None, "system"), EVERYTHING, now=loaded.now)


def _import(empty: Register, data: bytes) -> None:
    roster = read_upload(data, filename="师资.xlsx").whole()
    for problem in roster.problems:
        print(f"  {problem}", file=sys.stderr)
    with unit_of_work() as session:
        import_roster(session, roster=roster, region_code=PROVINCE, actor=SYSTEM, now=empty.now)


def _cells(data: bytes) -> Cells:
    book = load_workbook(io.BytesIO(data), read_only=True)
    return list(book.worksheets[0].iter_rows(values_only=True))


if __name__ == "__main__":
    sys.exit(main())
