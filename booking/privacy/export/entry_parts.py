"""Own data of the entry in the register, and of its times."""

from __future__ import annotations

from collections.abc import Sequence

from booking.accounts.models import Region
from booking.availability.external.models import ExternalCalendar
from booking.availability.models import (
    BookingRule,
    DateOverride,
    Suspension,
    Term,
    Timetable,
    WeeklyBlock,
)
from booking.dossiers.service_certificates.models import ServiceCertificate
from booking.entries.models import EntryChange, Portrait, RequestedChange
from booking.instructors.models import (
    Contact,
    Field,
    Instructor,
    InstructorField,
    MergedEntry,
    ServedRegion,
    Topic,
)
from booking.nominations.models import Departure
from booking.privacy.export.parts import Part, plain
from booking.register.models import BatchEntry, ImportBatch
from booking.sentences import N_

ENTRY: Sequence[Part] = (
    Part(
        "entry",
        N_("Entry in the register"),
        (Instructor.id,),
        (
            *plain(Instructor.name, Instructor.name_pinyin, Instructor.workplace),
            *plain(Instructor.title, Instructor.gender, Instructor.birth_month),
            ("region", Region.name),
            *plain(Instructor.introduction, Instructor.listed, Instructor.created_at),
            *plain(Instructor.changed_at, Instructor.confirmed_at),
        ),
        lambda query: query.join(Region, Region.code == Instructor.region_code),
    ),
    Part(
        "contacts",
        N_("Contacts in the register"),
        (Contact.instructor_id,),
        plain(Contact.channel, Contact.value, Contact.created_at),
        contacts=True,
    ),
    Part(
        "fields",
        N_("Fields"),
        (InstructorField.instructor_id,),
        (("field", Field.name),),
        lambda query: query.join(Field, Field.id == InstructorField.field_id),
    ),
    Part(
        "regions",
        N_("Districts served"),
        (ServedRegion.instructor_id,),
        (("region", Region.name),),
        lambda query: query.join(Region, Region.code == ServedRegion.region_code),
    ),
    Part(
        "topics",
        N_("Topics"),
        (Topic.instructor_id,),
        (("topic", Topic.title), *plain(Topic.summary, Topic.minutes, Topic.state)),
    ),
    Part("portrait", N_("Picture"), (Portrait.instructor_id,), plain(Portrait.changed_at)),
    Part(
        "terms",
        N_("Terms"),
        (Term.instructor_id,),
        plain(Term.first, Term.last, Term.certificate),
    ),
    Part(
        "service_certificates",
        N_("Certificates of service"),
        (ServiceCertificate.instructor_id,),
        plain(
            ServiceCertificate.number,
            ServiceCertificate.year,
            ServiceCertificate.lectures,
            ServiceCertificate.credit_hours,
            ServiceCertificate.issued_at,
        ),
    ),
    Part(
        "departures",
        N_("Leaving and coming back"),
        (Departure.instructor_id,),
        plain(Departure.left_on, Departure.reason, Departure.returned_at),
    ),
    Part(
        "imports",
        N_("Imports"),
        (BatchEntry.instructor_id,),
        (
            ("outcome", BatchEntry.outcome),
            ("filename", ImportBatch.filename),
            ("created_at", ImportBatch.created_at),
        ),
        lambda query: query.join(ImportBatch, ImportBatch.id == BatchEntry.batch_id),
    ),
    Part(
        "merged_entries",
        N_("Entries that became this one"),
        (MergedEntry.instructor_id,),
        plain(MergedEntry.name, MergedEntry.workplace, MergedEntry.merged_at),
    ),
    Part(
        "changes",
        N_("Changes of the entry"),
        (EntryChange.instructor_id,),
        plain(
            EntryChange.at,
            EntryChange.part,
            EntryChange.on_behalf,
            EntryChange.before,
            EntryChange.after,
        ),
    ),
    Part(
        "requested_changes",
        N_("Changes that wait or were returned"),
        (RequestedChange.instructor_id,),
        plain(
            RequestedChange.asked_at,
            RequestedChange.part,
            RequestedChange.after,
            RequestedChange.state,
            RequestedChange.remarks,
        ),
    ),
)

TIME: Sequence[Part] = (
    Part(
        "weekly_hours",
        N_("Weekly hours"),
        (WeeklyBlock.instructor_id,),
        plain(WeeklyBlock.weekday, WeeklyBlock.start_minute, WeeklyBlock.end_minute),
    ),
    Part(
        "timetables",
        N_("Timetables"),
        (Timetable.instructor_id,),
        (("label", Timetable.title), *plain(Timetable.valid_from, Timetable.valid_to)),
    ),
    Part(
        "exceptions",
        N_("Exceptions"),
        (DateOverride.instructor_id,),
        plain(DateOverride.kind, DateOverride.first, DateOverride.last, DateOverride.note),
    ),
    Part(
        "booking_rules",
        N_("Booking rules"),
        (BookingRule.instructor_id,),
        plain(
            BookingRule.notice_days,
            BookingRule.horizon_days,
            BookingRule.buffer_minutes,
            BookingRule.changed_at,
        ),
    ),
    Part(
        "suspensions",
        N_("Suspensions"),
        (Suspension.instructor_id,),
        plain(Suspension.first, Suspension.last, Suspension.reason),
    ),
    Part(
        "external_calendars",
        N_("External calendars"),
        (ExternalCalendar.instructor_id,),
        plain(ExternalCalendar.label, ExternalCalendar.host, ExternalCalendar.created_at),
    ),
)
