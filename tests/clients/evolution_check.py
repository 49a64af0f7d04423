"""Give calendars on standard input to Evolution's calendar, one after the other; print what it has.

The input is a JSON list of texts; the output a JSON list: the events in the calendar after each
of them, with the fields of reading.py. Run by the system's Python within a D-Bus session of its
own (Debian: evolution-data-server, gir1.2-ecal-2.0), where Evolution's services start by
themselves.
"""

import importlib
import json
import sys
from typing import Any

gi = importlib.import_module("gi")
for name, version in (("EDataServer", "1.2"), ("ECal", "2.0"), ("ICalGLib", "3.0")):
    gi.require_version(name, version)
EDataServer = importlib.import_module("gi.repository.EDataServer")
ECal = importlib.import_module("gi.repository.ECal")
ICalGLib = importlib.import_module("gi.repository.ICalGLib")
reading = importlib.import_module("libical_check").reading

SECONDS = 1
"""How long to wait for a server; the calendar is on this machine and has none."""


def opened() -> Any:
    """Return the client of the calendar that every user has."""
    registry = EDataServer.SourceRegistry.new_sync(None)
    source = registry.ref_builtin_calendar()
    return ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, SECONDS, None)


class Zones:
    """The time zones of the calendar, as `reading` asks for them."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def get_timezone(self, tzid: str) -> Any:
        """Return a zone by the TZID in an event."""
        _found, zone = self._client.get_timezone_sync(tzid, None)
        return zone

    def get_first_property(self, kind: Any) -> None:
        """Return no property of the VCALENDAR: Evolution does not keep it."""


def main() -> None:
    """Let Evolution receive each calendar."""
    client, seen = opened(), []
    for text in json.load(sys.stdin):
        calendar = ICalGLib.Component.new_from_string(text)
        client.receive_objects_sync(calendar, ECal.OperationFlags.NONE, None)
        _done, events = client.get_object_list_sync("#t", None)
        zones = Zones(client)
        seen.append([reading(zones, event) for event in events])
    json.dump(seen, sys.stdout)


main()
