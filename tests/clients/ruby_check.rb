# Reads a calendar on standard input with ruby-icalendar in strict mode, where an unknown property
# or a line that cannot be parsed is an error. Prints what it saw as JSON, see reading.py.
require 'icalendar'
require 'json'
require 'stringio'

source = $stdin.read.force_encoding(Encoding::UTF_8)
calendars = Icalendar::Parser.new(source, true).parse
abort "#{calendars.size} calendars" unless calendars.size == 1

def parameter(value, name)
  value && value.ical_params[name]&.first
end

seen = calendars.first.events.map do |event|
  [event.dtstart, event.dtend].each do |time|
    zoned = time.ical_params['tzid'] || time.value_ical.end_with?('Z')
    abort "floating time in #{event.uid}" unless zoned
  end
  attendee = event.attendee.first
  {
    uid: event.uid.to_s,
    start: event.dtstart.to_time.to_i,
    end: event.dtend.to_time.to_i,
    stamp: event.dtstamp.to_time.to_i,
    modified: event.last_modified.to_time.to_i,
    created: event.created.to_time.to_i,
    summary: event.summary&.to_s,
    location: event.location&.to_s,
    description: event.description&.to_s,
    url: event.url&.to_s,
    status: event.status&.to_s,
    transp: event.transp&.to_s,
    sequence: event.sequence.to_i,
    method: calendars.first.ip_method&.to_s,
    organizer: event.organizer&.to_s,
    organizer_name: parameter(event.organizer, 'cn'),
    attendee: attendee&.to_s,
    attendee_name: parameter(attendee, 'cn'),
    partstat: parameter(attendee, 'partstat'),
    rsvp: parameter(attendee, 'rsvp'),
    role: parameter(attendee, 'role'),
    cutype: parameter(attendee, 'cutype')
  }
end
puts JSON.generate(seen)
