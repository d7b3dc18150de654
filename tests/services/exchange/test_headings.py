"""What columns are taken for: our own headings, and those of Jobber, Housecall Pro and QuickBooks as they are published."""

from __future__ import annotations

import pytest

from fieldoffice.services.exchange.headings import folded, guess, program_of
from fieldoffice.services.exchange.kinds import CUSTOMERS, JOBS, KINDS, title_of
from fieldoffice.services.exchange.lists import template
from fieldoffice.services.exchange.sheets import read_sheet
from fieldoffice.services.fields import FieldRow
from tests.services.exchange_files import FIXTURES


def meant(kind: str, name: str) -> dict[str, str]:
    sheet = read_sheet(FIXTURES / name)
    return {title: g.target for title, g in zip(sheet.head, guess(KINDS[kind], sheet.head), strict=True) if g.target}


def test_jobber_clients_are_understood() -> None:
    assert program_of(read_sheet(FIXTURES / "jobber_clients.csv").head) == "Jobber"
    assert meant("customers", "jobber_clients.csv") == {
        "J-ID": "join",
        "Display Name": "name",
        "Company Name": "company",
        "First Name": "first_name",
        "Last Name": "last_name",
        "Main Phone #s": "phone",
        "E-mails": "email",
        "Mobile Phone #s": "mobile",
        "Work Phone #s": "work_phone",
        "Home Phone #s": "home_phone",
        "Service Property Name": "label",
        "Service Street 1": "street",
        "Service Street 2": "street_2",
        "Service City": "city",
        "Service State": "region",
        "Service Country": "country",
        "Service Zip code": "postal_code",
        "Billing Street 1": "bill_street",
        "Billing Street 2": "bill_street_2",
        "Billing City": "bill_city",
        "Billing State": "bill_region",
        "Billing Country": "bill_country",
        "Billing Zip code": "bill_postal_code",
        "Is Company?": "kind",
        "Archived": "archived",
    }


def test_housecall_pro_customers_are_understood_with_all_their_addresses() -> None:
    assert program_of(read_sheet(FIXTURES / "housecall_customers.csv").head) == "Housecall Pro"
    found = meant("customers", "housecall_customers.csv")
    assert found["Address_1 Street Line 1"] == "street"
    assert found["Address_2 Street Line 1"] == "street#2"
    assert found["Address_2 Postal Code"] == "postal_code#2"
    assert found["Mobile Number"] == "mobile"
    assert found["Customer Type"] == "kind"
    assert found["Do Not Service"] == "archived"
    assert "Address_2 Billing?" not in found


def test_housecall_pro_jobs_are_understood() -> None:
    assert meant("jobs", "housecall_jobs.csv") == {
        "Job #": "number",
        "Job description": "title",
        "Customer name": "customer",
        "Address": "street",
        "Job scheduled start date": "on",
        "Job scheduled end date": "until",
        "Assigned employees": "providers",
    }


def test_quickbooks_customers_are_understood() -> None:
    assert program_of(read_sheet(FIXTURES / "quickbooks_customers.csv").head) == "QuickBooks"
    assert meant("customers", "quickbooks_customers.csv") == {
        "Full Name": "name",
        "Company": "company",
        "Email": "email",
        "Phone": "phone",
        "Mobile": "mobile",
        "Street": "street",
        "City": "city",
        "State": "region",
        "ZIP code": "postal_code",
        "Country": "country",
    }


@pytest.mark.parametrize("kind", list(KINDS))
def test_our_own_headings_are_understood_without_a_doubt(kind: str) -> None:
    heads = [head.title for head in template(kind).heads]
    found = guess(KINDS[kind], heads)
    assert [title_of(KINDS[kind], g.target) for g in found] == heads
    assert all(g.sure for g in found)


def test_a_heading_that_is_only_alike_is_marked_and_no_target_is_given_twice() -> None:
    found = guess(CUSTOMERS, ["Customer Nmae", "E-mail adress", "E-mail", "Shoe size", ""])
    assert [(g.target, g.sure) for g in found] == [("name", False), ("", True), ("email", True), ("", True), ("", True)]


def test_the_company_s_own_fields_are_found_by_their_labels() -> None:
    own = [FieldRow("gate", "Gate side", "text", (), False)]
    assert [g.target for g in guess(CUSTOMERS, ["Name", "gate  SIDE"], own)] == ["name", "custom.gate"]
    assert title_of(CUSTOMERS, "street#2") == "Street (address 2)"


def test_no_two_fields_of_a_kind_share_a_heading() -> None:
    for kind in KINDS.values():
        titles = [folded(field.title) for field in kind.fields]
        assert len(titles) == len(set(titles)), kind.id
    assert JOBS.field("on").type == "date_time"
