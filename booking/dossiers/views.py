"""The blueprint of dossiers; each subject registers its own routes."""

from __future__ import annotations

from flask import Blueprint

from booking.dossiers.lists import views as list_views
from booking.dossiers.records import views as record_views
from booking.dossiers.service_certificates import views as certificate_views

blueprint = Blueprint("dossiers", __name__)
record_views.register(blueprint)
list_views.register(blueprint)
certificate_views.register(blueprint)
