"""What Thunderbird is asked: scripts in its own language, each the body of an async function."""

READ = """
const { CalIcsParser } = ChromeUtils.importESModule("resource:///modules/CalIcsParser.sys.mjs");
const parser = new CalIcsParser();
parser.parseString(text);
return parser.getItems().map(item => fieldsOf(item, parser));
"""
"""The fields of all events of a calendar, as the subscription to a feed reads them."""

RECEIVE = """
const { setTimeout } = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
const { CalItipItem } = ChromeUtils.importESModule("resource:///modules/CalItipItem.sys.mjs");
let calendar = cal.manager.getCalendars().find(one => one.name === "received");
if (!calendar) {
  calendar = cal.manager.createCalendar("memory", Services.io.newURI("moz-memory-calendar://"));
  calendar.name = "received";
  cal.manager.registerCalendar(calendar);
  const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
  const identity = MailServices.accounts.createIdentity();
  identity.email = "chen@example.org";
  const account = MailServices.accounts.createAccount();
  account.incomingServer = MailServices.accounts.createIncomingServer("nobody", "here", "none");
  account.addIdentity(identity);
  calendar.setProperty("imip.identity.key", identity.key);
}
const itip = new CalItipItem();
itip.init(text);
itip.isSend = false;
itip.autoResponse = Ci.calIItipItem.NONE;
itip.receivedMethod = /^METHOD:(\\w+)/m.exec(text)[1];
itip.responseMethod = itip.receivedMethod;
itip.targetCalendar = calendar;
itip.identity = "chen@example.org";
const offered = await new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error("no answer")), 10000);
  let acted = false;
  cal.itip.processItipItem(itip, (item, status, act) => {
    if (acted) return;  // It watches the calendar, and tells of the change that follows.
    acted = true;
    if (!act) { resolve("nothing: " + status); return; }
    const method = act.method;
    act({
      QueryInterface: ChromeUtils.generateQI(["calIOperationListener"]),
      onGetResult() {},
      onOperationComplete(_calendar, result) {
        Components.isSuccessCode(result) ? resolve(method) : reject(new Error(result));
      },
    }, "TENTATIVE", { responseMode: Ci.calIItipItem.NONE });
  });
});
const events = await calendar.getItemsAsArray(
  Ci.calICalendar.ITEM_FILTER_ALL_ITEMS, 0, null, null);
return { offered, events: events.map(item => fieldsOf(item, null)) };
"""
"""Take the calendar of a mail over; what Thunderbird offered, and what then is in the calendar."""

_BEGIN = """
const text = arguments[0], done = arguments[arguments.length - 1];
const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
const instant = time => time && Math.round(time.nativeTime / 1e6);
function fieldsOf(item, parser) {
  const person = item.getAttendees()[0], organizer = item.organizer;
  const method = parser && parser.getProperties().find(one => one.propertyName === "METHOD");
  return {
    uid: item.id,
    start: instant(item.startDate),
    end: instant(item.endDate),
    stamp: instant(item.stampTime),
    modified: instant(item.lastModifiedTime),
    created: instant(item.creationDate),
    summary: item.title,
    location: item.getProperty("LOCATION"),
    description: item.descriptionText,
    url: item.getProperty("URL"),
    status: item.status,
    transp: item.getProperty("TRANSP"),
    sequence: Number(item.getProperty("SEQUENCE")),
    method: method ? method.value : null,
    organizer: organizer && organizer.id,
    organizer_name: organizer && organizer.commonName,
    attendee: person && person.id,
    attendee_name: person && person.commonName,
    partstat: person && person.participationStatus,
    rsvp: person && person.rsvp,
    role: person && person.role,
    cutype: person && person.userType,
  };
}
(async () => {
"""
_END = """
})().then(done, error => done({ failed: String(error) + error.stack }));
"""


def script(body: str) -> str:
    """A whole script: `text` is its argument, and `fieldsOf` gives the fields of an event."""
    return _BEGIN + body + _END
