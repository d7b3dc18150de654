"""Which tax holds: by the place, the day and the customer's certificates; and what a draft makes of a change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fieldoffice.models.billing import Invoice
from fieldoffice.models.customer import Location
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Role
from fieldoffice.office import Tx
from fieldoffice.services import catalog
from fieldoffice.services.books.drafts import (
    DraftFacts,
    DraftLine,
    bill_jobs,
    credit_invoice,
    edit_draft,
    lines_of,
    new_sale,
)
from fieldoffice.services.books.exemptions import add_exemption, end_exemption, exemptions_of
from fieldoffice.services.books.posting import dispute
from fieldoffice.services.catalog.taxes import TaxFacts, new_tax_rate
from tests import make
from tests.services.books.ledgers import Shop

TODAY = make.TODAY
DAY = timedelta(days=1)


def taxed(shop: Shop) -> int:
    """An item of 100.00 with rates of one name, each by region and days; its id."""

    def new(tx: Tx) -> int:
        first = new_tax_rate(tx, TaxFacts("Sales", 50_000, date(2020, 1, 1), date(2026, 2, 28))).value
        new_tax_rate(tx, TaxFacts("Sales", 55_000, date(2026, 3, 1)))
        new_tax_rate(tx, TaxFacts("Sales", 80_000, date(2020, 1, 1), region="VA"))
        return catalog.add_item(tx, kind="service", code="T", name="Taxed", price_cents=10_000, duration_s=3600, tax_rate_id=first)

    return shop.office.do(new)


def tax_of(shop: Shop, item: int, *, on: date = TODAY, region: str = "DC", customer: int | None = None) -> int:
    """The tax on one of the item, as posted."""
    shop.office.do(lambda tx: setattr(tx.get(Location, shop.made.location), "region", region))
    facts = DraftFacts((DraftLine("Taxed", 1000, 10_000, item_id=item),), on, location_id=shop.made.location)
    draft = shop.office.do(new_sale, customer or shop.made.customer, facts)
    shop.post(draft)
    return paper(shop, draft).tax_cents


def paper(shop: Shop, id: int) -> Invoice:
    return shop.office.see(lambda tx: tx.get(Invoice, id))


def test_the_rate_is_that_of_the_place_and_the_day(till: Shop) -> None:
    item = taxed(till)
    assert tax_of(till, item) == 550
    assert tax_of(till, item, on=date(2026, 2, 28)) == 500
    assert [tax_of(till, item, region=region) for region in ("VA", " va ", "MD", "")] == [800, 800, 550, 550]


def test_a_draft_that_gets_another_day_gets_the_rate_of_that_day(till: Shop) -> None:
    item = taxed(till)
    facts = DraftFacts((DraftLine("Taxed", 1000, 10_000, item_id=item),), TODAY)
    draft = till.office.do(new_sale, till.made.customer, facts)
    again = DraftFacts(till.office.see(lines_of, draft), date(2026, 2, 20))
    till.office.do(edit_draft, draft, again, version=till.version(draft))
    assert paper(till, draft).tax_cents == 500
    free = DraftFacts((DraftLine("Taxed", 1000, 10_000, item_id=item, tax=("", 0)),), TODAY)
    till.office.do(edit_draft, draft, free, version=till.version(draft))
    assert paper(till, draft).tax_cents == 0, "a tax that was taken off by hand stays off"


def test_a_certificate_frees_from_its_tax_in_its_time_and_shows_on_the_paper(till: Shop) -> None:
    item = taxed(till)
    row = till.office.do(add_exemption, till.made.customer, certificate=" EX-7 ", valid_from=TODAY - 9 * DAY, tax_name="Sales")
    assert (row.certificate, tax_of(till, item), tax_of(till, item, on=TODAY - 10 * DAY)) == ("EX-7", 0, 500)
    assert paper(till, 1).frozen["taxes"] == [{"name": "Sales (exempt)", "ppm": 0, "net": 10_000, "tax": 0}]
    till.office.do(end_exemption, row.id, version=row.version, valid_to=TODAY - DAY)
    assert [tax_of(till, item, on=TODAY - n * DAY) for n in (1, 0)] == [0, 550]
    assert till.office.see(exemptions_of, till.made.customer)[0].valid_to == TODAY - DAY


def test_a_certificate_of_another_tax_does_not_help_and_one_for_all_does(till: Shop) -> None:
    item = taxed(till)
    till.office.do(add_exemption, till.made.customer, certificate="A", valid_from=TODAY, tax_name="DC")
    assert tax_of(till, item) == 550
    till.office.do(add_exemption, till.made.customer, certificate="B", valid_from=TODAY)
    assert tax_of(till, item) == 0


def test_the_certificate_of_who_pays_counts_for_its_children_and_a_draft_follows_it_when_posted(till: Shop) -> None:
    job = make.job(till.office, till.made).job_id
    draft = till.office.do(bill_jobs, [job])
    assert paper(till, draft).tax_cents == 720
    till.office.do(add_exemption, till.made.customer, certificate="A", valid_from=TODAY)
    till.post(draft)
    assert paper(till, draft).tax_cents == 0


def test_a_credit_memo_gives_back_the_tax_that_was_charged_whatever_holds_today(till: Shop) -> None:
    item = taxed(till)
    tax_of(till, item, on=date(2026, 2, 20))
    till.office.do(add_exemption, till.made.customer, certificate="A", valid_from=TODAY)
    credit = till.office.do(credit_invoice, 1, reason="Wrong")
    till.post(credit)
    assert (paper(till, credit).tax_cents, till.account("tax")) == (500, 0)


@pytest.mark.parametrize(("field", "facts"), [
    ("certificate", {"certificate": " "}), ("valid_to", {"valid_to": TODAY - DAY}), ("tax_name", {"tax_name": "Moon"}),
    ("valid_from", {"valid_from": TODAY - 30 * DAY}),
])  # fmt: skip
def test_a_certificate_that_makes_no_sense_is_refused_by_the_field(till: Shop, field: str, facts: dict[str, object]) -> None:
    till.office.do(add_exemption, till.made.customer, certificate="Old", valid_from=TODAY - 20 * DAY, valid_to=TODAY - 10 * DAY)
    with pytest.raises(Invalid) as told:
        till.office.do(add_exemption, till.made.customer, **({"certificate": "New", "valid_from": TODAY} | facts))  # type: ignore[arg-type]
    assert field in told.value.fields
    with pytest.raises(NotAllowed):
        till.role(Role.DISPATCHER).do(add_exemption, till.made.customer, certificate="x", valid_from=TODAY)


def test_a_dispute_is_marked_and_settled_on_posted_papers_only(till: Shop) -> None:
    draft = till.draft(1_000)
    with pytest.raises(NotAllowed, match="posted"):
        till.office.do(dispute, draft, version=till.version(draft), disputed=True)
    till.post(draft)
    till.office.do(dispute, draft, version=till.version(draft), disputed=True)
    assert paper(till, draft).disputed_on == TODAY
    till.office.do(dispute, draft, version=till.version(draft), disputed=False)
    assert paper(till, draft).disputed_on is None
