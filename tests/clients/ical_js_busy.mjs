// Busy times of many .ics files by ical.js, the reader of Thunderbird. Reads a JSON list of
// {text, since, until} (seconds) and prints for each a list per calendar of [start, end], or a
// message why the file cannot be read. Times without a zone are printed as "YYYY-MM-DDTHH:MM:SS".
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const MOST = 50000;
const DAY = 86400;

function written(time) {
  if (time.isDate) return `${time.toString()}T00:00:00`;
  return time.zone === ICAL.Timezone.localTimezone ? time.toString() : time.toUnixTime();
}

function known(event) {
  for (const property of event.getAllProperties()) {
    const tzid = property.getParameter("tzid");
    if (tzid !== undefined && !ICAL.TimezoneService.has(tzid)) throw new Error(`zone ${tzid}`);
  }
}

function isBusy(component) {
  const value = (name) => String(component.getFirstPropertyValue(name) ?? "").toUpperCase();
  return value("transp") !== "TRANSPARENT" && value("status") !== "CANCELLED"
    && value("x-microsoft-cdo-busystatus") !== "FREE";
}

function busy(calendar, since, until) {
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const events = calendar.getAllSubcomponents("vevent");
  events.forEach(known);
  const masters = events.filter((one) => !one.hasProperty("recurrence-id"));
  const spans = [];
  for (const component of masters) {
    const uid = component.getFirstPropertyValue("uid");
    const exceptions = events.filter((one) => one.hasProperty("recurrence-id")
      && one.getFirstPropertyValue("uid") === uid);
    const event = new ICAL.Event(component, { exceptions });
    const iterator = event.iterator();
    for (let count = 0; ; count += 1) {
      if (count > MOST) throw new Error("too many");
      const next = iterator.next();
      if (!next || next.toUnixTime() > until + 2 * DAY) break;
      const found = event.getOccurrenceDetails(next);
      if (found.endDate.toUnixTime() < since - 2 * DAY || !isBusy(found.item.component)) continue;
      spans.push([written(found.startDate), written(found.endDate)]);
      if (!event.isRecurring()) break;
    }
    // Exceptions that were moved beyond the window's end, or into it.
    for (const exception of exceptions) {
      const item = new ICAL.Event(exception);
      if (isBusy(exception)) spans.push([written(item.startDate), written(item.endDate)]);
    }
  }
  for (const exception of events) {
    if (exception.hasProperty("recurrence-id") && isBusy(exception)) {
      const uid = exception.getFirstPropertyValue("uid");
      if (masters.some((one) => one.getFirstPropertyValue("uid") === uid)) continue;
      const item = new ICAL.Event(exception);
      spans.push([written(item.startDate), written(item.endDate)]);
    }
  }
  for (const list of calendar.getAllSubcomponents("vfreebusy")) {
    for (const property of list.getAllProperties("freebusy")) {
      if (String(property.getParameter("fbtype") ?? "BUSY").toUpperCase() === "FREE") continue;
      for (const period of property.getValues()) {
        spans.push([written(period.start), written(period.getEnd())]);
      }
    }
  }
  return spans;
}

const answers = JSON.parse(readFileSync(0, "utf8")).map(({ text, since, until }) => {
  try {
    const parsed = ICAL.parse(text);
    const calendars = typeof parsed[0] === "string" ? [parsed] : parsed;
    return calendars.map((one) => busy(new ICAL.Component(one), since, until));
  } catch (error) {
    return String(error);
  }
});
process.stdout.write(JSON.stringify(answers));
