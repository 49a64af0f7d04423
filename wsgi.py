"""The WSGI entry point: `gunicorn wsgi:app`, and `flask` finds it by itself."""

import os
import sys

import config
from booking.app import create_app

# Web server, worker and commands all begin here: what they write is their owner's alone.
os.umask(0o077)

try:
    app = create_app(config.load())
except config.SettingsError as error:
    sys.exit("\n".join(f"Settings: {line}" for line in str(error).splitlines()))
