"""What lower features are handed in from higher ones, by typed ports."""

from __future__ import annotations

from flask import Flask

from booking.accounts.successors import references as account_references
from booking.attendance import link as attendance_link
from booking.attendance import section as attendance_section
from booking.availability import ports
from booking.availability import references as availability_references
from booking.calendars import references as calendar_references
from booking.contacts import references as contact_references
from booking.db import references
from booking.dossiers.lists import service as dossier_lists
from booking.dossiers.records import built_in as dossier_parts
from booking.dossiers.records import later_parts
from booking.dossiers.records import parts as dossiers
from booking.dossiers.records import views as dossier_pages
from booking.entries import digest_part as entry_digest
from booking.evaluations import ports as evaluation_ports
from booking.evaluations import section as evaluation_section
from booking.exports import kinds as export_kinds
from booking.follow_ups import section as follow_up_section
from booking.instructors import references as instructor_references
from booking.knowledge_tests import sections as knowledge_test_sections
from booking.lectures import queries as lecture_queries
from booking.lectures import references as lecture_references
from booking.lectures.closed_days import on_days as lectures_on_days
from booking.lectures.closed_days import queries as closed_day_queries
from booking.lectures.page import sections
from booking.lectures.schedules import queries as schedule_queries
from booking.listener_links import ports as link_ports
from booking.listener_links.engine.purposes import LinkPurpose
from booking.members import references as member_references
from booking.members.invitations import ports as invitation_ports
from booking.members.sign_up import digest_part as member_digest
from booking.nominations import digest_part as nomination_digest
from booking.nominations import references as nomination_references
from booking.notifications.choices import ports as choice_ports
from booking.notifications.choices.engine.ways import MessageWay
from booking.notifications.digests import booking_parts as booking_digest
from booking.notifications.digests import parts as digest_parts
from booking.notifications.robots import queries as robot_queries
from booking.notifications.robots import references as robot_references
from booking.notifications.texts import queries as text_queries
from booking.orders import references as order_references
from booking.organisations.lists import service as list_service
from booking.recruiting import digest_part as recruiting_digest
from booking.recruiting import references as recruiting_references
from booking.register import references as register_references
from booking.register.exports import service as register_exports
from booking.register.report import ports as report_ports


def connect(app: Flask) -> None:
    """Connect every port of an application."""
    # Functions of a higher feature that availability calls are injected here.
    ports.connect(
        app,
        ports.LecturePort(
            schedule_queries.schedules,
            known_uids=lecture_queries.known_uids,
            promised=closed_day_queries.promised,
            on_days=lectures_on_days.lectures_on_days,
        ),
    )
    sections.connect(
        app,
        (
            knowledge_test_sections.test_section,
            attendance_section.section_of,
            evaluation_section.evaluation_section,
            follow_up_section.section_of,
            dossier_pages.section_of,
        ),
    )
    link_ports.connect(
        app,
        {
            LinkPurpose.ATTENDANCE: attendance_link.PORT,
            LinkPurpose.EVALUATION: evaluation_ports.PORT,
            **knowledge_test_sections.PORTS,
        },
    )
    invitation_ports.connect(app, report_ports.people_of_import)
    export_kinds.connect(
        app,
        {
            register_exports.KIND: register_exports.EXPORT,
            list_service.KIND: list_service.EXPORT,
            dossier_lists.KIND: dossier_lists.EXPORT,
        },
    )
    dossiers.connect(app, (*dossier_parts.PARTS, *later_parts.PARTS))
    choice_ports.connect(app, MessageWay.TEXT, text_queries.is_offered)
    choice_ports.connect(app, MessageWay.ROBOT, robot_queries.has_robot)
    digest_parts.connect(
        app,
        (
            *booking_digest.PARTS,
            member_digest.requests_to_join,
            entry_digest.changes_to_review,
            nomination_digest.nominations,
            recruiting_digest.recruiting,
            booking_digest.undelivered_mail,
        ),
    )
    # In the order in which rows are locked (decision 0131): a lecture, its order, the branch.
    references.connect(
        app,
        (
            *lecture_references.REFERENCES,
            *order_references.REFERENCES,
            *account_references.REFERENCES,
            *instructor_references.REFERENCES,
            *availability_references.REFERENCES,
            *calendar_references.REFERENCES,
            *register_references.REFERENCES,
            *member_references.REFERENCES,
            *nomination_references.REFERENCES,
            *contact_references.REFERENCES,
            *robot_references.REFERENCES,
            *recruiting_references.REFERENCES,
        ),
    )
