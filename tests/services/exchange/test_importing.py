"""Importing customers: dry run, duplicates, errors row by row, all or nothing, and taking it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from fieldoffice.models.customer import Contact, Customer, CustomField, Location
from fieldoffice.models.errors import Invalid, NotAllowed, Stale
from fieldoffice.models.exchange import ImportedRow, ImportRun
from fieldoffice.models.log import Event, Topic
from fieldoffice.models.staff import Role
from fieldoffice.office import Office, Tx
from fieldoffice.services import backups, company, customers
from fieldoffice.services.exchange import running
from fieldoffice.services.exchange.drafts import Does, Plan
from fieldoffice.services.exchange.ledger import Canceled, Progress
from fieldoffice.services.exchange.running import check, import_rows
from fieldoffice.services.exchange.sheets import read_sheet
from fieldoffice.services.exchange.undoing import runs, undo_import
from tests import make
from tests.services.exchange_files import FIXTURES, checked, does, imported, plan_of, written

HEAD = ["Name", "E-mail", "Phone", "Street", "City", "State", "ZIP", "Contact", "Notes"]
ROWS = [
    HEAD,
    ["Dora Field", "dora@field.example", "202-555-0171", "4 Oak Street", "Washington", "DC", "20002", "", "gate\nleft"],
    ["Elm School", "office@elm.example", "202-555-0172", "9 Elm Street", "Washington", "DC", "20003", "Mr. Young", ""],
]


def count(office: Office, table: type) -> int:
    return office.see(lambda tx: tx.session.scalar(select(func.count()).select_from(table)))


def customer(office: Office, name: str) -> Customer:
    return office.see(lambda tx: tx.session.scalars(select(Customer).where(Customer.name == name)).one())


def places(office: Office, customer_id: int) -> list[Location]:
    return office.see(lambda tx: tx.all(select(Location).where(Location.customer_id == customer_id).order_by(Location.id)))


def test_new_customers_come_with_address_contact_number_search_words_and_log(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    result = imported(office, made.owner, "customers", written(tmp_path / "c.csv", ROWS))
    assert result.counts["add"] == 2
    dora = customer(office, "Dora Field")
    assert (dora.number, dora.email, dora.phone, dora.notes) == ("C1002", "dora@field.example", "+12025550171", "gate\nleft")
    assert [row.street for row in places(office, dora.id)] == ["4 Oak Street"]
    people = office.see(lambda tx: tx.all(select(Contact)))
    assert [p.name for p in people] == ["Mr. Young"]
    assert [row.name for row in office.see(customers.find, "oak 2025550171")] == ["Dora Field"]
    events = office.see(lambda tx: tx.all(select(Event).where(Event.kind == "customer.imported").order_by(Event.id)))
    assert [(e.customer_id, e.by_name, e.note) for e in events][0] == (dora.id, "Olive Owner", "Dora Field")
    office.do(customers.add_customer, name="Later")
    assert customer(office, "Later").number == "C1004"


def test_the_dry_run_says_what_would_happen_and_changes_nothing(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    rows = [
        HEAD,
        ["Dora Field", "dora@field.example", *[""] * 7],
        ["Carol Customer", "CAROL@example.com", *[""] * 7],
        ["", "nobody", *[""] * 7],
        ["Dora", "dora@field.example", *[""] * 7],
        ["Fay", "fay at home", *[""] * 7],
    ]
    before = office.see(lambda tx: {name: n for name, n in tx.session.execute(select(Topic.name, Topic.n))})
    ready = checked(office, made.owner, "customers", written(tmp_path / "c.csv", rows))
    assert does(ready) == ["add", "skip", "error", "skip", "error"]
    assert [(o.line, o.column, o.words) for o in ready.outcomes][1:] == [
        (3, "", "Same e-mail as C1001 Carol Customer."),
        (4, "E-mail", "“nobody”: this e-mail address cannot be right."),
        (5, "", "Same e-mail as line 2."),
        (6, "E-mail", "“fay at home”: this e-mail address cannot be right."),
    ]
    assert office.see(lambda tx: {name: n for name, n in tx.session.execute(select(Topic.name, Topic.n))}) == before


def test_rows_with_errors_hold_the_import_until_they_are_left_out(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    path = written(tmp_path / "c.csv", [*ROWS, ["Fay", "fay at home", *[""] * 7]])
    with pytest.raises(NotAllowed, match="1 row has an error"):
        imported(office, made.owner, "customers", path)
    assert count(office, Customer) == 1
    assert imported(office, made.owner, "customers", path, leave_out=True).counts["add"] == 2


@pytest.mark.parametrize(
    ("row", "by"),
    [
        (["Other", "carol@EXAMPLE.com", *[""] * 7], "e-mail"),
        (["Other", "", "(202) 555-0101", *[""] * 6], "phone"),
        (["carol  customer", "", "", "1 First Street, NW", "", "", "20001", "", ""], "name and address"),
    ],
)
def test_duplicates_are_known_by_e_mail_phone_and_name_with_address(office: Office, tmp_path: Path, row: list[str], by: str) -> None:
    made = make.small(office)
    path = written(tmp_path / "c.csv", [HEAD, row])
    skipped = checked(office, made.owner, "customers", path)
    assert does(skipped) == ["skip"]
    assert skipped.outcomes[0].words == f"Same {by} as C1001 Carol Customer."
    assert does(checked(office, made.owner, "customers", path, "update"))[0] in {"change", "same"}
    assert does(checked(office, made.owner, "customers", path, "add")) == ["add"]
    with pytest.raises(NotAllowed, match="nothing to import"):
        import_rows(office.seat(made.owner), skipped)


def test_a_number_that_is_taken_is_never_given_twice(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    path = written(tmp_path / "c.csv", [["Number", "Name"], ["C1001", "Double"], ["C2000", "High"], ["", "Next"]])
    ready = checked(office, made.owner, "customers", path, "add", leave_out=True)
    assert (does(ready), ready.outcomes[0].words) == (["error", "add", "add"], "The number C1001 is taken by Carol Customer.")
    import_rows(office.seat(made.owner), ready)
    assert customer(office, "Next").number == "C2001", "our own numbers go on above those of the file"
    office.do(customers.add_customer, name="After")
    assert customer(office, "After").number == "C2002"


def test_updating_changes_only_what_the_file_says(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    rows = [
        HEAD,
        ["Carol C. Customer", "carol@example.com", "", "1 First Street NW", "Washington", "DC", "20001", "Bea", "ring twice"],
        ["", *[""] * 8],
    ]
    ready = checked(office, made.owner, "customers", written(tmp_path / "c.csv", rows), "update")
    assert ready.outcomes[0].words == "Same e-mail as C1001 Carol Customer. Changes: name, notes, one more contact."
    import_rows(office.seat(made.owner), ready)
    carol = customer(office, "Carol C. Customer")
    assert (carol.phone, carol.notes, carol.version) == ("+12025550101", "ring twice", 2)
    assert len(places(office, carol.id)) == 1
    assert [row.name for row in office.see(customers.find, "carol c.")] == ["Carol C. Customer"]


def test_jobber_rows_of_one_client_become_one_customer_with_its_properties(office: Office) -> None:
    made = make.small(office)
    imported(office, made.owner, "customers", FIXTURES / "jobber_clients.csv")
    nora, bakery = customer(office, "Nora Quill"), customer(office, "Tall Oak Bakery")
    assert [(p.kind, p.label, p.street, p.postal_code) for p in places(office, nora.id)] == [
        ("service", "Home", "12 Elm Court, Apt 3", "22201"),
        ("service", "Cabin", "7 Ridge Road", "22835"),
    ], "bills go home as well"
    assert (nora.email, nora.phone, nora.kind) == ("nora@quill.example", "+12025550142", "residential")
    assert (bakery.kind, [p.kind for p in places(office, bakery.id)]) == ("commercial", ["service", "billing"])
    people = office.see(lambda tx: {(p.customer_id, p.name, p.phone, p.email) for p in tx.all(select(Contact))})
    assert people == {
        (nora.id, "Nora Quill (mobile phone)", "+12025550143", ""),
        (nora.id, "Nora Quill (other e-mail)", "", "office@quill.example"),
        (bakery.id, "Ivo Grant", "", ""),
    }


def test_housecall_pro_customers_bring_all_their_addresses_and_zeros(office: Office) -> None:
    made = make.small(office)
    imported(office, made.owner, "customers", FIXTURES / "housecall_customers.csv")
    pia, inn = customer(office, "Pia Lund"), customer(office, "Harbor Inn")
    assert [(p.street, p.postal_code, p.notes) for p in places(office, pia.id)] == [
        ("5 Mill Lane", "07601", "Side door"),
        ("8 Shore Drive", "07605", ""),
    ]
    assert (pia.notes, inn.active, inn.kind) == ("Dog in the yard,\nring twice", False, "commercial")


def test_quickbooks_customers_come_in(office: Office) -> None:
    made = make.small(office)
    assert imported(office, made.owner, "customers", FIXTURES / "quickbooks_customers.csv").counts["add"] == 2
    assert [p.street for p in places(office, customer(office, "Ines Hall").id)] == ["14 Slate Way"]


def test_sub_customers_stand_below_customers_of_the_file_or_of_the_office(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    rows = [
        ["Name", "Main customer", "Bill to customer"],
        ["Branch", "Head Office", ""],
        ["Head Office", "", ""],
        ["Annex", "C1001", "C1001"],
        ["Lost", "Nobody Inc.", ""],
        ["Below lost", "Lost", ""],
        ["Ring A", "Ring B", ""],
        ["Ring B", "Ring A", ""],
    ]
    ready = checked(office, made.owner, "customers", written(tmp_path / "c.csv", rows), leave_out=True)
    assert does(ready) == ["add", "add", "add", "error", "error", "error", "error"]
    import_rows(office.seat(made.owner), ready)
    assert customer(office, "Branch").parent_id == customer(office, "Head Office").id
    annex = customer(office, "Annex")
    assert (annex.parent_id, annex.bill_to_id, annex.version) == (made.customer, made.customer, 1)


def test_the_company_s_own_fields_are_checked_and_kept(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    office.do(
        lambda tx: tx.add(CustomField(entity="customer", key="plan", label="Plan", kind="choice", choices=["Gold", "Basic"], required=True))
    )
    rows = [["Name", "Plan"], ["Good", "gold"], ["Wrong", "silver"], ["Empty", ""]]
    ready = checked(office, made.owner, "customers", written(tmp_path / "c.csv", rows), leave_out=True)
    assert [(o.does.value, o.words) for o in ready.outcomes] == [
        ("add", ""),
        ("error", "Plan: choose one of Gold, Basic."),
        ("error", "Plan is required."),
    ]
    import_rows(office.seat(made.owner), ready)
    assert customer(office, "Good").custom == {"plan": "Gold"}


def test_a_cancel_in_the_middle_leaves_nothing_behind(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    rows = [["Name"], *([f"Customer {n}"] for n in range(1200))]
    ready = checked(office, made.owner, "customers", written(tmp_path / "c.csv", rows))

    class Impatient(Progress):
        def step(self, count: int = 1) -> None:
            if self.done >= 500:
                self.cancel()
            super().step(count)

    progress = Impatient()
    with pytest.raises(Canceled, match="Nothing was changed"):
        import_rows(office.seat(made.owner), ready, progress)
    assert progress.done >= 500, "it was under way"
    assert (count(office, Customer), count(office, ImportRun), count(office, ImportedRow)) == (1, 0, 0)


def test_what_somebody_changed_since_the_check_is_decided_anew(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    ready = checked(office, made.owner, "customers", written(tmp_path / "c.csv", ROWS))
    office.do(customers.add_customer, name="Dora F.", email="dora@field.example")
    result = import_rows(office.seat(made.owner), ready).value
    assert (result.counts["add"], result.counts["skip"]) == (1, 1)


def test_a_number_taken_between_look_and_write_is_told_and_nothing_is_kept(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make.small(office)
    ready = checked(office, made.owner, "customers", written(tmp_path / "c.csv", [["Number", "Name"], ["X1", "A"]]))
    office.do(lambda tx: tx.add(Customer(number="X1", name="Quicker", created_at=tx.now)))
    monkeypatch.setattr(running, "_counters", lambda tx, topics: ready.counters)  # the race: the look saw nothing of it
    with pytest.raises(Stale, match="check again"):
        import_rows(office.seat(made.owner), ready)
    assert count(office, ImportRun) == 0


def test_a_proven_backup_is_made_before_an_import_on_sqlite(sqlite_office: Office, tmp_path: Path) -> None:
    made = make.small(sqlite_office)
    ready = checked(sqlite_office, made.owner, "customers", written(tmp_path / "c.csv", ROWS))
    result = import_rows(sqlite_office.seat(made.owner), ready, backup_to=tmp_path / "backups").value
    found = backups.newest(tmp_path / "backups")
    assert found is not None
    assert str(found.path) == result.backup
    assert found.why == "before an import"


def test_an_import_taken_back_leaves_the_office_as_it_was(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    path = written(
        tmp_path / "c.csv", [*ROWS, ["Carol C.", "carol@example.com", "", "8 New Street", "Washington", "DC", "20001", "Bea", ""]]
    )
    result = imported(office, made.owner, "customers", path, "update")
    before = (count(office, Customer), count(office, Location), count(office, Contact))
    undone = office.seat(made.owner).do(undo_import, result.run_id)
    assert before == (3, 4, 2)
    assert (undone.removed, undone.restored, undone.kept) == (2 + 3 + 2, 1, ())
    assert (count(office, Customer), count(office, Location), count(office, Contact)) == (1, 1, 0)
    carol = customer(office, "Carol Customer")
    assert [row.name for row in office.see(customers.find, "carol")] == ["Carol Customer"]
    assert office.see(customers.find, "new street") == ()
    assert carol.version == 3
    with pytest.raises(NotAllowed, match="taken back already"):
        office.seat(made.owner).do(undo_import, result.run_id)
    assert [(r.file_name, r.added, r.changed, r.undone_at is not None) for r in office.see(runs)] == [("c.csv", 2, 1, True)]


def test_rows_changed_or_used_since_stay_and_are_named(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    result = imported(office, made.owner, "customers", written(tmp_path / "c.csv", ROWS))
    dora, elm = customer(office, "Dora Field"), customer(office, "Elm School")
    make.job(office, make.Made(made.owner, made.ana, made.bo, made.plumbing, made.repair, dora.id, places(office, dora.id)[0].id))

    def rename(tx: Tx) -> None:
        tx.get(Customer, elm.id).name = "Elm High School"

    office.do(rename)
    undone = office.seat(made.owner).do(undo_import, result.run_id)
    assert {kept.words for kept in undone.kept} == {
        "The location 4 Oak Street is in use by now; it stays.",
        "The customer Dora Field is in use by now; it stays.",
        "The customer Elm High School was changed since; it stays as it is.",
    }
    assert undone.removed == 2, "the address and the contact of the school"
    assert count(office, Customer) == 3


def test_who_may_not_edit_customers_may_not_import_them(office: Office, tmp_path: Path) -> None:
    made = make.small(office)
    user = office.do(company.add_user, login="sue", name="Sue", roles=[Role.SUPERVISOR], password="a long password")
    path = written(tmp_path / "c.csv", ROWS)
    for attempt in (
        lambda: checked(office, user.id, "customers", path),
        lambda: office.seat(user.id).see(running.begin, "customers", read_sheet(path)),
    ):
        with pytest.raises(NotAllowed, match="does not have the right"):
            attempt()
    ready = checked(office, made.owner, "customers", path)
    with pytest.raises(NotAllowed, match="does not have the right"):
        import_rows(office.seat(user.id), ready)
    result = import_rows(office.seat(made.owner), ready).value
    with pytest.raises(NotAllowed, match="does not have the right"):
        office.seat(user.id).do(undo_import, result.run_id)
    assert office.seat(user.id).see(running.may_import) == ("services", "jobs")


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        (("email", "", ""), "Say which column holds: Name or First name"),
        (("name", "name", ""), "Two columns are taken for Name"),
        (("name", "hat", ""), "have no column hat"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(sqlite_office: Office, tmp_path: Path, targets: tuple[str, ...], words: str) -> None:
    made = make.small(sqlite_office)
    sheet = read_sheet(written(tmp_path / "c.csv", ROWS))
    with pytest.raises(Invalid, match=words):
        check(sqlite_office.seat(made.owner), sheet, Plan("customers", targets))


def test_every_look_asks_the_same_number_of_questions_for_1_and_for_300_rows(sqlite_office: Office, tmp_path: Path) -> None:
    from sqlalchemy import event as sa_event

    made = make.small(sqlite_office)
    asked: list[int] = []
    for n in (1, 300):
        sheet = read_sheet(written(tmp_path / f"{n}.csv", [["Name", "Street"], *([f"A{k}", f"{k} B Street"] for k in range(n))]))
        seat, seen = sqlite_office.seat(made.owner), []
        plan = plan_of(seat, "customers", sheet)
        sa_event.listen(sqlite_office.engine, "before_cursor_execute", lambda *a, seen=seen: seen.append(a[2]))
        assert check(seat, sheet, plan).counts[Does.ADD] == n
        asked.append(len(seen))
    assert asked[1] - asked[0] in (0, asked[0]), "the second listener hears both"
