"""Finance charges on screen: reckoned with their proof, left out by ticking, posted, reversed; the rules in their form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from fieldoffice.office import Office
from fieldoffice.services.books.posting import dispute
from fieldoffice.services.collecting.rules import RuleFacts, add_rule, charge_rules
from fieldoffice.ui.accounting.charges import ChargesPage
from fieldoffice.ui.accounting.charges_rules import TiersField
from tests import make
from tests.services.books.ledgers import Shop, proven
from tests.ui.test_jobs_kit import Stand, standing

TODAY = make.TODAY
DUE = TODAY - timedelta(days=30)


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made
    proven(sqlite_office)


def late(stand: Stand) -> tuple[Shop, int]:
    """Carol owes 1,000 and Zoe 500 since 30 days; a rule of 12 % a year."""
    shop = Shop(stand.office, stand.made)
    shop.invoice(100_000, on=DUE, due=DUE)
    zoe, _ = make.customer(stand.office, "Zoe", 2)
    shop.invoice(50_000, on=DUE, due=DUE, customer=zoe)
    return shop, stand.office.do(add_rule, RuleFacts("Interest", annual_ppm=120_000)).value


def opened(stand: Stand, view: str = "") -> ChargesPage:
    page = ChargesPage(stand.desk)
    page.open(view=view)
    stand.show(page)
    stand.qtbot.waitUntil(page.ready, timeout=10_000)
    return page


@pytest.mark.requirement("0.42")
def test_charges_are_reckoned_with_their_proof_posted_and_reversed(stand: Stand) -> None:
    shop, _rule = late(stand)
    page = opened(stand)
    rows = page.preview.rows
    assert [(row.line.number, row.name, row.line.amount_cents) for row in rows.rows] == [
        ("INV-1001", "Carol Customer", 986), ("INV-1002", "Zoe", 493)]  # fmt: skip
    assert page.preview.count.text() == "2 of 2 items ticked  ·  2 finance charges: 14.79"
    assert [step.days for step in page.preview.steps.rows] == [30]
    assert "9.86" in page.preview.title.text()
    rows.tick([rows.rows[1].id], False)
    page.preview.post()
    stand.wait()
    assert stand.toasts[-1].words == "1 finance charge posted: 9.86"
    assert page.stack.currentWidget() is page.posted
    assert [(part.charge, part.number, part.amount_cents) for part in page.posted.parts.rows] == [("FC-1001", "INV-1001", 986)]
    assert shop.balance() == 100_986
    page.posted.reverse()
    panel = page.posted.panel
    assert panel is not None
    panel.reason.setText("Wrong rate")
    panel.carry_out()
    stand.wait()
    assert [row.state for row in page.posted.runs.rows] == ["reversed"]
    assert not page.posted.calls["reverse_charges"].isEnabled()
    assert shop.balance() == 100_000


def test_what_changed_meanwhile_is_not_posted_but_reckoned_anew(stand: Stand) -> None:
    shop, _rule = late(stand)
    page = opened(stand)
    shop.pay(100_000, on=DUE)
    page.preview.post()
    stand.wait()
    assert "meanwhile" in stand.toasts[-1].words
    assert [row.line.number for row in page.preview.rows.rows] == ["INV-1002"]


def test_what_is_left_out_is_said_and_without_a_rule_nothing_is_asked(stand: Stand) -> None:
    page = opened(stand)
    assert "no rule yet" in page.preview.empty.sentence.text()
    shop, _rule = late(stand)
    first = shop.draft(100_000, on=DUE, due=DUE)
    shop.post(first)
    stand.office.do(dispute, first, version=shop.version(first), disputed=True)
    page.refresh()
    stand.wait()
    assert page.preview.left.isVisible()
    assert len(page.preview.rows.rows) == 2


def test_a_rule_is_written_in_its_form_ended_and_brought_back(stand: Stand) -> None:
    page = opened(stand, "rules")
    page.rules.add()
    panel = page.rules.panel
    assert panel is not None
    panel.name.setText("Steps")
    panel.form.set_values({"kind": "tiers"})
    panel.tiers.setText("30: 10 %; 60: 25.00")
    panel.tiers.textEdited.emit(panel.tiers.text())
    panel.save_now()
    stand.wait()
    (row,) = stand.office.see(charge_rules)
    assert row.facts.tiers == ((30, "percent", 100_000), (60, "amount", 2_500))
    stand.wait()
    page.rules.end(page.rules.list.rows.rows[0])
    stand.wait()
    assert not stand.office.see(charge_rules)[0].active
    stand.press_undo()
    assert stand.office.see(charge_rules)[0].active


@pytest.mark.parametrize(("typed", "problem"), [("30: 10 %", False), ("30 10 %", True), ("x: 5", True), ("30: x", True), ("", False)])
def test_steps_that_cannot_be_read_are_said(qtbot: QtBot, typed: str, problem: bool) -> None:
    field = TiersField()
    qtbot.addWidget(field)
    field.setText(typed)
    field.textEdited.emit(typed)
    assert bool(field.problem()) is problem
    if field.value():
        assert field.shown(field.value() or ()) == "30: 10%"
