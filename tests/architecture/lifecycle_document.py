"""Writes the generated parts of docs/lifecycle.md from the tables of the product.

`python -m tests.architecture.lifecycle_document` (make lifecycle) writes them anew; a test finds
them outdated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from babel.messages import pofile

import config
from booking.lectures.engine import guards
from booking.lectures.engine.agreement import ACTS_FOR, ProposalKind, needed
from booking.lectures.engine.states import Command, Party, State
from booking.lectures.engine.transitions import EVERYBODY, HOLDING, TRANSITIONS, Transition
from booking.lectures.words import STATES
from booking.orders.engine import lifecycle as orders
from booking.orders.engine.lifecycle import ORDER_TRANSITIONS
from booking.orders.words import ORDER_STATES
from tests.architecture.generated import table, written

DOCUMENT = config.ROOT / "docs" / "lifecycle.md"
CATALOGUE = config.ROOT / "booking/translations/zh_Hans_CN/LC_MESSAGES/messages.po"

WHEN = {
    guards.BEFORE_START: "before the start",
    guards.AFTER_START: "after the start",
    guards.AFTER_END: "after the end",
    guards.REPLY_OVERDUE: "the answer is overdue",
    guards.ANY_TIME: "",
}
"""What each guard is called."""

ORDER_WHEN = {
    orders.ANY_TIME: "",
    orders.IN_TIME: "before the last window ends",
    orders.OVERDUE: "after the last window",
}
"""What each guard of an order is called."""


@cache
def _chinese() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {
            str(message.id): str(message.string)
            for message in pofile.read_po(file)
            if isinstance(message.id, str)
        }


def _parties(who: Iterable[Party]) -> str:
    chosen = frozenset(who)
    if chosen == EVERYBODY:
        return "everybody"
    return ", ".join(party.value.replace("_", " ") for party in Party if party in chosen)


def _diagram(rows: Iterable[Transition]) -> str:
    """The states as a Mermaid diagram: what leaves a state as it is would only hide the rest."""
    begin = [f"    [*] --> {state.value}" for state in (State.SUBMITTED, State.REQUESTED)]
    arrows: dict[tuple[State, State], list[str]] = {}
    for row in rows:
        if row.source is not row.target:
            arrows.setdefault((row.source, row.target), []).append(row.command.value)
    lines = [
        f"    {source.value} --> {target.value} : {', '.join(commands)}"
        for (source, target), commands in arrows.items()
    ]
    sources = {row.source for row in rows if row.source is not row.target}
    ends = [f"    {state.value} --> [*]" for state in State if state not in sources]
    return "\n".join(["```mermaid", "stateDiagram-v2", *begin, *lines, *ends, "```"])


def _states() -> Iterator[list[str]]:
    for state in State:
        # Outside of a request lazy texts are the message ids.
        words = str(STATES[state])
        holds = "yes" if state in HOLDING else ""
        yield [f"`{state.value}`", _chinese()[words], words, holds]


def _transitions(rows: Iterable[Transition]) -> Iterator[list[str]]:
    for row in rows:
        yield [
            f"`{row.source.value}`",
            f"`{row.command.value}`",
            f"`{row.target.value}`",
            _parties(row.who),
            WHEN[row.guard],
            "required" if row.needs_reason else "",
            "yes" if row.undoable else "",
            f"`{row.event.value}`",
        ]


def _order_diagram() -> str:
    lines = [
        f"    {row.source.value} --> {row.target.value} : {row.command.value}"
        for row in ORDER_TRANSITIONS
        if row.source is not row.target
    ]
    return "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> open", *lines, "```"])


def _orders() -> Iterator[list[str]]:
    for row in ORDER_TRANSITIONS:
        yield [
            f"`{row.source.value}` {_chinese()[str(ORDER_STATES[row.source])]}",
            f"`{row.command.value}`",
            f"`{row.target.value}` {_chinese()[str(ORDER_STATES[row.target])]}",
            _parties(row.who),
            ORDER_WHEN[row.guard],
            "required" if row.needs_reason else "",
            f"`{row.event.value}`",
        ]


def _agreements() -> Iterator[list[str]]:
    for kind in ProposalKind:
        for party in Party:
            if ACTS_FOR[party]:
                missing = needed(kind, party, review=True)
                yield [
                    kind.value,
                    _parties([party]),
                    ", ".join(sorted(one.value for one in missing)),
                ]


def parts() -> dict[str, str]:
    """The generated parts by their names."""
    changing = [row for row in TRANSITIONS if row.source is not row.target]
    staying = [row for row in TRANSITIONS if row.source is row.target]
    header = "| from | command | to | by whom | when | reason | undo | event |"
    return {
        "states": table("| state | 中文 | words | holds the time |", _states()),
        "diagram": _diagram(TRANSITIONS),
        "transitions": table(header, _transitions(changing)),
        "staying": table(header, _transitions(staying)),
        "order_diagram": _order_diagram(),
        "orders": table("| from | command | to | by whom | when | reason | event |", _orders()),
        "agreements": table("| proposal | made by | must agree |", _agreements()),
    }


def commands() -> frozenset[Command]:
    """The commands that the table has, and undo, which leads back."""
    return frozenset(row.command for row in TRANSITIONS) | {Command.UNDO}


if __name__ == "__main__":
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(written(text, parts()), encoding="utf-8")
