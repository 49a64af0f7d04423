"""Parse a feed on standard input strictly with libical; print its events as JSON.

Run by the system's Python, for which Debian packages the bindings (gir1.2-ical-3.0). libical
is used by Evolution, GNOME Calendar and KOrganizer.
"""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

importlib.import_module("gi").require_version("ICalGLib", "3.0")
ICalGLib = importlib.import_module("gi.repository.ICalGLib")


def events(calendar: Any) -> Iterator[Any]:
    """Yield the VEVENTs of a calendar in order."""
    kind = ICalGLib.ComponentKind.VEVENT_COMPONENT
    event = calendar.get_first_component(kind)
    while event is not None:
        yield event
        event = calendar.get_next_component(kind)


def instant(calendar: Any, event: Any, kind: Any, value_of: Callable[[Any], Any]) -> int:
    """Return the Unix time of a property, by the VTIMEZONE in the file."""
    prop = event.get_first_property(kind)
    time = value_of(prop)
    parameter = prop.get_first_parameter(ICalGLib.ParameterKind.TZID_PARAMETER)
    if parameter is None:
        if not time.is_utc():
            sys.exit("floating time")
        return int(time.as_timet())
    zone = calendar.get_timezone(parameter.get_tzid())
    if zone is None:
        sys.exit(f"no VTIMEZONE for {parameter.get_tzid()}")
    return int(time.as_timet_with_zone(zone))


def main() -> None:
    """Reject violations of RFC 5546's restrictions and lines that libical cannot parse."""
    calendar = ICalGLib.Component.new_from_string(sys.stdin.buffer.read().decode())
    if calendar is None:
        sys.exit("not a calendar")
    if not ICalGLib.restriction_check(calendar) or not calendar.is_valid():
        sys.exit("restrictions broken:\n" + calendar.as_ical_string())
    if calendar.count_errors():
        sys.exit("errors:\n" + calendar.as_ical_string())
    start = ICalGLib.PropertyKind.DTSTART_PROPERTY
    end = ICalGLib.PropertyKind.DTEND_PROPERTY
    seen = [
        {
            "uid": event.get_uid(),
            "start": instant(calendar, event, start, lambda prop: prop.get_dtstart()),
            "end": instant(calendar, event, end, lambda prop: prop.get_dtend()),
            "summary": event.get_summary(),
        }
        for event in events(calendar)
    ]
    json.dump(seen, sys.stdout)


main()
