"""A test message by the service in force, and its refusal as a sentence that names the cause."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask import current_app
from flask_babel import force_locale

from booking import i18n
from booking.errors import Invalid, Text
from booking.notifications.engine.outcomes import Unusable, code_of
from booking.notifications.texts import sender
from booking.notifications.texts.content import TextContent
from booking.notifications.texts.engine.wordings import VARIABLES, TextTemplate, wording
from booking.notifications.texts.services.outcomes import (
    AnswerLost,
    Refused,
    ServiceRefuses,
)
from booking.sentences import N_
from booking.settings.engine.text_declarations import (
    TEXT_APP_ID,
    TEXT_ENDPOINT,
    TEXT_HOOK_SECRET,
    TEXT_HOOK_URL,
    TEXT_LENGTH,
    TEXT_SECRET_ID,
    TEXT_SECRET_KEY,
    TEXT_SERVICE,
    TEXT_SIGNATURE,
    TextService,
)
from booking.settings.text_service import chosen

EXAMPLES = {
    "code": "000000",
    "minutes": "5",
    "day": "1-1",
    "time": "9:00",
    "district": "-",
    "topic": "-",
    "state": "-",
}
"""Values of a test message: it is about no lecture."""


def send(phone: str, template: TextTemplate, *, now: datetime) -> None:
    """Send a test message at once; raises `Invalid` that names the setting to look at."""
    used = sender.sender(lambda: now)
    if used is None:
        raise Invalid(N_("Choose first who sends text messages."), field=TEXT_SERVICE.name)
    missing = used.missing()
    if missing is not None:
        raise Invalid(N_("This is needed to send a message."), field=missing)
    try:
        used.send(phone, _content(template))
    except (Refused, Unusable) as error:
        field, sentence = _refusal(error, template)
        raise Invalid(sentence, field=field) from error


def _content(template: TextTemplate) -> TextContent:
    language = i18n.languages()[0]
    link = current_app.config["BASE_URL"]
    values = {name: EXAMPLES[name] for name in VARIABLES[template]}
    with force_locale(language):
        text = str(wording(template, values, link))
    key = f"trial-{secrets.token_hex(12)}"
    return TextContent(key, template, values, text, link, language.replace("_", "-"))


def _refusal(error: Exception, template: TextTemplate) -> tuple[str, Text]:
    """The setting that a refusal concerns, and a sentence with the cause and the way out."""
    code = code_of(error)
    by_hook = chosen() is TextService.HOOK
    where = TEXT_HOOK_URL.name if by_hook else TEXT_ENDPOINT.name
    if isinstance(error, AnswerLost):
        return where, N_("No answer came. Look whether the message arrived before you try again.")
    known = _OF_HOOK if by_hook else _OF_PROVIDER
    for beginning, field, sentence in known:
        if code.startswith(beginning):
            return field or f"text_template_{template.value}", sentence
    if isinstance(error, ServiceRefuses):
        return where, N_("The service takes no messages at present. It answered: %(code)s",
                         code=code)  # fmt: skip
    return "trial_phone", N_("The service refused the message. It answered: %(code)s", code=code)


_PHONE = "trial_phone"
_UNREACHABLE = N_("The service cannot be reached. Compare its address.")

_OF_HOOK: tuple[tuple[str, str, Text], ...] = (
    ("Unreachable", TEXT_HOOK_URL.name, _UNREACHABLE),
    ("ForbiddenAddress", TEXT_HOOK_URL.name,
     N_("No messages are sent to this address: machines keep credentials there.")),
    ("HTTP 401", TEXT_HOOK_SECRET.name,
     N_("The program refused the signature. Give it the same key.")),
    ("HTTP 403", TEXT_HOOK_SECRET.name,
     N_("The program refused the signature. Give it the same key.")),
    ("HTTP 30", TEXT_HOOK_URL.name,
     N_("The address leads to another one. Enter that one itself.")),
    ("HTTP 404", TEXT_HOOK_URL.name, N_("There is nothing at this address.")),
)  # fmt: skip

_OF_PROVIDER: tuple[tuple[str, str, Text], ...] = (
    ("Unreachable", TEXT_ENDPOINT.name, _UNREACHABLE),
    ("Redirected", TEXT_ENDPOINT.name,
     N_("The address leads to another one. Enter that one itself.")),
    ("AuthFailure.SecretId", TEXT_SECRET_ID.name, N_("The provider knows no such SecretId.")),
    ("AuthFailure.SignatureExpire", TEXT_ENDPOINT.name,
     N_("The clock of this machine is wrong by minutes. Let it be set by the network.")),
    ("AuthFailure", TEXT_SECRET_KEY.name,
     N_("The provider refused the key. Copy SecretId and SecretKey anew.")),
    ("UnauthorizedOperation.RequestIpNotInWhitelist", TEXT_SECRET_ID.name,
     N_("The provider takes messages from certain addresses only. Add this machine's there.")),
    ("UnauthorizedOperation.SmsSdkAppIdVerifyFail", TEXT_APP_ID.name,
     N_("The provider knows no such application in this account.")),
    ("InvalidParameterValue.SdkAppIdNotExist", TEXT_APP_ID.name,
     N_("The provider knows no such application in this account.")),
    ("UnauthorizedOperation.SdkAppIdIsDisabled", TEXT_APP_ID.name,
     N_("The application is switched off at the provider.")),
    ("UnauthorizedOperation.ServiceSuspendDueToArrears", TEXT_SECRET_ID.name,
     N_("The account at the provider is in arrears.")),
    ("UnauthorizedOperation", TEXT_SECRET_ID.name,
     N_("This SecretId may not send text messages. Allow it in the console.")),
    ("FailedOperation.InsufficientBalanceInSmsPackage", TEXT_APP_ID.name,
     N_("The package of messages is used up. Buy another one at the provider.")),
    ("FailedOperation.SignatureIncorrectOrUnapproved", TEXT_SIGNATURE.name,
     N_("The signature is not approved, or written in another way there.")),
    ("FailedOperation.TemplateParamSetNotMatchApprovedTemplate", "",
     N_("The approved template has other variables. Register the text that stands on this page.")),
    ("FailedOperation.Template", "",
     N_("The provider knows no approved template of this number.")),
    ("InvalidParameterValue.TemplateParameter", TEXT_LENGTH.name,
     N_("A variable is too long or not allowed for this template.")),
    ("NoTemplate", "", N_("Enter the number of the template.")),
    ("FailedOperation.PhoneNumberInBlacklist", _PHONE,
     N_("The owner of this number has told the provider to stop.")),
    ("InvalidParameterValue.IncorrectPhoneNumber", _PHONE,
     N_("The provider takes this for no telephone number.")),
    ("LimitExceeded.PhoneNumber", _PHONE,
     N_("The provider sends no more to this number at present. Try again later.")),
    ("LimitExceeded", TEXT_APP_ID.name,
     N_("The limit per day at the provider is reached. Raise it in the console.")),
)  # fmt: skip
"""Beginning of a code, the field that it concerns ("": that of the template), and the sentence.

The first that fits counts."""
