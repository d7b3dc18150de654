"""Who may call what: every service that a front end can reach, for every role, refused where it lives."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

import pytest

import fieldoffice.services
from fieldoffice.models.appointment import Appointment
from fieldoffice.models.billing import Invoice
from fieldoffice.models.errors import NotAllowed, Refused
from fieldoffice.models.log import Event
from fieldoffice.models.staff import RIGHTS, Right, Role
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Actor, Office, Tx
from fieldoffice.services import catalog, company, customers, daysheets, providers
from fieldoffice.services.books import (
    banking,
    deeds,
    deposits,
    drafts,
    exemptions,
    exporting,
    fees,
    periods,
    posting,
    unbilled,
    verifying,
    writeoffs,
)
from fieldoffice.services.books.agreeing import agree_terms
from fieldoffice.services.books.drafts import DraftFacts, DraftLine
from fieldoffice.services.books.listing import invoices
from fieldoffice.services.books.moneylist import payments
from fieldoffice.services.books.payments import mark_paid, receive_payment, reverse_payment
from fieldoffice.services.books.receipts import Receipt
from fieldoffice.services.books.standing import money_of
from fieldoffice.services.books.taking import payable
from fieldoffice.services.books.writing import save_draft
from fieldoffice.services.collecting import runs
from fieldoffice.services.collecting.listing import charge_runs
from fieldoffice.services.collecting.planning import plan_run
from fieldoffice.services.collecting.reminders import due_reminders, send_reminders
from fieldoffice.services.collecting.rules import RuleFacts, add_rule, charge_rules
from fieldoffice.services.dispatch import moves, progress, settle
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.jobs import calls, choices, editing, files, lines, opening, sheet, visits
from fieldoffice.services.jobs.finding import job_page
from fieldoffice.services.jobs.opening import NewJob, Promise
from fieldoffice.services.planning.apply import apply_plan
from fieldoffice.services.planning.day import plan_day
from fieldoffice.services.requests import answering, asking, best, bookable, inviting
from fieldoffice.services.requests import inbox as request_inbox
from tests import make
from tests.make import TODAY, at

R = Role
EVERYBODY_INSIDE = {R.OWNER, R.DISPATCHER, R.COORDINATOR, R.SUPERVISOR, R.BOOKKEEPER}
PLANNERS = {R.OWNER, R.DISPATCHER, R.COORDINATOR, R.SUPERVISOR}
MAY: dict[Right, set[Role]] = {
    Right.LOOK: EVERYBODY_INSIDE, Right.DISPATCH: PLANNERS, Right.EDIT_JOBS: PLANNERS,
    Right.EDIT_CUSTOMERS: {R.OWNER, R.DISPATCHER, R.COORDINATOR, R.BOOKKEEPER},
    Right.EDIT_PROVIDERS: {R.OWNER, R.DISPATCHER}, Right.EDIT_CATALOG: {R.OWNER, R.SUPERVISOR},
    Right.SEE_ACCESS_CODES: PLANNERS, Right.APPROVE: {R.OWNER, R.SUPERVISOR}, Right.BILLING: {R.OWNER, R.BOOKKEEPER},
    Right.ORGANIZATION: {R.OWNER}, Right.ONLINE: set(),
}  # fmt: skip
"""Which roles have a right, written down a second time: a change of the one table must be meant."""


@dataclass(frozen=True)
class Stage:
    """A small company with one planned visit, one that waits, a line, a file and a user."""

    made: make.Made
    job: int
    visit: int
    version: int
    waits: int
    line: int
    file: int
    step: int
    user: int
    placed: moves.Change


@pytest.fixture
def stage(sqlite_office: Office) -> Stage:
    office, made = sqlite_office, make.small(sqlite_office)
    job, waits = make.job(office, made), make.job(office, made).appointment_id
    placed = office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(9))
    office.do(progress.move_on, job.appointment_id, version=placed.cards[0].version, to=S.EN_ROUTE)
    file = office.do(files.attach, job.job_id, name="a.txt", media_type="text/plain", content=b"a").files[0].id
    seen = office.see(sheet.job_sheet, job.job_id)
    step = office.see(lambda tx: max(e.id for e in tx.all(_events()) if e.kind == "visit.en_route"))
    user = office.do(company.add_user, login="other", name="Otto Other", roles=()).id
    return Stage(made, job.job_id, job.appointment_id, seen.visits[0].version, waits, seen.lines[0].id, file, step, user, placed)


def _events() -> Any:
    from sqlalchemy import select

    return select(Event)


Call = Callable[[Tx, Stage], object]
NEW = lambda s: NewJob(s.made.customer, s.made.location, ((s.made.repair, 1000),))  # noqa: E731
CALLS: dict[str, tuple[Right, Call]] = {
    "catalog.add_skill": (Right.EDIT_CATALOG, lambda tx, s: catalog.add_skill(tx, "gas")),
    "catalog.add_tax_rate": (Right.EDIT_CATALOG, lambda tx, s: catalog.add_tax_rate(tx, "VA", 1, valid_from=TODAY)),
    "catalog.add_item": (Right.EDIT_CATALOG, lambda tx, s: catalog.add_item(tx, kind="charge", code="C", name="Fee", price_cents=1)),
    "catalog.items": (Right.LOOK, lambda tx, s: catalog.items(tx)),
    "company.people.add_user": (Right.ORGANIZATION, lambda tx, s: company.add_user(tx, login="new", name="New", roles=())),
    "company.people.set_password": (Right.ORGANIZATION, lambda tx, s: company.set_password(tx, s.user, "a long password")),
    "company.values.set_setting": (Right.ORGANIZATION, lambda tx, s: company.set_setting(tx, "clock_ahead_s", 5)),
    "company.closed.add_holiday": (Right.ORGANIZATION, lambda tx, s: company.add_holiday(tx, TODAY, "Rest")),
    "customers.add_customer": (Right.EDIT_CUSTOMERS, lambda tx, s: customers.add_customer(tx, name="Nina")),
    "customers.add_contact": (Right.EDIT_CUSTOMERS, lambda tx, s: customers.add_contact(tx, s.made.customer, name="Nina")),
    "customers.add_location": (Right.EDIT_CUSTOMERS, lambda tx, s: customers.add_location(tx, s.made.customer, street="1 A Street")),
    "customers.find": (Right.LOOK, lambda tx, s: customers.find(tx)),
    "customers.locations": (Right.LOOK, lambda tx, s: customers.locations(tx, s.made.customer)),
    "daysheets.day_sheets": (Right.LOOK, lambda tx, s: daysheets.day_sheets(tx, TODAY)),
    "dispatch.board.board": (Right.LOOK, lambda tx, s: board(tx, TODAY)),
    "dispatch.moves.place": (Right.DISPATCH, lambda tx, s: moves.place(
        tx, s.waits, version=1, provider_ids=(s.made.bo,), starts_at=at(9))),
    "dispatch.moves.place_many": (Right.DISPATCH, lambda tx, s: moves.place_many(
        tx, (moves.Placing(s.waits, 1, (s.made.bo,), at(9), 60),))),
    "dispatch.moves.unassign": (Right.DISPATCH, lambda tx, s: moves.unassign(tx, ((s.waits, 1),))),
    "dispatch.moves.lock": (Right.DISPATCH, lambda tx, s: moves.lock(tx, ((s.waits, 1),), True)),
    "dispatch.moves.hold": (Right.DISPATCH, lambda tx, s: moves.hold(
        tx, s.waits, version=1, provider_ids=(s.made.bo,), starts_at=at(9), minutes=5)),
    "dispatch.progress.move_on": (Right.DISPATCH, lambda tx, s: progress.move_on(tx, s.visit, version=s.version, to=S.ARRIVED)),
    "dispatch.progress.enter": (Right.DISPATCH, lambda tx, s: progress.enter(tx, tx.get(Appointment, s.visit), S.ARRIVED)),
    "dispatch.progress.correct_time": (Right.DISPATCH, lambda tx, s: progress.correct_time(tx, s.step, at=tx.now)),
    "dispatch.progress.timeline": (Right.LOOK, lambda tx, s: progress.timeline(tx, s.job)),
    "dispatch.settle.put_back": (Right.DISPATCH, lambda tx, s: settle.put_back(tx, s.placed.before, s.placed.after)),
    "dispatch.settle.apply_goals": (Right.DISPATCH, lambda tx, s: settle.apply_goals(
        tx, (settle.Goal(s.waits, 1, None, None),), "visit.planned")),
    "jobs.calls.open_call": (Right.EDIT_JOBS, lambda tx, s: calls.open_call(tx, NEW(s))),
    "jobs.calls.undo_opening": (Right.EDIT_JOBS, lambda tx, s: calls.undo_opening(tx, opened(tx, s.waits))),
    "jobs.choices.choices": (Right.LOOK, lambda tx, s: choices.choices(tx)),
    "jobs.editing.edit_job": (Right.EDIT_JOBS, lambda tx, s: editing.edit_job(tx, s.job, version=1, facts=editing.JobFacts(
        "Leak", 1, "", s.made.location, (), (), {}))),
    "jobs.editing.add_note": (Right.EDIT_JOBS, lambda tx, s: editing.add_note(tx, s.job, "a note")),
    "jobs.editing.cancel_job": (Right.EDIT_JOBS, lambda tx, s: editing.cancel_job(tx, s.job, version=1, reason="why")),
    "jobs.files.attach": (Right.EDIT_JOBS, lambda tx, s: files.attach(tx, s.job, name="b", media_type="text/plain", content=b"b")),
    "jobs.files.detach": (Right.EDIT_JOBS, lambda tx, s: files.detach(tx, s.file)),
    "jobs.files.attach_again": (Right.EDIT_JOBS, lambda tx, s: files.attach_again(tx, s.file)),
    "jobs.files.content": (Right.LOOK, lambda tx, s: files.content(tx, s.file)),
    "jobs.lines.add_line": (Right.EDIT_JOBS, lambda tx, s: lines.add_line(tx, s.job, item_id=s.made.repair)),
    "jobs.lines.edit_line": (Right.EDIT_JOBS, lambda tx, s: lines.edit_line(
        tx, s.line, version=1, quantity_milli=2000, unit_price_cents=100)),
    "jobs.lines.remove_line": (Right.EDIT_JOBS, lambda tx, s: lines.remove_line(tx, s.line, version=1)),
    "jobs.lines.put_line_back": (Right.EDIT_JOBS, lambda tx, s: lines.put_line_back(tx, s.line)),
    "jobs.opening.open_job": (Right.EDIT_JOBS, lambda tx, s: opening.open_job(tx, NEW(s))),
    "jobs.opening.add_visit": (Right.EDIT_JOBS, lambda tx, s: opening.add_visit(tx, s.job, 600, Promise())),
    "jobs.opening.promise_visit": (Right.EDIT_JOBS, lambda tx, s: opening.promise_visit(tx, s.waits, version=1, promise=Promise())),
    "jobs.opening.repromise": (Right.EDIT_JOBS, lambda tx, s: opening.repromise(tx, tx.get(Appointment, s.waits), Promise())),
    "jobs.sheet.job_sheet": (Right.LOOK, lambda tx, s: sheet.job_sheet(tx, s.job)),
    "jobs.finding.job_page": (Right.LOOK, lambda tx, s: job_page(tx)),
    "jobs.visits.another_visit": (Right.EDIT_JOBS, lambda tx, s: visits.another_visit(tx, s.job, promise=Promise())),
    "jobs.visits.set_length": (Right.EDIT_JOBS, lambda tx, s: visits.set_length(tx, s.waits, version=1, duration_s=600)),
    "planning.apply.apply_plan": (Right.DISPATCH, lambda tx, s: apply_plan(tx, nothing_found())),
    "planning.day.plan_day": (Right.DISPATCH, lambda tx, s: plan_day(tx, TODAY)),
    "providers.add_provider": (Right.EDIT_PROVIDERS, lambda tx, s: providers.add_provider(tx, name="Cy")),
    "providers.give_skill": (Right.EDIT_PROVIDERS, lambda tx, s: providers.give_skill(tx, make.provider(tx, "Di"), s.made.plumbing)),
    "providers.set_shift": (Right.EDIT_PROVIDERS, lambda tx, s: providers.set_shift(tx, s.made.ana, 6, 60, 120)),
    "providers.set_day": (Right.EDIT_PROVIDERS, lambda tx, s: providers.set_day(tx, s.made.ana, TODAY, None)),
    "providers.add_absence": (Right.EDIT_PROVIDERS, lambda tx, s: providers.add_absence(tx, s.made.ana, at(9), at(10), "away")),
}  # fmt: skip


def asked(tx: Tx, s: Stage) -> int:
    """A booking request of the stage's customer, as the customer would send it."""
    from fieldoffice.models.customer import Customer

    with tx.as_office():
        tx.get(Customer, s.made.customer).onboarded_at = tx.now
        wish = asking.Wished("a form of its own", None, "a leak", (TODAY,), "morning", s.made.location)
        return asking.submit_request(tx, s.made.customer, wish).id


CALLS |= {
    "requests.inbox.inbox": (Right.LOOK, lambda tx, s: request_inbox.inbox(tx)),
    "requests.inbox.waiting": (Right.LOOK, lambda tx, s: request_inbox.waiting(tx)),
    "requests.inbox.request_sheet": (Right.LOOK, lambda tx, s: request_inbox.request_sheet(tx, asked(tx, s))),
    "requests.inbox.open_request": (Right.DISPATCH, lambda tx, s: request_inbox.open_request(tx, asked(tx, s))),
    "requests.best.best_answers": (Right.DISPATCH, lambda tx, s: best.best_answers(tx, asked(tx, s))),
    "requests.answering.accept_request": (Right.DISPATCH, lambda tx, s: answering.accept_request(
        tx, asked(tx, s), answering.Choice(on=TODAY, kind="am"))),
    "requests.answering.propose_time": (Right.DISPATCH, lambda tx, s: answering.propose_time(
        tx, asked(tx, s), provider_id=s.made.bo, starts_at=at(14))),
    "requests.answering.decline_request": (Right.DISPATCH, lambda tx, s: answering.decline_request(tx, asked(tx, s), message="no")),
    "requests.inviting.request_standing": (Right.LOOK, lambda tx, s: inviting.request_standing(tx, s.made.customer)),
    "requests.inviting.send_request_link": (Right.EDIT_CUSTOMERS, lambda tx, s: inviting.send_request_link(tx, s.made.customer)),
    "requests.inviting.onboard": (Right.EDIT_CUSTOMERS, lambda tx, s: inviting.onboard(tx, s.made.customer, version=1, done=True)),
    "requests.inviting.allow_requests": (Right.EDIT_CUSTOMERS, lambda tx, s: inviting.allow_requests(
        tx, s.made.customer, version=1, allowed=False)),
    "requests.bookable.set_bookable": (Right.EDIT_CATALOG, lambda tx, s: bookable.set_bookable(
        tx, s.made.repair, version=1, way="both", price_from=True)),
    "requests.bookable.move_bookable": (Right.EDIT_CATALOG, lambda tx, s: bookable.move_bookable(tx, s.made.repair, up=True)),
}  # fmt: skip


def draft_of(s: Stage) -> DraftFacts:
    """What a draft invoice may say."""
    return DraftFacts((DraftLine("Work", 1000, 100, tax=("", 0)),), TODAY)


CALLS |= {
    "books.listing.invoices": (Right.LOOK, lambda tx, s: invoices(tx)),
    "books.moneylist.payments": (Right.LOOK, lambda tx, s: payments(tx)),
    "books.standing.money_of": (Right.LOOK, lambda tx, s: money_of(tx, s.made.customer)),
    "books.unbilled.to_bill": (Right.LOOK, lambda tx, s: unbilled.to_bill(tx)),
    "books.unbilled.bill": (Right.BILLING, lambda tx, s: unbilled.bill(tx, [s.job])),
    "books.writing.save_draft": (Right.BILLING, lambda tx, s: save_draft(tx, None, s.made.customer, draft_of(s))),
    "books.taking.payable": (Right.BILLING, lambda tx, s: payable(tx, s.made.customer)),
    "books.deeds.take_payment": (Right.BILLING, lambda tx, s: deeds.take_payment(tx, Receipt(s.made.customer, 100, "cash", TODAY))),
    "books.agreeing.agree_terms": (Right.BILLING, lambda tx, s: agree_terms(tx, s.made.customer, version=0, terms_days=14)),
}  # fmt: skip


def sale(tx: Tx, s: Stage) -> int:
    """A draft of a sale to the stage's customer."""
    with tx.as_office():
        return drafts.new_sale(tx, s.made.customer, drafts.DraftFacts((drafts.DraftLine("Work", 1000, 500, tax=("", 0)),), TODAY))


def sold(tx: Tx, s: Stage) -> Any:
    """The same, posted."""
    id = sale(tx, s)
    with tx.as_office():
        return posting.post_invoice(tx, id, version=tx.get(Invoice, id).version)


def item_of(tx: Tx, s: Stage) -> int:
    """Its item in the ledger."""
    from fieldoffice.services.books.ledger import open_items

    id = sold(tx, s).id
    return next(item.id for item in open_items(tx) if item.invoice_id == id)


def money(tx: Tx, s: Stage, *, deposit: bool = False) -> Any:
    """A payment, or a deposit, of the stage's customer."""
    with tx.as_office():
        receipt = Receipt(s.made.customer, 700, "check", TODAY)
        return deposits.receive_deposit(tx, receipt) if deposit else receive_payment(tx, receipt)


CALLS |= {
    "books.drafts.new_sale": (Right.BILLING, lambda tx, s: drafts.new_sale(
        tx, s.made.customer, drafts.DraftFacts((drafts.DraftLine("Work", 1000, 500),), TODAY))),
    "books.drafts.bill_jobs": (Right.BILLING, lambda tx, s: drafts.bill_jobs(tx, [s.job])),
    "books.posting.post_invoice": (Right.BILLING, lambda tx, s: posting.post_invoice(
        tx, (id := sale(tx, s)), version=tx.get(Invoice, id).version)),
    "books.posting.void_invoice": (Right.BILLING, lambda tx, s: posting.void_invoice(
        tx, (one := sold(tx, s)).id, version=one.version, reason="x")),
    "books.posting.dispute": (Right.BILLING, lambda tx, s: posting.dispute(
        tx, (one := sold(tx, s)).id, version=one.version, disputed=True)),
    "books.payments.receive_payment": (Right.BILLING, lambda tx, s: receive_payment(
        tx, Receipt(s.made.customer, 700, "check", TODAY))),
    "books.payments.mark_paid": (Right.BILLING, lambda tx, s: mark_paid(tx, [item_of(tx, s)], method="cash", on=TODAY)),
    "books.payments.reverse_payment": (Right.BILLING, lambda tx, s: reverse_payment(
        tx, (one := money(tx, s)).id, version=one.version, on=TODAY, reason="x")),
    "books.deposits.receive_deposit": (Right.BILLING, lambda tx, s: deposits.receive_deposit(
        tx, Receipt(s.made.customer, 700, "check", TODAY))),
    "books.deposits.give_back_deposit": (Right.BILLING, lambda tx, s: deposits.give_back_deposit(
        tx, (one := money(tx, s, deposit=True)).id, version=one.version, on=TODAY, method="check", reason="x")),
    "books.writeoffs.write_off": (Right.BILLING, lambda tx, s: writeoffs.write_off(tx, item_of(tx, s), on=TODAY, reason="x")),
    "books.banking.bank_deposit": (Right.BILLING, lambda tx, s: banking.bank_deposit(tx, [money(tx, s).id], on=TODAY)),
    "books.fees.charge_fee": (Right.BILLING, lambda tx, s: fees.charge_fee(tx, s.made.customer, 500, on=TODAY, words="Returned")),
    "books.exemptions.add_exemption": (Right.BILLING, lambda tx, s: exemptions.add_exemption(
        tx, s.made.customer, certificate="x", valid_from=TODAY)),
    "books.periods.close_period": (Right.BILLING, lambda tx, s: periods.close_period(tx, date(2026, 1, 31))),
    "books.periods.seal_period": (Right.ORGANIZATION, lambda tx, s: periods.seal_period(tx, date(2026, 1, 31))),
    "books.verifying.verify_books": (Right.LOOK, lambda tx, s: verifying.verify_books(tx)),
    "books.exporting.write_books": (Right.BILLING, lambda tx, s: exporting.write_books(tx, "csv", start=None, end=TODAY)),
}  # fmt: skip
CALLS |= {
    "collecting.rules.charge_rules": (Right.BILLING, lambda tx, s: charge_rules(tx)),
    "collecting.rules.add_rule": (Right.BILLING, lambda tx, s: add_rule(tx, RuleFacts("Interest", annual_ppm=120_000))),
    "collecting.listing.charge_runs": (Right.BILLING, lambda tx, s: charge_runs(tx)),
    "collecting.planning.plan_run": (Right.LOOK, lambda tx, s: plan_run(tx, "open", TODAY)),
    "collecting.runs.statement_runs": (Right.LOOK, lambda tx, s: runs.statement_runs(tx)),
    "collecting.runs.start_run": (Right.BILLING, lambda tx, s: runs.start_run(tx, "open", TODAY, [s.made.customer])),
    "collecting.reminders.due_reminders": (Right.LOOK, lambda tx, s: due_reminders(tx)),
    "collecting.reminders.send_reminders": (Right.BILLING, lambda tx, s: send_reminders(tx, [])),
}  # fmt: skip
OPEN = {
    "company.facts.company": "the window's frame shows it to whoever is let in at all",
    "company.facts.found": "it founds an empty database, where there is nobody yet to have a right",
    "company.people.sign_in": "it is how somebody becomes somebody",
    "company.people.users": "whoever signs in chooses among them",
    "company.people.set_password": "everybody may change their own; the others are asked for the right (a test below)",
    "edits.put_rows_back": "it asks for the right of each table that it puts back (tests of edits)",
    "exchange.running.begin": "it asks for the right that its kind of list takes, once the kind is known",
    "exchange.undoing.undo_import": "the same, once the import is known",
    "history.landed": "it says of an operation, whose random id only its author knows, whether it landed",
    "tasks.last_beat": "the status line tells whoever is let in at all when background work last ran",
    "access.see_access_code": "a provider who goes there may look without the right (tests of access codes)",
}
"""What front ends may call without a right, each with its reason."""


def opened(tx: Tx, visit: int) -> int:
    """The job of a visit."""
    return tx.get(Appointment, visit).job_id


def nothing_found() -> Any:
    """A proposal that was not accepted: whoever may apply plans is told so, the others that they may not."""

    class Rejected:
        accepted = False
        moves = ()

    return Rejected()


UNDER = "fieldoffice.services"


def services() -> Iterator[Callable[..., Any]]:
    """Every public function of the services that takes a transaction, in modules and packages alike."""
    for info in pkgutil.walk_packages(fieldoffice.services.__path__, f"{UNDER}."):
        for name, found in vars(import_module(info.name)).items():
            if not name.startswith("_") and inspect.isfunction(found) and found.__module__ == info.name and takes_tx(found):
                yield found


def takes_tx(found: Callable[..., Any]) -> bool:
    return next(iter(inspect.signature(found).parameters), "") == "tx"


def named(found: Callable[..., Any]) -> str:
    return f"{found.__module__}.{found.__name__}".removeprefix(f"{UNDER}.")


def reachable() -> dict[str, Callable[..., Any]]:
    """The services that a front end names: imported by itself, or through the module or package it stands in."""
    from tests.test_architecture import CODE, modules, tree_of

    fronts = [path for path in modules() if path.relative_to(CODE).parts[0] in {"ui", "web", "cli.py", "main.py"}]
    return {named(found): found for path in fronts for found in _used(tree_of(path))}


def _used(tree: ast.Module) -> Iterator[Callable[..., Any]]:
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    for node in (n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and (n.module or "").startswith(UNDER)):
        for alias in node.names:
            found = _member(node.module or "", alias.name)
            known_as = alias.asname or alias.name
            inside = [getattr(found, n.attr, None) for n in attributes if inspect.ismodule(found) and ast.unparse(n.value) == known_as]
            yield from (one for one in (found, *inside) if inspect.isfunction(one) and one.__module__.startswith(UNDER) and takes_tx(one))


def _member(module: str, name: str) -> Any:
    found = getattr(import_module(module), name, None)
    return import_module(f"{module}.{name}") if found is None else found


class Tripped(Exception):
    """A service went on past its rights: it touched the database."""


class Wire:
    """Stands for the database and the office: whoever touches it had been let in."""

    def __getattr__(self, name: str) -> Any:
        raise Tripped(name)


class Anything:
    """Stands for any argument, as long as it is only looked at."""

    def __getattr__(self, name: str) -> Any:
        return Anything()

    def __call__(self, *_: Any, **__: Any) -> Any:
        return Anything()

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, _key: Any) -> Any:
        return Anything()


def asked_for(found: Callable[..., Any], rights: frozenset[Right]) -> str:
    """The right for whose lack the service refuses before it touches anything; "" when it goes on without asking."""
    tx = Tx(Wire(), Actor(1, "Tess", rights), make.at(9), Wire())  # type: ignore[arg-type]
    parameters = list(inspect.signature(found).parameters.values())[1:]
    needed = [one for one in parameters if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    place = [Anything() for one in needed if one.kind is not one.KEYWORD_ONLY]
    try:
        found(tx, *place, **{one.name: Anything() for one in needed if one.kind is one.KEYWORD_ONLY})
    except NotAllowed as refusal:
        return str(refusal.values.get("right", ""))
    except Exception:  # it went on, and stumbled over what stands for the database or an argument
        return ""
    return ""


def test_the_walk_finds_services_wherever_they_stand() -> None:
    known, front = {named(found) for found in services()}, reachable()
    assert {"company.people.add_user", "dispatch.moves.place", "access.add_access_code", "edits.put_rows_back"} <= known
    assert {"company.people.sign_in", "dispatch.moves.place", "edits.put_rows_back", "secrets.office_key.join_key"} <= set(front)
    assert set(OPEN) <= known
    assert asked_for(company.add_user, frozenset()) == "organization"
    assert asked_for(company.add_user, frozenset(Right)) == ""


def test_every_service_that_a_front_end_can_reach_asks_for_a_right_before_anything_else() -> None:
    """A new service cannot be forgotten: it asks first, stands in the matrix of real calls, or in the list with a reason."""
    silent = {name for name, found in reachable().items() if not asked_for(found, frozenset())}
    assert sorted(silent - set(CALLS) - set(OPEN)) == []


@pytest.mark.parametrize("role", list(Role))
def test_every_service_is_closed_to_each_role_that_lacks_its_right(role: Role) -> None:
    opened_up = {
        name: right
        for name, found in reachable().items()
        if (right := asked_for(found, frozenset())) and right not in RIGHTS[role] and asked_for(found, RIGHTS[role]) != right
    }
    assert opened_up == {}


def test_each_role_has_the_rights_it_should() -> None:
    assert {right: {role for role in Role if right in RIGHTS[role]} for right in Right} == MAY
    assert RIGHTS[Role.OWNER] == frozenset(Right) - {Right.ONLINE}


class TakenBack(Exception):
    """Ends an attempt, so that the next one finds everything as it was."""


def attempted(tx: Tx, call: Call, stage: Stage) -> None:
    call(tx, stage)
    tx.session.flush()
    raise TakenBack


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_let_in_where_it_should_be_and_nowhere_else(sqlite_office: Office, stage: Stage, role: Role) -> None:
    user = sqlite_office.do(company.add_user, login="tried", name="Tess Tried", roles=(role,)).id
    before = sqlite_office.topics()
    wrong: dict[str, str] = {}
    for name, (right, call) in CALLS.items():
        said = _said(sqlite_office, user, call, stage)
        refused = said == "no_right"
        if refused is (role in MAY[right]):
            wrong[name] = said
    assert wrong == {}
    assert sqlite_office.topics() == before


def _said(office: Office, user: int, call: Call, stage: Stage) -> str:
    """The key of the refusal, "done" where nothing was refused."""
    try:
        office.seat(user).do(attempted, call, stage)
    except TakenBack:
        return "done"
    except Refused as refusal:
        return refusal.key
    return "kept"


def test_the_owner_s_attempts_really_do_their_work(sqlite_office: Office, stage: Stage) -> None:
    """The matrix proves little if its calls stumble before they reach the rights: all but these three succeed."""
    said = {name: _said(sqlite_office, stage.made.owner, call, stage) for name, (_, call) in CALLS.items()}
    stumbled = {name: key for name, key in said.items() if key != "done"}
    assert stumbled == {"planning.apply.apply_plan": "plan_rejected", "jobs.files.attach_again": "notallowed",
                        "jobs.lines.put_line_back": "notallowed"}  # fmt: skip


def test_rights_add_up_over_roles_and_a_user_without_any_sees_nothing(sqlite_office: Office, stage: Stage) -> None:
    both = sqlite_office.do(company.add_user, login="both", name="Bea Both", roles=(Role.BOOKKEEPER, Role.SUPERVISOR)).id
    for right in ("catalog.add_skill", "customers.add_customer", "dispatch.moves.place"):
        assert _said(sqlite_office, both, CALLS[right][1], stage) == "done"
    assert _said(sqlite_office, both, CALLS["company.people.add_user"][1], stage) == "no_right"
    with pytest.raises(NotAllowed, match="Otto Other does not have the right to do this"):
        sqlite_office.seat(stage.user).see(board, date(2026, 3, 2))


def test_everybody_may_change_their_own_password(sqlite_office: Office, stage: Stage) -> None:
    sqlite_office.seat(stage.user).do(company.set_password, stage.user, "my own long password")
    assert sqlite_office.do(company.sign_in, "OTHER ", "my own long password").id == stage.user
    for login, password in (("other", "another password"), ("nobody", "my own long password")):
        with pytest.raises(NotAllowed, match=r"^Login or password is wrong\.$"):
            sqlite_office.do(company.sign_in, login, password)
