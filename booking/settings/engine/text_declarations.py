"""The settings of text messages: the service, its templates, limits, codes for sign-in. Pure."""

from __future__ import annotations

import enum

from booking.sentences import N_
from booking.settings.engine.kinds import Choice, Line, Number, Secret, Setting, WebAddress


class TextService(enum.StrEnum):
    """Who sends text messages."""

    NONE = "none"
    TENCENT = "tencent"
    """Tencent Cloud, by its SDK."""
    HOOK = "hook"
    """Another program, which gets each message by a POST (docs/text-messages.md)."""


TENCENT_ENDPOINT = "https://sms.tencentcloudapi.com"
LEAST_VARIABLE = 6
"""Characters that every account at Tencent Cloud may put in a variable of a template."""

TEXT_SERVICE = Setting(
    "text_service",
    Choice(
        (
            (TextService.NONE.value, N_("Nobody: no text messages are sent")),
            (TextService.TENCENT.value, N_("Tencent Cloud")),
            (TextService.HOOK.value, N_("Another program, by an HTTP hook")),
        )
    ),
    TextService.NONE.value,
    N_("Who sends text messages"),
    N_(
        "For people with an account who gave a telephone number and no mail address. Whoever sends "
        "them processes telephone numbers for you: name it in the privacy notice."
    ),
)
TEXT_ENDPOINT = Setting(
    "text_endpoint",
    WebAddress(),
    TENCENT_ENDPOINT,
    N_("Address of the interface"),
    N_("Leave it as it is, unless a gateway of your own stands in between."),
)
TEXT_REGION = Setting(
    "text_region",
    Line(40),
    "ap-guangzhou",
    N_("Region of the interface"),
    N_("As the console of Tencent Cloud names it."),
)
TEXT_SECRET_ID = Setting(
    "text_secret_id",
    Line(100),
    "",
    N_("SecretId"),
    N_("Of a sub-account that may do nothing but send text messages."),
)
TEXT_SECRET_KEY = Setting(
    "text_secret_key",
    Secret(),
    "",
    N_("SecretKey"),
    N_("Stored encrypted and never shown again."),
)
TEXT_APP_ID = Setting(
    "text_app_id",
    Line(40),
    "",
    N_("SdkAppId"),
    N_("The number of the application in the console."),
)
TEXT_SIGNATURE = Setting(
    "text_signature",
    Line(20),
    "",
    N_("Signature"),
    N_("As it was approved, without brackets: it stands before each message."),
)
TEXT_TEMPLATE_CODE = Setting(
    "text_template_code",
    Line(20),
    "",
    N_("Template of codes for sign-in"),
    N_("The number that the provider gave it."),
)
TEXT_TEMPLATE_ANSWER = Setting(
    "text_template_answer",
    Line(20),
    "",
    N_("Template of lectures that wait for an answer"),
    N_("The number that the provider gave it."),
)
TEXT_TEMPLATE_CALENDAR = Setting(
    "text_template_calendar",
    Line(20),
    "",
    N_("Template of changes of a lecture"),
    N_("The number that the provider gave it."),
)
TEXT_TEMPLATE_REMINDER = Setting(
    "text_template_reminder",
    Line(20),
    "",
    N_("Template of reminders"),
    N_("The number that the provider gave it."),
)
TEXT_LENGTH = Setting(
    "text_length",
    Number(LEAST_VARIABLE, 40),
    LEAST_VARIABLE,
    N_("Characters of a variable"),
    N_("Longer values are cut. More than %(count)s only if your provider allows it.",
       count=LEAST_VARIABLE),
)  # fmt: skip
TEXT_HOOK_URL = Setting(
    "text_hook_url",
    WebAddress(),
    "",
    N_("Address of the program"),
    N_("It gets each message by a POST, as the documentation says."),
)
TEXT_HOOK_SECRET = Setting(
    "text_hook_secret",
    Secret(),
    "",
    N_("Key of the signature"),
    N_("By which the program tells your messages from others. Stored encrypted, never shown."),
)
TEXTS_PER_NUMBER = Setting(
    "texts_per_number",
    Number(1, 100),
    10,
    N_("Messages to one number in a day"),
    N_("Further ones are not sent; the list of messages says so."),
)
TEXTS_PER_ACCOUNT = Setting(
    "texts_per_account",
    Number(1, 100),
    10,
    N_("Messages to one account in a day"),
    N_("Also when its number changes during the day."),
)
TEXTS_PER_DAY = Setting(
    "texts_per_day",
    Number(1, 100000),
    500,
    N_("Messages of this installation in a day"),
    N_("What a mistake or an attack can cost at most."),
)
PHONE_CODES = Setting(
    "phone_codes",
    Choice((("no", N_("No")), ("yes", N_("Yes")))),
    "no",
    N_("Sign in with a code on the telephone"),
    N_(
        "Instead of the password. A second step is asked for as ever; administrators without one "
        "sign in with their password."
    ),
)

SERVICE_SETTINGS = (TEXT_SERVICE,)
TENCENT_SETTINGS = (
    TEXT_ENDPOINT,
    TEXT_REGION,
    TEXT_SECRET_ID,
    TEXT_SECRET_KEY,
    TEXT_APP_ID,
    TEXT_SIGNATURE,
)
TEMPLATE_SETTINGS = (
    TEXT_TEMPLATE_CODE,
    TEXT_TEMPLATE_ANSWER,
    TEXT_TEMPLATE_CALENDAR,
    TEXT_TEMPLATE_REMINDER,
    TEXT_LENGTH,
)
HOOK_SETTINGS = (TEXT_HOOK_URL, TEXT_HOOK_SECRET)
LIMIT_SETTINGS = (TEXTS_PER_NUMBER, TEXTS_PER_ACCOUNT, TEXTS_PER_DAY, PHONE_CODES)

TEXT_SETTINGS = (
    *SERVICE_SETTINGS,
    *TENCENT_SETTINGS,
    *TEMPLATE_SETTINGS,
    *HOOK_SETTINGS,
    *LIMIT_SETTINGS,
)
