"""The application factory: reads settings and initialises the features in order."""

from __future__ import annotations

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
from booking.administration import views as administration_views
from booking.administration.operations import job_record
from booking.administration.operations import tasks as operation_tasks
from booking.administration.operations import views as operation_views
from booking.api import views as api_views
from booking.availability import ports
from booking.availability import tasks as availability_tasks
from booking.availability.editor import views as editor_views
from booking.availability.external.engine import calendar as external_calendar
from booking.calendars import service as calendar_service
from booking.calendars import views as calendar_views
from booking.directory import views as directory_views
from booking.instructors import words as instructor_words
from booking.instructors.synonyms import views as synonym_views
from booking.lectures import queries as lecture_queries
from booking.lectures import views as lecture_views
from booking.lectures.closed_days import on_days as lectures_on_days
from booking.lectures.closed_days import queries as closed_day_queries
from booking.lectures.expiry import tasks as lecture_tasks
from booking.lectures.reminders import tasks as reminder_tasks
from booking.nominations import delivery as nomination_mails
from booking.nominations import tasks as nomination_tasks
from booking.nominations import views as nomination_views
from booking.notifications import closed_days as closed_day_mails
from booking.notifications import orders as order_mails
from booking.notifications import service as notification_service
from booking.notifications import tasks as notification_tasks
from booking.notifications import views as notification_views
from booking.orders import quotas as order_quotas
from booking.orders import tasks as order_tasks
from booking.orders import views as order_views
from booking.orders.answers import service as order_answers
from booking.orders.season import tasks as season_tasks
from booking.outbox import handlers as outbox_handlers
from booking.oversight import security as oversight_security
from booking.oversight import tasks as oversight_tasks
from booking.oversight import views as oversight_views
from booking.process import files, redaction
from booking.process.sizes import MEGABYTE
from booking.register import tasks as register_tasks
from booking.register import views as register_views
from booking.register.engine import archive
from booking.styleguide import views as styleguide_views
from booking.web import assets, compression, origins, pages, request_limits, request_safety
from booking.web.application import Application

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
        TIMEZONE=settings.timezone,
        LANGUAGES=settings.languages,
        WORDS={"讲师": settings.instructor_word, "接单": settings.accept_word},
        SMTP_URL=settings.smtp_url,
        MAIL_FROM=settings.mail_from,
        AUDIT_DAYS=settings.audit_days,
        LOCAL=settings.local,
        STYLEGUIDE=not settings.production,
        SHOW_MAIL=settings.smtp_url is None and not settings.production,
        EXPIRY_LIMIT=settings.expiry_limit,
        CREDIT_HOUR_MINUTES=settings.credit_hour_minutes,
        FEED_PLAIN_AGENTS=settings.feed_plain_agents,
        SIGN_IN_DAYS=settings.sign_in_days,
        TWO_FACTOR_ROLES=settings.two_factor_roles,
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
    i18n.init_app(app)
    guards.init_app(app)
    pages.init_app(app)
    audit.init_app(app, acting=guards.acting)
    secrets = [settings.secret_key, *settings.secret_key_fallbacks]
    jobs = job_runner.init_app(app, settings.huey_url, secrets)
    security.init_app(app, mail_util=notification_service.QueuedMail, secure_cookies=secure)
    app.jinja_env.globals["may"] = guards.may
    app.jinja_env.globals["may_try"] = guards.may_try
    app.jinja_env.globals["actor"] = guards.actor
    app.jinja_env.globals["person_name"] = instructor_words.person_name
    for blueprint in (
        directory_views.blueprint,
        accounts_views.blueprint,
        factor_views.blueprint,
        synonym_views.blueprint,
        editor_views.blueprint,
        lecture_views.blueprint,
        order_views.blueprint,
        calendar_views.blueprint,
        notification_views.blueprint,
        register_views.blueprint,
        nomination_views.blueprint,
        oversight_views.blueprint,
        administration_views.blueprint,
        operation_views.blueprint,
        styleguide_views.blueprint,
    ):
        app.register_blueprint(blueprint)
    api_views.init_app(app)
    redaction.init_app(app)
    # Functions of a higher feature that availability calls are injected here.
    ports.connect(
        app,
        ports.LecturePort(
            lecture_queries.schedules,
            known_uids=lecture_queries.known_uids,
            promised=closed_day_queries.promised,
            on_days=lectures_on_days.lectures_on_days,
        ),
    )
    oversight_security.subscribe(app)
    job_record.subscribe(app)
    calendar_service.subscribe(app)
    order_answers.subscribe()
    order_quotas.subscribe()
    handlers = outbox_handlers.Handlers()
    notification_service.subscribe(handlers)
    closed_day_mails.subscribe(handlers)
    order_mails.subscribe(handlers)
    nomination_mails.subscribe(handlers)
    outbox_handlers.connect(app, handlers)
    account_tasks.schedule(jobs)
    lecture_tasks.schedule(jobs)
    order_tasks.schedule(jobs)
    reminder_tasks.schedule(jobs)
    notification_tasks.schedule(jobs)
    register_tasks.schedule(jobs)
    nomination_tasks.schedule(jobs)
    oversight_tasks.schedule(jobs)
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
