"""Own data of the account."""

from __future__ import annotations

from collections.abc import Sequence

from booking.accounts.models import Membership, Organisation, Passkey, Region, SignIn, User
from booking.calendars.feeds.models import Feed
from booking.contacts.models import UserContact
from booking.members.models import Invitation
from booking.notifications.choices.models import MessageChoice, MessagePreference
from booking.privacy.export.parts import Part, plain
from booking.sentences import N_

ACCOUNT: Sequence[Part] = (
    Part(
        "account",
        N_("Account"),
        (User.id,),
        plain(User.name, User.email, User.phone, User.language, User.created_at, User.signed_in_at),
        contacts=True,
    ),
    Part(
        "memberships",
        N_("Roles"),
        (Membership.user_id,),
        (
            ("role", Membership.role),
            ("organisation", Organisation.name),
            ("region", Region.name),
            ("created_at", Membership.created_at),
        ),
        lambda query: query.outerjoin(
            Organisation, Organisation.id == Membership.organisation_id
        ).outerjoin(Region, Region.code == Membership.region_code),
    ),
    Part(
        "account_contacts",
        N_("Contacts of the account"),
        (UserContact.user_id,),
        plain(UserContact.channel, UserContact.value, UserContact.created_at),
        contacts=True,
    ),
    Part(
        "sign_ins",
        N_("Sign-ins"),
        (SignIn.user_id,),
        plain(SignIn.browser, SignIn.system, SignIn.created_at, SignIn.last_used_at),
    ),
    Part("passkeys", N_("Passkeys"), (Passkey.user_id,), plain(Passkey.name)),
    Part(
        "invitations",
        N_("Invitations to you"),
        (Invitation.accepted_by, Invitation.instructor_id),
        plain(Invitation.role, Invitation.name, Invitation.created_at, Invitation.accepted_at),
    ),
    Part(
        "calendars",
        N_("Calendar addresses"),
        (Feed.user_id, Feed.instructor_id),
        (
            ("kind", Feed.kind),
            *plain(
                Feed.name,
                Feed.busy_only,
                Feed.tentative,
                Feed.created_at,
                Feed.last_used_at,
                Feed.revoked_at,
            ),
        ),
    ),
    Part(
        "message_choices",
        N_("Choices of messages"),
        (MessageChoice.user_id,),
        (
            ("message_kind", MessageChoice.kind),
            ("message_way", MessageChoice.mail),
            ("by_text", MessageChoice.text),
            ("by_robot", MessageChoice.robot),
            *plain(MessageChoice.changed_at),
        ),
    ),
    Part(
        "message_preferences",
        N_("Reminders, quiet hours, digest"),
        (MessagePreference.user_id,),
        plain(
            MessagePreference.remind_week,
            MessagePreference.remind_day,
            MessagePreference.remind_hours,
            MessagePreference.quiet_from,
            MessagePreference.quiet_until,
            MessagePreference.digest,
            MessagePreference.digest_minute,
            MessagePreference.tentative,
            MessagePreference.changed_at,
        ),
    ),
)
