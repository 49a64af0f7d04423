// Reads a feed on standard input as Thunderbird does: ical.js, strict, with the zones that the
// file itself defines. Prints what it saw as JSON.
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

const seen = calendar.getAllSubcomponents("vevent").map((component) => ({
  uid: component.getFirstPropertyValue("uid"),
  start: instant(component, "dtstart"),
  end: instant(component, "dtend"),
  summary: component.getFirstPropertyValue("summary"),
}));
process.stdout.write(JSON.stringify(seen));
