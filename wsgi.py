"""The WSGI entry point: `gunicorn wsgi:app`; `flask` finds it without an option."""

import os
import sys

import config
from booking.app import create_app

# Web server, worker and commands all import this module: only the owner can read their files.
os.umask(0o077)

try:
    app = create_app(config.load())
except config.SettingsError as error:
    sys.exit("\n".join(f"Settings: {line}" for line in str(error).splitlines()))
