// Reads a calendar on standard input as Thunderbird does: ical.js, strict, with the zones that the
// file itself defines. Prints what it saw as JSON, see reading.py.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

ICAL.design.strict = true;
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const zones = new Map(
  calendar.getAllSubcomponents("vtimezone").map((component) => {
    const zone = new ICAL.Timezone(component);
    return [zone.tzid, zone];
  }),
);

function instant(component, name) {
  const property = component.getFirstProperty(name);
  const time = property.getFirstValue();
  const tzid = property.getParameter("tzid");
  if (tzid !== undefined) {
    if (!zones.has(tzid)) throw new Error(`no VTIMEZONE for ${tzid}`);
    time.zone = zones.get(tzid);
  } else if (time.zone !== ICAL.Timezone.utcTimezone) {
    throw new Error(`floating ${name}`);
  }
  return time.toUnixTime();
}

function person(component, name) {
  const property = component.getFirstProperty(name);
  const of = (parameter) => property?.getParameter(parameter);
  return {
    [name]: property?.getFirstValue(),
    [`${name}_name`]: of("cn"),
    ...(name === "attendee" && {
      partstat: of("partstat"), rsvp: of("rsvp"), role: of("role"), cutype: of("cutype"),
    }),
  };
}

const seen = calendar.getAllSubcomponents("vevent").map((component) => {
  const text = (name) => component.getFirstPropertyValue(name);
  return {
    uid: text("uid"),
    start: instant(component, "dtstart"),
    end: instant(component, "dtend"),
    stamp: instant(component, "dtstamp"),
    modified: instant(component, "last-modified"),
    created: instant(component, "created"),
    summary: text("summary"),
    location: text("location"),
    description: text("description"),
    url: text("url"),
    status: text("status"),
    transp: text("transp"),
    sequence: text("sequence"),
    method: calendar.getFirstPropertyValue("method"),
    ...person(component, "organizer"),
    ...person(component, "attendee"),
  };
});
process.stdout.write(JSON.stringify(seen, (_name, value) => value ?? null));
