"""Reminders: each level once, in order, never to somebody who has just paid."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fieldoffice.models.billing import Invoice
from fieldoffice.models.collecting import Reminder
from fieldoffice.models.errors import NotAllowed
from fieldoffice.services import company
from fieldoffice.services.books.posting import dispute
from fieldoffice.services.books.terms import set_terms
from fieldoffice.services.collecting.reminders import DueReminder, due_reminders, next_level, send_reminders
from tests import make
from tests.conftest import Clock
from tests.services.books.ledgers import Shop
from tests.services.messages.mailserver import mail_server
from tests.services.messages.outbox import rows, send

TODAY = make.TODAY
DAYS = {1: 7, 2: 21, 3: 35}


def late(shop: Shop, days: int = 10) -> int:
    """An invoice that is so late; its id."""
    draft = shop.draft(10_000, on=TODAY - timedelta(days=days + 30), due=TODAY - timedelta(days=days))
    shop.post(draft)
    return draft


def due(shop: Shop) -> tuple[DueReminder, ...]:
    return shop.office.see(due_reminders)


def serve(shop: Shop, port: int) -> None:
    for key, value in {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "sender_address": "a@b.example"}.items():
        shop.office.do(company.set_setting, f"messages.{key}", value)


@pytest.mark.parametrize(("lateness", "sent", "expected"), [
    (6, (), 0), (7, (), 1), (60, (), 1), (60, ((1, 13),), 0), (60, ((1, 14),), 2), (20, ((1, 14),), 0), (35, ((1, 30), (2, 14)), 3),
    (90, ((1, 50), (2, 40), (3, 20)), 0),
])  # fmt: skip
def test_the_level_that_is_due(lateness: int, sent: tuple[tuple[int, int], ...], expected: int) -> None:
    """`sent` is (level, how many days ago)."""
    told: Any = [(level, None, TODAY - timedelta(days=ago)) for level, ago in sent]
    assert next_level(DAYS, lateness, told, TODAY) == expected


def test_a_level_without_days_does_not_exist() -> None:
    assert next_level({2: 21}, 30, (), date(2026, 1, 1)) == 2
    assert next_level({}, 30, (), date(2026, 1, 1)) == 0


def test_each_level_is_sent_once(shop: Shop, clock: Clock) -> None:
    id = late(shop)
    assert [(row.id, row.level, row.days, row.open_cents, row.reach) for row in due(shop)] == [(id, 1, 10, 10_000, "carol@example.com")]
    assert (shop.office.do(send_reminders, [id]), shop.office.do(send_reminders, [id])) == (1, 0)
    clock.forward(days=14)
    assert shop.office.do(send_reminders, [id]) == 1
    levels = shop.office.see(lambda tx: tx.all(select(Reminder.level).order_by(Reminder.id)))
    assert levels == [1, 2]
    first, second = rows(shop.office)
    assert (first.kind, second.kind) == ("reminder_1", "reminder_2")
    assert first.content["subject"] == "A reminder: invoice INV-1001"
    assert "USD 100.00" in first.content["text"]


def test_disputed_papers_and_customers_who_want_none_are_left_out(shop: Shop) -> None:
    id = late(shop)
    shop.office.do(dispute, id, version=shop.version(id), disputed=True)
    assert due(shop) == ()
    shop.office.do(dispute, id, version=shop.version(id), disputed=False)
    shop.office.do(set_terms, shop.made.customer, version=0, terms_days=None, reminders=False)
    assert due(shop) == ()
    assert shop.office.do(send_reminders, [id]) == 0


@pytest.mark.parametrize("paid", [True, False])
def test_nobody_is_reminded_who_has_just_paid(shop: Shop, paid: bool) -> None:
    """Paid between the writing and the sending; the control has not paid."""
    id = late(shop)
    with mail_server() as server:
        serve(shop, server.port)
        shop.office.do(send_reminders, [id])
        if paid:
            shop.pay(10_000)
        send(shop.office)
        assert len(server.got) == (0 if paid else 1)
    (row,) = rows(shop.office)
    assert row.state == ("withdrawn" if paid else "sent")


def test_a_reminder_that_was_held_back_by_a_dispute_goes_out_later(shop: Shop) -> None:
    id = late(shop)
    with mail_server() as server:
        serve(shop, server.port)
        shop.office.do(send_reminders, [id])
        shop.office.do(dispute, id, version=shop.version(id), disputed=True)
        send(shop.office)
        shop.office.do(dispute, id, version=shop.version(id), disputed=False)
        assert [row.level for row in due(shop)] == [1]
        shop.office.do(send_reminders, [id])
        send(shop.office)
        assert len(server.got) == 1


def test_a_paper_that_was_voided_is_no_more(shop: Shop) -> None:
    id = late(shop)
    from fieldoffice.services.books.posting import void_invoice

    shop.office.do(void_invoice, id, version=shop.version(id), reason="Wrong")
    assert due(shop) == ()
    assert shop.office.see(lambda tx: tx.get(Invoice, id).state) == "void"
    with pytest.raises(NotAllowed):
        shop.office.do(dispute, id, version=shop.version(id), disputed=True)
