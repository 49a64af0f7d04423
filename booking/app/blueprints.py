"""The blueprints of all features."""

from __future__ import annotations

from flask import Flask

from booking.accounts import views as accounts_views
from booking.accounts.factors import views as factor_views
from booking.administration import views as administration_views
from booking.administration.operations import views as operation_views
from booking.attendance import views as attendance_views
from booking.availability.editor import views as editor_views
from booking.calendars import views as calendar_views
from booking.calendars.feeds import views as feed_views
from booking.contacts import views as contact_views
from booking.contacts.consents import views as consent_views
from booking.directory import views as directory_views
from booking.dossiers import views as dossier_views
from booking.entries import views as entry_views
from booking.evaluations import views as evaluation_views
from booking.exports import views as export_views
from booking.follow_ups import views as follow_up_views
from booking.instructors.fields import views as field_views
from booking.instructors.synonyms import views as synonym_views
from booking.knowledge_tests import views as knowledge_test_views
from booking.lectures import views as lecture_views
from booking.listener_links import views as listener_link_views
from booking.members import views as member_views
from booking.nominations import views as nomination_views
from booking.notifications import views as notification_views
from booking.orders import views as order_views
from booking.organisations import views as organisation_views
from booking.organisations.regions import views as region_views
from booking.oversight import views as oversight_views
from booking.privacy.person import views as own_page_views
from booking.privacy.retention import views as retention_views
from booking.recruiting import views as recruiting_views
from booking.register import views as register_views
from booking.replies import views as reply_views
from booking.statistics import views as statistics_views
from booking.styleguide import views as styleguide_views
from booking.visibility import views as visibility_views
from booking.year_reviews import views as year_review_views


def register(app: Flask) -> None:
    """Register the pages of all features."""
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
