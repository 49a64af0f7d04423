"""What gunicorn serves: the application of `wsgi` with the routes for measuring."""

from benchmarks.routes import add_routes
from wsgi import app

add_routes(app)
