// Reads a feed on standard input with node-ical, the reader of many home screens and bots.
// Prints what it saw as JSON.
import { readFileSync } from "node:fs";
import ical from "node-ical";

const seen = Object.values(ical.sync.parseICS(readFileSync(0, "utf8")))
  .filter((component) => component.type === "VEVENT")
  .map((event) => ({
    uid: event.uid,
    start: event.start.getTime() / 1000,
    end: event.end.getTime() / 1000,
    summary: event.summary,
  }));
process.stdout.write(JSON.stringify(seen));
