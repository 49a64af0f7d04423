"""The WSGI application for gunicorn: `wsgi.app` with the benchmark routes."""

from benchmarks.routes import add_routes
from wsgi import app

add_routes(app)
