"""The application factory: reads settings and initialises the features in order.

- `blueprints` the pages; `connections` ports that are filled from above; `subscriptions` who hears
  of which signals and events; `schedules` background jobs.

Not: anything that a feature can do itself.
"""

from __future__ import annotations

from functools import partial

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from booking import audit, db, i18n
from booking import jobs as job_runner
from booking.accounts import guards, security
from booking.administration.setup import links as setup_links
from booking.api import views as api_views
from booking.app import blueprints, connections, schedules, subscriptions
from booking.availability.external.engine import calendar as external_calendar
from booking.instructors import words as instructor_words
from booking.notifications import security as mail_security
from booking.process import files, redaction
from booking.process.sizes import MEGABYTE
from booking.settings import machine, preferences
from booking.settings import queries as setting_values
from booking.settings.engine.declarations import CONTACT_LINE
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
    blueprints.register(app)
    api_views.init_app(app)
    redaction.init_app(app)
    connections.connect(app)
    subscriptions.subscribe(app)
    schedules.schedule(jobs)
    _add_commands(app)
    return app


def _add_commands(app: Flask) -> None:
    """Register the commands, whose modules import the whole application: so they come last."""
    from booking.cli import commands as cli

    cli.init_app(app)
