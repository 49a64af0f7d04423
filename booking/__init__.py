"""Yueke (约课): a shared register of instructors and the online booking of their lectures.

The map, in reading order, which is the order of dependencies: a feature imports only from what
stands above it. Each feature owns its models, rules and pages. Within a feature a subject that
needs several modules has a folder, and `engine` holds what needs neither a request nor a database.

At the root, one module for one thing:

- `clock` the only reader of the wall clock; `errors` refusals; `sentences` what they say,
  translated when it is read; `text` texts that somebody typed; `crypto` secrets that must be read
  again; `i18n` language, zone and dates.
- `jobs` background work, on the signed queue of `job_queue`; `outbox` facts kept beside the change
  that they tell of; `audit` who did what; `installation` what tells this installation from others;
  `console` how commands speak.
- `process/` this process: private files, child processes with limits, the log.
- `db/` the unit of work with the only commit, and what each database needs.
- `web/` what pages share, and what makes a request safe. Not: anything about one feature.

The features:

- `accounts/` who you are and what you may do. Not: anything about instructors.
- `instructors/` who teaches what, where. Not: when.
- `availability/` when an instructor can be booked: an engine on half-open intervals of UTC
  instants, and the hours that it reads. Not: lectures (busy time is passed in).
- `lectures/` the promise between a branch and an instructor. Not: mail, calendars.
- `directory/` the public window: search, who can teach what here and then, an instructor's page.
- `calendars/` lectures as other calendars see them: feeds, downloads, invitations.
- `notifications/` telling people: events become messages, messages are delivered.
- `register/` running the register: spreadsheets.
- `oversight/` who did what: the audit log's page, and what sign-ins leave in it.
- `api/` the same search, times and matching as JSON, to read only.
- `demo/` the demonstration province, built through the services only.

And above them `cli/`, the commands about several features, and `app`, which puts all together. The
web server is beside this package, in `webserver/`, because it knows nothing of the product.
"""
