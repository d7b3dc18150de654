"""The settings of messages: who sends, through which servers, to whom in the office, and when not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fieldoffice.services.company import checks
from fieldoffice.services.company.spec import Spec

MAIL, SMS, RULES = "E-mail", "SMS", "Rules"
SECURITY = (("starttls", "STARTTLS (most servers, port 587)"), ("tls", "TLS from the start (port 465)"),
            ("none", "None: only for a server on this computer"))  # fmt: skip
SECTION = ("Messages", "mail", "How e-mails and SMS leave the office.")
QUIET_HINT = "SMS wait until the morning, in the company's time zone. Answers to what somebody did just now are sent at once."


def several(value: Any) -> str:
    """E-mail addresses with commas between them."""
    parts = [part for part in re.split(r"[,;\s]+", str(value)) if part]
    wrong = [part for part in parts if checks.email(part)]
    return f"This e-mail address cannot be right: {wrong[0]}." if wrong else ""


def host(value: Any) -> str:
    """The name of a server, without anything around it."""
    good = not value or re.fullmatch(r"[A-Za-z0-9._:-]+", str(value))
    return "" if good else "This is the name of a server alone, such as smtp.example.com."


def number(value: Any) -> str:
    """A telephone number with its country, or a sender's name as some providers allow it."""
    good = not value or re.fullmatch(r"\+[1-9][0-9]{6,14}|[A-Za-z0-9 ]{1,11}", str(value))
    return "" if good else "A number begins with + and its country, such as +12025550100."


MESSAGES = (
    Spec("messages.sender_name", "messages", "Sender's name", default="", group=MAIL, search="from mail smtp e-mail",
         hint="Empty for the company's name."),
    Spec("messages.sender_address", "messages", "Sender's address", "email", default="", group=MAIL, beside=True,
         search="from mail smtp e-mail", hint="Empty for the company's e-mail address."),
    Spec("messages.reply_to", "messages", "Answers go to", "email", default="", group=MAIL, search="reply mail e-mail",
         hint="Empty for the company's e-mail address."),
    Spec("messages.smtp_host", "messages", "Mail server", default="", check=host, group=MAIL, search="smtp outgoing host server",
         hint="Until one is entered here, e-mails wait in Messages."),
    Spec("messages.smtp_port", "messages", "Port", "number", default=587, required=True, check=checks.whole(1, 65_535), group=MAIL,
         beside=True, search="smtp 25 465 587"),
    Spec("messages.smtp_security", "messages", "Encryption", "choice", default="starttls", choices=SECURITY, group=MAIL,
         search="smtp tls ssl starttls security certificate"),
    Spec("messages.smtp_user", "messages", "User at the mail server", default="", group=MAIL, search="smtp login account"),
    Spec("messages.sms_url", "messages", "Address of the SMS service", "link", default="", group=SMS, search="sms twilio text mobile url",
         hint="Such as https://api.twilio.com/2010-04-01/Accounts/{account}/Messages.json: {account} becomes the account."),
    Spec("messages.sms_account", "messages", "Account", default="", group=SMS, search="sms twilio account sid user"),
    Spec("messages.sms_number", "messages", "Sender's number", default="", check=number, group=SMS, beside=True,
         search="sms twilio from number"),
    Spec("messages.passwords", "messages", "Passwords", "own", "place", group="Passwords and a test",
         search="smtp sms password token secret test message send", hint="They lie sealed under the office key."),
    Spec("messages.portal_text", "portal", "Edit Customer Portal Template", "own", "place", group="The message to the office",
         search="customer portal template notification new request message text e-mail edit",
         hint="What the office is written to when a customer asks for a visit."),
    Spec("messages.texts", "messages", "Message texts", "own", "place", group="What messages say",
         search="template wording words text e-mail sms language merge fields edit",
         hint="Each message can be put into your own words, in each language, with a preview."),
    Spec("messages.office_to", "messages", "The office is written to at", default="", check=several, group=RULES,
         search="recipients notify dispatcher request booking", hint="One address or several with commas; empty for the company's."),
    Spec("messages.quiet_from", "messages", "Quiet hours from", "minutes", default=21 * 60, required=True, check=checks.minutes,
         group=RULES, search="sms night silent"),
    Spec("messages.quiet_to", "messages", "Quiet hours until", "minutes", default=8 * 60, required=True, check=checks.minutes, group=RULES,
         beside=True, hint=QUIET_HINT, search="sms night silent"),
    Spec("messages.per_minute", "messages", "Most messages a minute", "number", default=30, required=True, check=checks.whole(1, 6_000),
         group=RULES, search="limit throttle rate speed"),
)  # fmt: skip


def messages_together(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the settings of messages, by key."""
    wrong: dict[str, str] = {}
    here = str(values["messages.smtp_host"]) in {"localhost", "127.0.0.1", "::1"}
    if values["messages.smtp_security"] == "none" and values["messages.smtp_host"] and not here:
        wrong["messages.smtp_security"] = "Without encryption only a server on this computer may be used."
    sms = {key: str(values[f"messages.{key}"]).strip() for key in ("sms_url", "sms_account", "sms_number")}
    if sms["sms_url"] and not sms["sms_number"]:
        wrong["messages.sms_number"] = "An SMS needs a sender's number."
    if "{account}" in sms["sms_url"] and not sms["sms_account"]:
        wrong["messages.sms_account"] = "The address names an account: please enter it."
    return wrong
