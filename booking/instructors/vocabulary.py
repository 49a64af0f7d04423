"""Controlled words of the register: audiences, formats, contact channels. Pure."""

import enum


class Audience(enum.StrEnum):
    """For whom a topic is meant (适用对象)."""

    CADRES = "cadres"
    MEMBERS = "members"
    NEW_STAFF = "new_staff"
    STUDENTS = "students"
    VILLAGERS = "villagers"
    COMMUNITY = "community"
    ENTERPRISE = "enterprise"


class Format(enum.StrEnum):
    """How a topic is taught (授课形式)."""

    LECTURE = "lecture"
    SEMINAR = "seminar"
    CASE = "case"
    ON_SITE = "on_site"
    SIMULATION = "simulation"
    ONLINE = "online"


class TraitKind(enum.StrEnum):
    """Which controlled list a trait of a topic comes from."""

    AUDIENCE = "audience"
    FORMAT = "format"


class Channel(enum.StrEnum):
    """By what means a person can be reached."""

    PHONE = "phone"
    EMAIL = "email"


class Visibility(enum.StrEnum):
    """Who may see a contact; wider classes need the person's consent."""

    HIDDEN = "hidden"
    BRANCH = "branch"
    PUBLIC = "public"


DEFAULT_MINUTES = 120
SHORTEST_MINUTES = 15
LONGEST_MINUTES = 480
