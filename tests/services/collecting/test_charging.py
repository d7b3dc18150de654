"""Finance charges in the books: previewed, posted once, reversed as a whole."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select, text

from fieldoffice.models.billing import Invoice, InvoiceLine
from fieldoffice.models.collecting import ChargePart, ChargeRun
from fieldoffice.models.errors import Invalid, NotAllowed, Stale
from fieldoffice.services.books.payments import reverse_payment
from fieldoffice.services.books.periods import close_period
from fieldoffice.services.books.posting import dispute
from fieldoffice.services.books.terms import set_terms
from fieldoffice.services.collecting.charging import Preview, post_charges, preview_charges, reverse_run
from fieldoffice.services.collecting.rules import RuleFacts, add_rule, charge_rules, edit_rule, end_rule
from tests import make
from tests.services.books.ledgers import Shop

TODAY = make.TODAY
DUE, MIDDLE = TODAY - timedelta(days=30), TODAY - timedelta(days=10)


def rule(shop: Shop, **more: object) -> int:
    facts = RuleFacts("Interest", **({"annual_ppm": 120_000} | more))  # type: ignore[arg-type]
    return shop.office.do(add_rule, facts).value


def late(shop: Shop, cents: int = 100_000, **more: object) -> int:
    return shop.invoice(cents, on=DUE - timedelta(days=30), due=DUE, **more)


def preview(shop: Shop, rule_id: int, as_of: date = TODAY, excluded: tuple[int, ...] = ()) -> Preview:
    return shop.office.see(preview_charges, rule_id, as_of, excluded)


def run_row(shop: Shop, run_id: int) -> ChargeRun:
    return shop.office.see(lambda tx: tx.get(ChargeRun, run_id))


def charge(shop: Shop, run_id: int) -> Invoice:
    mine = select(Invoice).join(ChargePart, ChargePart.invoice_id == Invoice.id).where(ChargePart.run_id == run_id)
    return shop.office.see(lambda tx: tx.session.scalars(mine).first())


@pytest.mark.requirement("0.42")
def test_the_golden_case_becomes_a_paper_that_names_the_invoice(both: Shop) -> None:
    shop = both
    item = late(shop)
    shop.pay(30_000, on=MIDDLE, parts=((item, 30_000),))
    id = rule(shop)
    seen = preview(shop, id)
    assert (seen.total_cents, seen.customers[0].name, seen.customers[0].lines[0].days) == (888, "Carol Customer", 30)
    posted = charge(shop, shop.office.do(post_charges, id, TODAY, expect_cents=888))
    assert (posted.number, posted.kind, posted.total_cents, posted.tax_cents, posted.due_on) == ("FC-1001", "charge", 888, 0, TODAY)
    assert (shop.account("finance"), shop.balance()) == (-888, 70_888)
    line = shop.office.see(lambda tx: tx.session.scalars(select(InvoiceLine).where(InvoiceLine.invoice_id == posted.id)).one())
    assert line.name == "Finance charge on INV-1001"
    assert "20 days × 1,000.00, 10 days × 700.00 at 12% a year" in line.description
    assert posted.frozen["lines"][0]["net"] == 888
    proof = shop.office.see(lambda tx: tx.session.scalars(select(ChargePart.proof)).one())
    assert proof[0] == [DUE.isoformat(), MIDDLE.isoformat(), 20, 100_000, 120_000, "657.5342"]


@pytest.mark.requirement("0.42")
def test_run_twice_charges_nothing_and_the_next_run_goes_on_where_the_last_one_ended(shop: Shop) -> None:
    late(shop)
    id = rule(shop)
    shop.office.do(post_charges, id, MIDDLE)
    assert preview(shop, id, MIDDLE).customers == ()
    with pytest.raises(NotAllowed, match="nothing to charge"):
        shop.office.do(post_charges, id, MIDDLE)
    line = preview(shop, id).customers[0].lines[0]
    assert (line.parts[0].from_on, line.parts[0].to_on, line.amount_cents) == (MIDDLE, TODAY, 329)


def test_the_database_itself_refuses_a_second_charge_for_the_same_days(both: Shop) -> None:
    shop = both
    late(shop)
    shop.office.do(post_charges, rule(shop), TODAY)
    twice = ("insert into charge_part (run_id, rule_id, item_id, invoice_id, tier, from_on, to_on, amount_cents, proof, live) "
             "select run_id, rule_id, item_id, invoice_id, tier, from_on, to_on, amount_cents, proof, {} from charge_part")  # fmt: skip
    with pytest.raises(Exception, match=r"(?i)unique"):
        shop.office.do(lambda tx: tx.session.execute(text(twice.format("true"))))
    shop.office.do(lambda tx: tx.session.execute(text(twice.format("false"))))  # the control: one that counts no more


def test_two_desks_that_post_at_once_charge_once(both: Shop) -> None:
    late(both)
    id, ready = rule(both), threading.Barrier(2)

    def desk() -> str:
        ready.wait(30)
        try:
            return str(both.office.do(post_charges, id, TODAY))
        except NotAllowed as refusal:
            return refusal.key

    with ThreadPoolExecutor(2) as desks:
        said = [done.result(60) for done in [desks.submit(desk) for _ in range(2)]]
    assert sorted(one == "nothing" for one in said) == [False, True]
    assert both.account("finance") == -986


def test_interest_survives_the_payment_of_what_it_was_for(shop: Shop) -> None:
    item = late(shop)
    run = shop.office.do(post_charges, rule(shop), TODAY)
    shop.pay(100_000, parts=((item, 100_000),))
    assert (shop.open(item), shop.open(shop.item(charge(shop, run).id)), shop.balance()) == (0, 986, 986)


def test_paid_late_and_closed_by_now_is_charged_where_the_rule_says_so(shop: Shop) -> None:
    item = late(shop)
    shop.pay(100_000, on=MIDDLE, parts=((item, 100_000),))
    assert preview(shop, rule(shop)).customers == ()
    assert preview(shop, _named(shop, "All", closed_items=True)).total_cents == 658


def _named(shop: Shop, name: str, **more: object) -> int:
    return shop.office.do(add_rule, RuleFacts(name, annual_ppm=120_000, **more)).value  # type: ignore[arg-type]


def test_disputed_items_and_customers_without_charges_are_left_out_with_the_reason(shop: Shop) -> None:
    late(shop)
    other, _place = make.customer(shop.office, "Other", 5)
    late(shop, customer=other)
    shop.office.do(set_terms, other, version=0, terms_days=None, charges=False)
    paper = shop.office.see(lambda tx: tx.session.scalars(select(Invoice.id).order_by(Invoice.id)).first())
    shop.office.do(dispute, paper, version=shop.version(paper), disputed=True)
    seen = preview(shop, rule(shop))
    assert seen.customers == ()
    assert seen.left_out == (("Carol Customer", "INV-1001", "disputed"), ("Other", "INV-1002", "no finance charges by its terms"))
    shop.office.do(dispute, paper, version=shop.version(paper), disputed=False)
    assert preview(shop, charge_ids(shop)[0]).total_cents == 986, "disputed for less than a day"


def charge_ids(shop: Shop) -> list[int]:
    return [row.id for row in shop.office.see(charge_rules)]


def test_free_credit_is_taken_off_unless_the_rule_says_not(shop: Shop) -> None:
    shop.pay(40_000, on=MIDDLE, parts=())
    late(shop)
    assert preview(shop, rule(shop)).total_cents == 855  # 20 days of 1,000 and 10 days of 600
    assert preview(shop, _named(shop, "Gross", net_of_credits=False)).total_cents == 986


def test_charges_on_charges_only_where_the_rule_says_so(shop: Shop) -> None:
    late(shop)
    plain, compound = rule(shop), _named(shop, "Compound", on_charges=True)
    shop.office.do(post_charges, plain, MIDDLE)
    assert [line.number for line in preview(shop, plain).customers[0].lines] == ["INV-1001"]
    assert [line.number for line in preview(shop, compound).customers[0].lines] == ["INV-1001", "FC-1001"]


def test_the_minimum_is_a_line_of_its_own_and_the_threshold_keeps_the_days_for_later(shop: Shop) -> None:
    late(shop, 1_000)
    id = _named(shop, "Least", min_charge_cents=500)
    posted = charge(shop, shop.office.do(post_charges, id, TODAY))
    lines = [(row["name"], row["net"]) for row in posted.frozen["lines"]]
    assert lines == [("Finance charge on INV-1001", 10), ("Minimum finance charge", 490)]
    above = _named(shop, "Above", charge_threshold_cents=500)
    seen = preview(shop, above)
    assert (seen.customers[0].sum_cents, seen.total_cents) == (10, 0)
    with pytest.raises(NotAllowed):
        shop.office.do(post_charges, above, TODAY)


def test_excluded_items_keep_their_days_for_the_next_run(shop: Shop) -> None:
    first, second = late(shop), late(shop, 50_000)
    id = rule(shop)
    shop.office.do(post_charges, id, MIDDLE, [first])
    lines = {line.item_id: line.parts[0].from_on for line in preview(shop, id).customers[0].lines}
    assert lines == {first: DUE, second: MIDDLE}


def test_a_preview_that_is_old_by_now_is_not_posted(shop: Shop) -> None:
    item = late(shop)
    id = rule(shop)
    shop.pay(50_000, on=MIDDLE, parts=((item, 50_000),))
    with pytest.raises(Stale, match="meanwhile"):
        shop.office.do(post_charges, id, TODAY, expect_cents=986)


def test_a_tier_is_charged_once(shop: Shop) -> None:
    late(shop)
    id = shop.office.do(add_rule, RuleFacts("Tiers", "tiers", tiers=((10, "percent", 100_000), (25, "amount", 700)))).value
    assert preview(shop, id, MIDDLE).total_cents == 10_000
    shop.office.do(post_charges, id, MIDDLE)
    assert preview(shop, id).total_cents == 700
    shop.office.do(post_charges, id, TODAY)
    assert preview(shop, id).customers == ()


def test_a_run_is_reversed_as_a_whole_and_frees_its_days(shop: Shop) -> None:
    late(shop)
    other, _place = make.customer(shop.office, "Other", 5)
    late(shop, customer=other)
    id = rule(shop)
    run = shop.office.do(post_charges, id, TODAY)
    assert shop.account("finance") == -1_972
    with pytest.raises(Invalid, match="why"):
        shop.office.do(reverse_run, run, version=run_row(shop, run).version, reason="")
    shop.office.do(reverse_run, run, version=run_row(shop, run).version, reason="Wrong rate")
    assert (shop.account("finance"), shop.balance(), shop.balance(customer=other)) == (0, 100_000, 100_000)
    assert preview(shop, id).total_cents == 1_972
    shop.office.do(post_charges, id, TODAY)
    assert charge(shop, run).state == "void"


def test_a_run_with_a_paid_charge_is_not_reversed_and_says_which(shop: Shop) -> None:
    late(shop)
    run = shop.office.do(post_charges, rule(shop), TODAY)
    paid = shop.pay(100, parts=((shop.item(charge(shop, run).id), 100),))
    with pytest.raises(NotAllowed, match="FC-1001"):
        shop.office.do(reverse_run, run, version=run_row(shop, run).version, reason="Wrong")
    shop.office.do(lambda tx: reverse_payment(tx, paid, version=1, on=TODAY, reason="Bounced").id)
    shop.office.do(reverse_run, run, version=run_row(shop, run).version, reason="Wrong")


def test_the_newest_run_is_reversed_first(shop: Shop) -> None:
    late(shop)
    id = rule(shop)
    first, _second = shop.office.do(post_charges, id, MIDDLE), shop.office.do(post_charges, id, TODAY)
    with pytest.raises(NotAllowed, match="FCR-1002"):
        shop.office.do(reverse_run, first, version=run_row(shop, first).version, reason="Wrong")


def test_nothing_is_charged_in_a_closed_period_or_ahead(shop: Shop) -> None:
    late(shop)
    id = rule(shop)
    with pytest.raises(Invalid):
        shop.office.do(post_charges, id, TODAY + timedelta(days=1))
    shop.office.do(close_period, MIDDLE)
    assert "closed" in preview(shop, id, MIDDLE).why_not
    with pytest.raises(NotAllowed, match="closed"):
        shop.office.do(post_charges, id, MIDDLE)


def test_a_blank_rate_and_an_ended_rule_charge_nothing(shop: Shop) -> None:
    late(shop)
    assert preview(shop, rule(shop, annual_ppm=0)).customers == ()
    id = _named(shop, "Other")
    shop.office.do(end_rule, id, version=1)
    assert preview(shop, id).customers == ()


@pytest.mark.parametrize(("field", "change"), [
    ("name", {"name": " "}), ("annual_ppm", {"annual_ppm": -1}), ("grace_days", {"grace_days": 400}),
    ("tiers", {"tiers": ((10, "percent", 5), (10, "amount", 5))}), ("tiers", {"tiers": ((0, "percent", 5),)}),
    ("min_charge_cents", {"min_charge_cents": -1}), ("kind", {"kind": "x"}),
])  # fmt: skip
def test_what_no_rule_may_say_is_refused_by_the_field(shop: Shop, field: str, change: dict[str, object]) -> None:
    with pytest.raises(Invalid) as told:
        shop.office.do(add_rule, RuleFacts(**({"name": "Rule"} | change)))  # type: ignore[arg-type]
    assert field in told.value.fields


def test_the_kind_of_a_rule_that_was_used_stays(shop: Shop) -> None:
    late(shop)
    id = rule(shop)
    shop.office.do(post_charges, id, TODAY)
    with pytest.raises(Invalid, match="kind stays"):
        shop.office.do(edit_rule, id, RuleFacts("Interest", "tiers"), version=1)
    with pytest.raises(Invalid, match="has this name"):
        shop.office.do(add_rule, RuleFacts("Interest"))
    assert shop.office.see(charge_rules)[0].runs == 1


def test_a_preview_asks_the_same_number_of_questions_for_one_customer_and_for_three(shop: Shop) -> None:
    late(shop)
    id, counts, asked = rule(shop), list[int](), list[str]()
    event.listen(shop.office.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for n in (1, 2, 3):
        asked.clear()
        assert len(preview(shop, id).customers) == n
        counts.append(len(asked))
        late(shop, customer=make.customer(shop.office, f"Other {n}", n)[0])
    assert counts[0] == counts[2], counts
