"""Consents of the cast, for tests."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from booking.accounts.engine.roles import Actor, Role, Standing
from booking.contacts.consents import service
from booking.contacts.consents.engine.questions import Question
from booking.contacts.engine.owners import Owner
from booking.contacts.models import UserContact
from booking.db import unit_of_work
from booking.instructors import service as instructors
from booking.instructors.engine.vocabulary import Channel
from booking.settings import service as settings
from booking.settings.engine.declarations import PUBLIC_REGISTER, PublicRegister
from booking.settings.queries import forget
from booking.visibility.engine.readers import Purpose
from tests import factories
from tests.factories import NOW, Branch, Teacher

PHONE, EMAIL = "12012345678", "canary@example.net"
ENTRY = Question(Purpose.ENTRY, None)


def add_contacts(app: Flask, instructor_id: int) -> None:
    """Give an entry a telephone number and a mail address."""
    with app.app_context(), unit_of_work() as session:
        instructors.add_contacts(
            session,
            entry=factories.editable(session, instructor_id),
            contacts=((Channel.PHONE, PHONE), (Channel.EMAIL, EMAIL)),
            now=NOW,
        )


def add_account_contact(app: Flask, user_id: int) -> None:
    """Give an account a telephone number."""
    with app.app_context(), unit_of_work() as session:
        session.add(
            UserContact(user_id=user_id, channel=Channel.PHONE, value=PHONE, created_at=NOW)
        )


def who(teacher: Teacher) -> Actor:
    """The instructor as who acts."""
    return Actor(teacher.user, (Standing(Role.INSTRUCTOR, instructor_id=teacher.id),))


def who_of_branch(branch: Branch) -> Actor:
    """The branch contact as who acts."""
    return Actor(branch.user, (Standing(Role.BRANCH, organisation_id=branch.id),))


def give(app: Flask, teacher: Teacher, question: Question, now: datetime = NOW) -> bool:
    """Agree for an entry, committed."""
    with app.app_context(), unit_of_work() as session:
        return service.give(
            session, actor=who(teacher), owner=Owner(teacher.id), question=question, now=now
        )


def withdraw(app: Flask, teacher: Teacher, question: Question, now: datetime = NOW) -> bool:
    """Withdraw for an entry, committed."""
    with app.app_context(), unit_of_work() as session:
        return service.withdraw(
            session, actor=who(teacher), owner=Owner(teacher.id), question=question, now=now
        )


def open_register(app: Flask, register: PublicRegister) -> None:
    """Set who sees the register without signing in."""
    with app.app_context():
        with unit_of_work() as session:
            settings.change(session, PUBLIC_REGISTER, register.value, now=NOW)
        forget()
