"""The settings of messages are checked together; and the runner of a desktop sends what is due by itself."""

from __future__ import annotations

import time

import pytest

from fieldoffice.models.errors import Invalid
from fieldoffice.office import Office
from fieldoffice.services.company.values import save_settings, settings_sheet
from fieldoffice.services.messages.rules import addresses
from fieldoffice.services.tasks import Runner
from tests.services.messages.mailserver import mail_server
from tests.services.messages.outbox import POST, small, states, write


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"smtp_host": "smtp.example.com", "smtp_security": "none"}, "smtp_security"),
     ({"smtp_host": "https://smtp.example.com"}, "smtp_host"),
     ({"smtp_port": 0}, "smtp_port"), ({"sender_address": "nobody"}, "sender_address"), ({"office_to": "a@b.example, nobody"}, "office_to"),
     ({"sms_url": "https://sms.example.com/x"}, "sms_number"), ({"sms_url": "ftp://sms.example.com", "sms_number": "+1202555"}, "sms_url"),
     ({"sms_url": "https://s.example/{account}", "sms_number": "+12025550100"}, "sms_account"),
     ({"sms_number": "12 34 56 78 90 12"}, "sms_number"),
     ({"quiet_from": 25 * 60}, "quiet_from"), ({"per_minute": 0}, "per_minute")],
)  # fmt: skip
def test_a_setting_that_cannot_work_is_refused_by_its_field(sqlite_office: Office, changed: dict[str, object], field: str) -> None:
    small(sqlite_office)
    seen = sqlite_office.see(settings_sheet).values
    new = {f"messages.{key}": value for key, value in changed.items()}
    with pytest.raises(Invalid) as refusal:
        sqlite_office.do(save_settings, new, seen={key: seen[key] for key in new})
    assert list(refusal.value.fields) == [f"messages.{field}"]


def test_a_server_on_this_computer_needs_no_encryption(sqlite_office: Office) -> None:
    small(sqlite_office)
    new = {"messages.smtp_host": "localhost", "messages.smtp_security": "none"}
    seen = sqlite_office.see(settings_sheet).values
    assert sqlite_office.do(save_settings, new, seen={key: seen[key] for key in new}).value["messages.smtp_host"] == "localhost"


def test_addresses_are_read_from_a_list() -> None:
    assert addresses(" a@b.example;c@d.example,\n a@b.example ") == ("a@b.example", "c@d.example")


def test_the_runner_sends_by_itself(sqlite_office: Office) -> None:
    with mail_server() as server:
        made = small(sqlite_office, port=server.port)
        runner = Runner(sqlite_office, every_s=0.05, post=POST)
        runner.start()
        try:
            write(sqlite_office, made)
            end = time.monotonic() + 60
            while not server.got and time.monotonic() < end:
                time.sleep(0.05)
        finally:
            runner.stop()
    assert (len(server.got), states(sqlite_office)) == (1, [("sent", 1)])
