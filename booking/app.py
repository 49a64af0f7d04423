"""The application factory: reads settings and initialises the features in order."""

from __future__ import annotations

from functools import partial

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from booking import audit, db, i18n
from booking import jobs as job_runner
from booking.accounts import guards, security
from booking.accounts import tasks as account_tasks
from booking.accounts import views as accounts_views
from booking.accounts.factors import views as factor_views
from booking.accounts.successors import references as account_references
from booking.administration import views as administration_views
from booking.administration.operations import job_record
from booking.administration.operations import tasks as operation_tasks
from booking.administration.operations import views as operation_views
from booking.administration.setup import links as setup_links
from booking.administration.texts import erasure as text_erasure
from booking.api import views as api_views
from booking.attendance import link as attendance_link
from booking.attendance import section as attendance_section
from booking.attendance import views as attendance_views
from booking.availability import merger as availability_merger
from booking.availability import ports
from booking.availability import references as availability_references
from booking.availability import tasks as availability_tasks
from booking.availability.editor import views as editor_views
from booking.availability.external.engine import calendar as external_calendar
from booking.calendars import merger as calendar_merger
from booking.calendars import references as calendar_references
from booking.calendars import service as calendar_service
from booking.calendars import views as calendar_views
from booking.calendars.feeds import service as feed_service
from booking.calendars.feeds import tasks as feed_tasks
from booking.calendars.feeds import views as feed_views
from booking.contacts import merger as contact_merger
from booking.contacts import references as contact_references
from booking.contacts import views as contact_views
from booking.contacts.consents import first_sign_in
from booking.contacts.consents import views as consent_views
from booking.contacts.requests import tasks as contact_tasks
from booking.db import references
from booking.demand import searches as demand_searches
from booking.directory import views as directory_views
from booking.dossiers import merger as dossier_merger
from booking.dossiers import views as dossier_views
from booking.dossiers.lists import service as dossier_lists
from booking.dossiers.records import built_in as dossier_parts
from booking.dossiers.records import later_parts
from booking.dossiers.records import parts as dossiers
from booking.dossiers.records import views as dossier_pages
from booking.entries import digest_part as entry_digest
from booking.entries import views as entry_views
from booking.entries.confirmations import delivery as entry_mails
from booking.entries.confirmations import tasks as entry_tasks
from booking.entries.mergers import views as entry_merger_views
from booking.entries.reviews import delivery as entry_answer_mails
from booking.evaluations import delivery as evaluation_mails
from booking.evaluations import ports as evaluation_ports
from booking.evaluations import section as evaluation_section
from booking.evaluations import service as evaluations
from booking.evaluations import tasks as evaluation_tasks
from booking.evaluations import views as evaluation_views
from booking.exports import kinds as export_kinds
from booking.exports import tasks as export_tasks
from booking.exports import views as export_views
from booking.follow_ups import delivery as follow_up_mails
from booking.follow_ups import section as follow_up_section
from booking.follow_ups import tasks as follow_up_tasks
from booking.follow_ups import views as follow_up_views
from booking.instructors import references as instructor_references
from booking.instructors import search_index
from booking.instructors import words as instructor_words
from booking.instructors.fields import tasks as field_tasks
from booking.instructors.fields import views as field_views
from booking.instructors.synonyms import views as synonym_views
from booking.knowledge_tests import merger as knowledge_test_merger
from booking.knowledge_tests import sections as knowledge_test_sections
from booking.knowledge_tests import views as knowledge_test_views
from booking.lectures import merger as lecture_merger
from booking.lectures import queries as lecture_queries
from booking.lectures import references as lecture_references
from booking.lectures import views as lecture_views
from booking.lectures.closed_days import on_days as lectures_on_days
from booking.lectures.closed_days import queries as closed_day_queries
from booking.lectures.expiry import tasks as lecture_tasks
from booking.lectures.page import sections
from booking.lectures.reminders import tasks as reminder_tasks
from booking.lectures.schedules import queries as schedule_queries
from booking.listener_links import ports as link_ports
from booking.listener_links import views as listener_link_views
from booking.listener_links.engine.purposes import LinkPurpose
from booking.members import merger as member_merger
from booking.members import references as member_references
from booking.members import security as member_security
from booking.members import tasks as member_tasks
from booking.members import views as member_views
from booking.members.invitations import ports as invitation_ports
from booking.members.sign_up import digest_part as member_digest
from booking.nominations import delivery as nomination_mails
from booking.nominations import digest_part as nomination_digest
from booking.nominations import merger as nomination_merger
from booking.nominations import references as nomination_references
from booking.nominations import views as nomination_views
from booking.notifications import closed_days as closed_day_mails
from booking.notifications import contacts as contact_mails
from booking.notifications import orders as order_mails
from booking.notifications import security as mail_security
from booking.notifications import tasks as notification_tasks
from booking.notifications import views as notification_views
from booking.notifications.choices import ports as choice_ports
from booking.notifications.choices.engine.ways import MessageWay
from booking.notifications.digests import booking_parts as booking_digest
from booking.notifications.digests import delivery as digest_mails
from booking.notifications.digests import parts as digest_parts
from booking.notifications.digests import tasks as digest_tasks
from booking.notifications.lectures import attendees as attendee_mails
from booking.notifications.lectures import service as lecture_mails
from booking.notifications.reminders import delivery as lecture_reminder_mails
from booking.notifications.reminders import tasks as lecture_reminder_tasks
from booking.notifications.robots import delivery as robot_delivery
from booking.notifications.robots import queries as robot_queries
from booking.notifications.robots import references as robot_references
from booking.notifications.texts import delivery as text_delivery
from booking.notifications.texts import queries as text_queries
from booking.notifications.transmission import delivery as mail_delivery
from booking.notifications.transmission import routes
from booking.orders import merger as order_merger
from booking.orders import quotas as order_quotas
from booking.orders import references as order_references
from booking.orders import tasks as order_tasks
from booking.orders import views as order_views
from booking.orders.answers import service as order_answers
from booking.orders.season import tasks as season_tasks
from booking.organisations import tasks as organisation_tasks
from booking.organisations import views as organisation_views
from booking.organisations.lists import service as list_service
from booking.organisations.regions import views as region_views
from booking.outbox import handlers as outbox_handlers
from booking.oversight import security as oversight_security
from booking.oversight import tasks as oversight_tasks
from booking.oversight import views as oversight_views
from booking.oversight.reveals import delivery as reveal_mails
from booking.oversight.reveals import tasks as reveal_tasks
from booking.privacy.exits import merger as leaving_merger
from booking.privacy.exits import tasks as leaving_tasks
from booking.privacy.person import views as own_page_views
from booking.privacy.retention import tasks as retention_tasks
from booking.privacy.retention import views as retention_views
from booking.process import files, redaction
from booking.process.sizes import MEGABYTE
from booking.recruiting import delivery as recruiting_mails
from booking.recruiting import digest_part as recruiting_digest
from booking.recruiting import merger as recruiting_merger
from booking.recruiting import references as recruiting_references
from booking.recruiting import views as recruiting_views
from booking.register import merger as register_merger
from booking.register import references as register_references
from booking.register import views as register_views
from booking.register.background import tasks as register_tasks
from booking.register.exports import service as register_exports
from booking.register.report import ports as report_ports
from booking.replies import delivery as reply_mails
from booking.replies import tasks as reply_tasks
from booking.replies import views as reply_views
from booking.settings import machine, preferences
from booking.settings import queries as setting_values
from booking.settings.engine.declarations import CONTACT_LINE
from booking.statistics import views as statistics_views
from booking.styleguide import views as styleguide_views
from booking.visibility import views as visibility_views
from booking.web import (
    assets,
    compression,
    error_pages,
    origins,
    pages,
    request_limits,
    request_safety,
)
from booking.web.application import Application
from booking.workbooks.engine import archive
from booking.year_reviews import views as year_review_views

LARGEST_FILE = max(archive.MAX_BYTES, external_calendar.MOST_BYTES)
"""In bytes, of what the forms take; a request also has the other fields of its form."""

migrate = Migrate()


def create_app(settings: config.Settings | None = None) -> Flask:
    """Build the application from validated settings (default: the environment)."""
    settings = settings or config.load()
    files.prepare(settings)
    app = Application("booking", instance_path=str(settings.instance))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # A traceback of a database error must not contain personal data.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
        BASE_URL=settings.base_url,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        TRUSTED_ADDRESSES=origins.Addresses(settings.trusted_addresses),
        SMTP_URL=settings.smtp_url,
        REPLY_MAILDIR=settings.reply_maildir,
        LOCAL=settings.local,
        PRODUCTION=settings.production,
        STYLEGUIDE=not settings.production,
        EXPIRY_LIMIT=settings.expiry_limit,
        FEED_PLAIN_AGENTS=settings.feed_plain_agents,
        LARGEST_FILE=LARGEST_FILE,
        MAX_CONTENT_LENGTH=LARGEST_FILE + MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE,
    )
    origins.init_app(app)
    compression.init_app(app)
    assets.init_app(app, instance=settings.instance, watch=not settings.production)
    request_safety.init_app(app)
    request_limits.init_app(app, storage=settings.rate_limit_url, factor=settings.rate_limits)
    secure = settings.base_url.startswith("https://")
    if settings.proxies:
        # The client's address is the one that the outermost trusted proxy saw.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=1, x_host=1
        )
    db.init_app(app)
    migrate.init_app(app, db.db, directory=str(config.ROOT / "migrations"))
    setting_values.init_app(app, machine.values_of(settings))
    i18n.init_app(app, preferences.preferences())
    guards.init_app(app)
    pages.init_app(app)
    error_pages.init_app(app)
    audit.init_app(app, acting=guards.acting)
    secrets = [settings.secret_key, *settings.secret_key_fallbacks]
    jobs = job_runner.init_app(app, settings.huey_url, secrets)
    security.init_app(app, mail_util=mail_security.QueuedMail, secure_cookies=secure)
    app.jinja_env.globals["may"] = guards.may
    app.jinja_env.globals["awaits_setup"] = setup_links.is_awaited
    app.jinja_env.globals["contact_line"] = partial(setting_values.in_force, CONTACT_LINE)
    app.jinja_env.globals["may_try"] = guards.may_try
    app.jinja_env.globals["actor"] = guards.actor
    app.jinja_env.globals["person_name"] = instructor_words.person_name
    for blueprint in (
        directory_views.blueprint,
        accounts_views.blueprint,
        factor_views.blueprint,
        synonym_views.blueprint,
        field_views.blueprint,
        editor_views.blueprint,
        lecture_views.blueprint,
        order_views.blueprint,
        calendar_views.blueprint,
        feed_views.blueprint,
        notification_views.blueprint,
        reply_views.blueprint,
        organisation_views.blueprint,
        region_views.blueprint,
        member_views.blueprint,
        register_views.blueprint,
        export_views.blueprint,
        nomination_views.blueprint,
        dossier_views.blueprint,
        contact_views.blueprint,
        oversight_views.blueprint,
        consent_views.blueprint,
        visibility_views.blueprint,
        attendance_views.blueprint,
        follow_up_views.blueprint,
        entry_views.blueprint,
        retention_views.blueprint,
        own_page_views.blueprint,
        statistics_views.blueprint,
        administration_views.blueprint,
        operation_views.blueprint,
        styleguide_views.blueprint,
        listener_link_views.blueprint,
        evaluation_views.blueprint,
        recruiting_views.blueprint,
        year_review_views.blueprint,
        knowledge_test_views.blueprint,
    ):
        app.register_blueprint(blueprint)
    api_views.init_app(app)
    redaction.init_app(app)
    # Functions of a higher feature that availability calls are injected here.
    ports.connect(
        app,
        ports.LecturePort(
            schedule_queries.schedules,
            known_uids=lecture_queries.known_uids,
            promised=closed_day_queries.promised,
            on_days=lectures_on_days.lectures_on_days,
        ),
    )
    sections.connect(
        app,
        (
            knowledge_test_sections.test_section,
            attendance_section.section_of,
            evaluation_section.evaluation_section,
            follow_up_section.section_of,
            dossier_pages.section_of,
        ),
    )
    link_ports.connect(
        app,
        {
            LinkPurpose.ATTENDANCE: attendance_link.PORT,
            LinkPurpose.EVALUATION: evaluation_ports.PORT,
            **knowledge_test_sections.PORTS,
        },
    )
    invitation_ports.connect(app, report_ports.people_of_import)
    export_kinds.connect(
        app,
        {
            register_exports.KIND: register_exports.EXPORT,
            list_service.KIND: list_service.EXPORT,
            dossier_lists.KIND: dossier_lists.EXPORT,
        },
    )
    dossiers.connect(app, (*dossier_parts.PARTS, *later_parts.PARTS))
    choice_ports.connect(app, MessageWay.TEXT, text_queries.is_offered)
    choice_ports.connect(app, MessageWay.ROBOT, robot_queries.has_robot)
    digest_parts.connect(
        app,
        (
            *booking_digest.PARTS,
            member_digest.requests_to_join,
            entry_digest.changes_to_review,
            nomination_digest.nominations,
            recruiting_digest.recruiting,
            booking_digest.undelivered_mail,
        ),
    )
    # In the order in which rows are locked (decision 0131): a lecture, its order, the branch.
    references.connect(
        app,
        (
            *lecture_references.REFERENCES,
            *order_references.REFERENCES,
            *account_references.REFERENCES,
            *instructor_references.REFERENCES,
            *availability_references.REFERENCES,
            *calendar_references.REFERENCES,
            *register_references.REFERENCES,
            *member_references.REFERENCES,
            *nomination_references.REFERENCES,
            *contact_references.REFERENCES,
            *robot_references.REFERENCES,
            *recruiting_references.REFERENCES,
        ),
    )
    for merger in (
        contact_merger,
        availability_merger,
        lecture_merger,
        order_merger,
        calendar_merger,
        register_merger,
        member_merger,
        nomination_merger,
        dossier_merger,
        leaving_merger,
        recruiting_merger,
        knowledge_test_merger,
    ):
        merger.subscribe()
    entry_merger_views.init_app(app)
    text_erasure.subscribe()
    oversight_security.subscribe(app)
    first_sign_in.init_app(app)
    job_record.subscribe(app)
    calendar_service.subscribe(app)
    feed_service.subscribe(app)
    order_answers.subscribe()
    demand_searches.subscribe()
    order_quotas.subscribe()
    evaluations.subscribe()
    member_security.subscribe()
    handlers = outbox_handlers.Handlers()
    search_index.subscribe(handlers)
    lecture_mails.subscribe(handlers)
    attendee_mails.subscribe()
    closed_day_mails.subscribe(handlers)
    order_mails.subscribe(handlers)
    follow_up_mails.subscribe(handlers)
    entry_mails.subscribe(handlers)
    entry_answer_mails.subscribe(handlers)
    nomination_mails.subscribe(handlers)
    recruiting_mails.subscribe(handlers)
    contact_mails.subscribe(handlers)
    reveal_mails.subscribe(handlers)
    reply_mails.subscribe(handlers)
    lecture_reminder_mails.subscribe(handlers)
    digest_mails.subscribe(handlers)
    evaluation_mails.subscribe(handlers)
    outbox_handlers.connect(app, handlers)
    routes.connect(
        app, (mail_delivery.MAIL_ROUTE, text_delivery.TEXT_ROUTE, robot_delivery.ROBOT_ROUTE)
    )
    account_tasks.schedule(jobs)
    lecture_tasks.schedule(jobs)
    order_tasks.schedule(jobs)
    feed_tasks.schedule(jobs)
    reminder_tasks.schedule(jobs)
    lecture_reminder_tasks.schedule(jobs)
    digest_tasks.schedule(jobs)
    notification_tasks.schedule(jobs)
    field_tasks.schedule(jobs)
    organisation_tasks.schedule(jobs)
    register_tasks.schedule(jobs)
    export_tasks.schedule(jobs)
    follow_up_tasks.schedule(jobs)
    entry_tasks.schedule(jobs)
    oversight_tasks.schedule(jobs)
    member_tasks.schedule(jobs)
    retention_tasks.schedule(jobs)
    leaving_tasks.schedule(jobs)
    contact_tasks.schedule(jobs)
    reveal_tasks.schedule(jobs)
    reply_tasks.schedule(jobs)
    evaluation_tasks.schedule(jobs)
    # Last: a slow calendar or a long computation must not hold up the mail of the same round.
    availability_tasks.schedule(jobs)
    season_tasks.schedule(jobs)
    operation_tasks.schedule(jobs)
    _add_commands(app)
    return app


def _add_commands(app: Flask) -> None:
    """Register the commands, whose modules import the whole application: so they come last."""
    from booking.cli import commands as cli

    cli.init_app(app)
