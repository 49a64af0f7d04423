// Reads a calendar on standard input with node-ical, the reader of many home screens and bots.
// Prints what it saw as JSON, see reading.py.
import { readFileSync } from "node:fs";
import ical from "node-ical";

const text = (value) => (value && typeof value === "object" && "val" in value ? value.val : value);
const instant = (value) => value.getTime() / 1000;

// It makes booleans and numbers of parameters that look like one, names included.
const parameter = (value) =>
  typeof value === "boolean" ? String(value).toUpperCase() : value && String(value);

const calendar = ical.sync.parseICS(readFileSync(0, "utf8"));
const seen = Object.values(calendar)
  .filter((component) => component.type === "VEVENT")
  .map((event) => ({
    uid: event.uid,
    start: instant(event.start),
    end: instant(event.end),
    stamp: instant(event.dtstamp),
    modified: instant(event.lastmodified),
    created: instant(event.created),
    summary: text(event.summary),
    location: text(event.location),
    description: text(event.description),
    url: text(event.url),
    status: event.status,
    transp: event.transparency,
    sequence: Number(event.sequence),
    method: event.method,
    organizer: text(event.organizer),
    organizer_name: parameter(event.organizer?.params?.CN),
    attendee: text(event.attendee),
    attendee_name: parameter(event.attendee?.params?.CN),
    partstat: event.attendee?.params?.PARTSTAT,
    rsvp: parameter(event.attendee?.params?.RSVP),
    role: event.attendee?.params?.ROLE,
    cutype: event.attendee?.params?.CUTYPE,
  }));
process.stdout.write(JSON.stringify(seen, (_name, value) => value ?? null));
