"""Events without anything but their time (calendar rule 13). Pure."""

from __future__ import annotations

KEPT = frozenset(
    {
        "BEGIN",
        "END",
        "UID",
        "SEQUENCE",
        "DTSTAMP",
        "LAST-MODIFIED",
        "CREATED",
        "DTSTART",
        "DTEND",
        "STATUS",
        "TRANSP",
    }
)
"""The properties of an event that tell nothing but when it is. What is not listed goes."""


def busy_event(text: str, summary: str) -> str:
    """A VEVENT text with only the properties of `KEPT`, and `summary` as its title.

    `text` is what `ical.render_event` returned; `summary` is a word without characters to escape.
    """
    lines = []
    keeps = False
    for line in text.splitlines(keepends=True):
        if not line.startswith((" ", "\t")):  # Not the continuation of a folded line.
            keeps = line.partition(":")[0].partition(";")[0] in KEPT
            if line.startswith("END:"):
                lines.append(f"SUMMARY:{summary}\r\n")
        if keeps:
            lines.append(line)
    return "".join(lines)
