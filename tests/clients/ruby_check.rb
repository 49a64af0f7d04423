# Reads a feed on standard input with ruby-icalendar in strict mode, where an unknown property
# or a line that cannot be parsed is an error. Prints what it saw as JSON.
require 'icalendar'
require 'json'
require 'stringio'

source = $stdin.read.force_encoding(Encoding::UTF_8)
calendars = Icalendar::Parser.new(source, true).parse
abort "#{calendars.size} calendars" unless calendars.size == 1

seen = calendars.first.events.map do |event|
  [event.dtstart, event.dtend].each do |time|
    zoned = time.ical_params['tzid'] || time.value_ical.end_with?('Z')
    abort "floating time in #{event.uid}" unless zoned
  end
  {
    uid: event.uid.to_s,
    start: event.dtstart.to_time.to_i,
    end: event.dtend.to_time.to_i,
    summary: event.summary.to_s
  }
end
puts JSON.generate(seen)
