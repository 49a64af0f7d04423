"""Yueke (约课): a shared register of instructors and the online booking of their lectures.

The package map, in the order of dependencies: a feature imports only from packages listed above
it. Each feature owns its models, rules and pages. Within a feature a subject that needs several
modules has a folder, and `engine` holds pure code, without requests or a database.

At the root, one module for one purpose:

- `clock` the only access to the wall clock; `errors` domain errors; `sentences` their lazily
  translated messages; `text` cleaning of entered text; `crypto` encryption and keyed hashes;
  `i18n` language, time zone and formatting of dates; `catalogues` translations, with the words of
  an installation.
- `json_values` dataclasses as JSON values and back, strictly.
- `jobs` background jobs, on the signed task queue of `job_queue`; `audit` the audit log, and
  `masks` for personal data in it; `installation` the identifier of this installation; `console`
  output and errors of commands.
- `process/` private files, child processes with limits, log redaction, garbage collection.
- `workbooks/` spreadsheets as files: read within bounds, written so that texts stay texts. Not:
  what a table means.
- `documents/` papers as PDF files, typeset from plain texts. Not: what a paper says.
- `db/` the unit of work with the only commit, and the set-up of each database.
- `settings/` what an administrator sets on a page. Not: what is needed to start (`config.py`).
- `outbox/` the transactional outbox: kinds of events, and the registry of their handlers.
- `web/` shared page code, static files, compression, and the safety checks of requests. Not:
  anything about one feature.

The features:

- `accounts/` authentication and authorisation. Not: anything about instructors.
- `exports/` large files that the worker makes for one person. Not: what is in them.
- `visibility/` who may see which data of a person: one table. Not: where the data are.
- `instructors/` who teaches what, where; synonyms of search words. Not: when.
- `contacts/` how people can be reached: consents, grants, recorded reveals, relayed messages. Not:
  names to sign in with.
- `availability/` when an instructor can be booked: an engine on half-open intervals of UTC
  instants, and the hours that it reads. Not: lectures (busy time is passed in).
- `lectures/` bookings between a branch and an instructor. Not: mail, calendars.
- `season_plans/` many needs planned together: assignments, and what cannot be met. Not: the needs.
- `directory/` the public pages: search, matching, an instructor's page.
- `orders/` needs of branches: dispatched, claimed, planned for a season. Not: what becomes of a
  lecture.
- `calendars/` lectures as iCalendar data: feeds, downloads, invitations.
- `notifications/` mail: turns events into messages, as each reader has chosen, and delivers them.
- `replies/` mail that comes back: calendar replies, answers, returned mail. Not: what is sent.
- `organisations/` regions and their organisations, kept on pages. Not: who is in them.
- `members/` people with accounts: memberships, invitations, sign-up of branches. Not: sign-in.
- `listener_links/` QR codes by which the people in a hall answer without an account. Not: what is
  asked.
- `attendance/` attendance lists: names or numbers, for the branch only. Not: scores of any kind.
- `follow_ups/` what a lecture has changed, asked of the branch weeks later. Not: how it was.
- `dossiers/` what a unit files of its lectures (台账); certificates of service. Not: what happens
  in a lecture.
- `entries/` an instructor's entry, kept by the person or a coordinator. Not: hours.
- `register/` the register as spreadsheets: import and export.
- `nominations/` from an application to a term in the register, and its renewal.
- `oversight/` the audit log's page, and the recording of sign-ins.
- `statistics/` what lectures add up to, for coordinators in their regions. Not: public totals.
- `privacy/` a person's own page, retention by schedule, the privacy notice. Not: consents.
- `administration/` the pages that run an installation: first start, settings, operations. Not: the
  work of one feature.
- `styleguide/` a page with every component of the pages, in development only.
- `api/` search, times and matching as JSON, read-only.
- `demo/` the demonstration province, built through the services only.

Above them are `cli/`, the commands that concern several features, and `app`, the application
factory. The web server is beside this package, in `webserver/`, because it is independent of the
application.
"""
