"""Yueke (约课): a shared register of instructors and the online booking of their lectures.

The map, in reading order, which is the order of dependencies: a feature imports
only from what stands above it. Each feature owns its models, rules and pages.

- `clock` the only reader of the wall clock; `errors` refusals, each a sentence;
  `sealing` secrets that must be read again, such as addresses; `files` private ones;
  `db` the unit of work and the only commit; `queue` signed messages to the worker; `tasks`
  background work; `outbox` facts kept beside the change; `audit` who did what; `i18n` language
  and dates; `web` what pages share; `installation` what tells this installation from others;
  `redaction` keeps secrets out of logs; `limits` counts requests of a client address, and
  refuses too many.
- `application` builds addresses from BASE_URL only; `origins` knows whose request it is.
- `incoming` makes what browsers send safe, by the rules of `texts`.
- `reach` tells requests of this machine from others, for the demonstration.
- `child_process` reads files of strangers with limits of memory and time.
- `many` names thousands of ids in one statement; `garbage` is looked for between requests.
- `accounts/` who you are and what you may do. Not: anything about instructors.
- `instructors/` who teaches what, where. Not: when.
- `availability/` when an instructor can be booked: a pure engine on half-open UTC
  intervals, and the hours that it reads. Not: lectures (busy time is passed in).
- `lectures/` the promise between a branch and an instructor. Not: mail, calendars.
- `directory/` the public window: search, who can teach what here and then, and an
  instructor's page.
- `calendars/` lectures as other calendars see them: feeds, downloads, invitations.
- `notifications/` telling people: events become messages, messages are delivered.
- `register/` running the register: spreadsheets.
- `oversight/` who did what: the audit log's page, and what sign-ins leave in it.
- `api/` the same search, times and matching as JSON, to read only.
- `demo/` the demonstration province, built through the services only.
- `cli` the commands, with those of features (`commands`); `speaking` how they speak;
  `serve` looks before the start whether the port is free. The web server is beside this
  package, in `webserver/`.
"""
