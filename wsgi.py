"""The WSGI entry point: `gunicorn wsgi:app`, and `flask` finds it by itself."""

import sys

import config
from booking import create_app

try:
    app = create_app(config.load())
except config.SettingsError as error:
    sys.exit(f"Settings: {error}")
