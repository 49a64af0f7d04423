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


INSTANTS = {
    "start": ("DTSTART", "get_dtstart"),
    "end": ("DTEND", "get_dtend"),
    "stamp": ("DTSTAMP", "get_dtstamp"),
    "modified": ("LASTMODIFIED", "get_lastmodified"),
    "created": ("CREATED", "get_created"),
}
PARAMETERS = {
    "organizer_name": ("ORGANIZER", "CN"),
    "attendee_name": ("ATTENDEE", "CN"),
    "partstat": ("ATTENDEE", "PARTSTAT"),
    "rsvp": ("ATTENDEE", "RSVP"),
    "role": ("ATTENDEE", "ROLE"),
    "cutype": ("ATTENDEE", "CUTYPE"),
}
TEXTS = ("SUMMARY", "LOCATION", "DESCRIPTION", "URL", "STATUS", "TRANSP", "ORGANIZER", "ATTENDEE")


def reading(calendar: Any, event: Any) -> dict[str, Any]:
    """Return the fields of one event, see reading.py."""
    found: dict[str, Any] = {"uid": event.get_uid(), "sequence": event.get_sequence()}
    for field, (name, getter) in INSTANTS.items():
        kind = getattr(ICalGLib.PropertyKind, f"{name}_PROPERTY")
        found[field] = instant(calendar, event, kind, value_getter(getter))
    for name in TEXTS:
        prop = property_of(event, name)
        found[name.lower()] = None if prop is None else value_of(prop, name)
    for field, (name, parameter) in PARAMETERS.items():
        prop = property_of(event, name)
        found[field] = None if prop is None else prop.get_parameter_as_string(parameter)
    method = property_of(calendar, "METHOD")
    found["method"] = None if method is None else method.get_value_as_string()
    return found


def value_getter(name: str) -> Callable[[Any], Any]:
    """Return the function that reads a property's time."""
    return lambda prop: getattr(prop, name)()


def property_of(component: Any, name: str) -> Any:
    """Return the first property of a name, or None."""
    return component.get_first_property(getattr(ICalGLib.PropertyKind, f"{name}_PROPERTY"))


def value_of(prop: Any, name: str) -> str:
    """Return the text of a property without its escapes."""
    if name in ("STATUS", "TRANSP"):
        return str(prop.get_value_as_string())
    return str(getattr(prop, f"get_{name.lower()}")())


def main() -> None:
    """Reject violations of RFC 5546's restrictions and lines that libical cannot parse."""
    calendar = ICalGLib.Component.new_from_string(sys.stdin.buffer.read().decode())
    if calendar is None:
        sys.exit("not a calendar")
    if not ICalGLib.restriction_check(calendar) or not calendar.is_valid():
        sys.exit("restrictions broken:\n" + calendar.as_ical_string())
    if calendar.count_errors():
        sys.exit("errors:\n" + calendar.as_ical_string())
    seen = [reading(calendar, event) for event in events(calendar)]
    json.dump(seen, sys.stdout)


if __name__ == "__main__":
    main()
