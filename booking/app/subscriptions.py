"""Which features hear of which signals and events."""

from __future__ import annotations

from flask import Flask

from booking.administration.operations import job_record
from booking.administration.texts import erasure as text_erasure
from booking.availability import merger as availability_merger
from booking.calendars import merger as calendar_merger
from booking.calendars import service as calendar_service
from booking.calendars.feeds import service as feed_service
from booking.contacts import merger as contact_merger
from booking.contacts.consents import first_sign_in
from booking.demand import searches as demand_searches
from booking.dossiers import merger as dossier_merger
from booking.entries.confirmations import delivery as entry_mails
from booking.entries.mergers import views as entry_merger_views
from booking.entries.reviews import delivery as entry_answer_mails
from booking.evaluations import delivery as evaluation_mails
from booking.evaluations import service as evaluations
from booking.follow_ups import delivery as follow_up_mails
from booking.instructors import search_index
from booking.knowledge_tests import merger as knowledge_test_merger
from booking.lectures import merger as lecture_merger
from booking.members import merger as member_merger
from booking.members import security as member_security
from booking.nominations import delivery as nomination_mails
from booking.nominations import merger as nomination_merger
from booking.notifications import closed_days as closed_day_mails
from booking.notifications import contacts as contact_mails
from booking.notifications import orders as order_mails
from booking.notifications.digests import delivery as digest_mails
from booking.notifications.lectures import attendees as attendee_mails
from booking.notifications.lectures import service as lecture_mails
from booking.notifications.reminders import delivery as lecture_reminder_mails
from booking.notifications.robots import delivery as robot_delivery
from booking.notifications.texts import delivery as text_delivery
from booking.notifications.transmission import delivery as mail_delivery
from booking.notifications.transmission import routes
from booking.orders import merger as order_merger
from booking.orders import quotas as order_quotas
from booking.orders.answers import service as order_answers
from booking.outbox import handlers as outbox_handlers
from booking.oversight import security as oversight_security
from booking.oversight.reveals import delivery as reveal_mails
from booking.privacy.exits import merger as leaving_merger
from booking.recruiting import delivery as recruiting_mails
from booking.recruiting import merger as recruiting_merger
from booking.register import merger as register_merger
from booking.replies import delivery as reply_mails


def subscribe(app: Flask) -> None:
    """Subscribe the features to signals, and the handlers of events to the outbox."""
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
