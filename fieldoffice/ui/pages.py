"""The register of pages and panels: what exists, where it stands in the sidebar, and how it is made.

A page is a QWidget built as `Page(desk)`. It may have any of the methods of `Page` below; the window asks for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.panel import SidePanel

SECTIONS: tuple[tuple[str, str], ...] = (
    ("Dashboard", "dashboard"),
    ("Customers", "group"),
    ("Providers", "engineering"),
    ("Scheduling", "calendar_month"),
    ("Accounting", "account_balance_wallet"),
    ("Post Operations", "assignment_turned_in"),
    ("Organization", "corporate_fare"),
)
"""The words of the manual in its order, with an icon; the sidebar shows those that have a page."""


@dataclass(frozen=True, slots=True)
class PageEntry:
    """`factory` is "module:Class", imported when the page is first shown; a page with a `tab` stands beside its sisters."""

    id: str
    section: str
    title: str
    icon: str
    factory: str
    tab: bool = True

    def make(self, desk: Desk) -> QWidget:
        return load(self.factory)(desk)


@dataclass(frozen=True, slots=True)
class PanelEntry:
    """A SidePanel that `desk.open(id, …)` shows beside the page; made once for a window, then `open(**args)`."""

    id: str
    factory: str

    def make(self, desk: Desk) -> SidePanel:
        return load(self.factory)(desk)


class Page(Protocol):
    """What the window may ask of a page; each method may be missing."""

    def head(self) -> Sequence[QAction | QWidget]:
        """What stands right of the title; a QAction with the property "primary" becomes the primary button."""
        ...

    def open(self, **args: Any) -> None:
        """Show what `desk.open(page, …)` asked for."""
        ...

    def ready(self) -> bool:
        """Whether all that the page shows at first has arrived (pictures for the README wait for it)."""
        ...

    def may_leave(self) -> bool:
        """False when something would be lost; the page has then said so itself."""
        ...

    def refresh(self) -> None:
        """Read again from the database (F5)."""
        ...

    def find(self) -> None:
        """Put the keyboard into the search field (Ctrl+F)."""
        ...


PAGES: tuple[PageEntry, ...] = (
    PageEntry("dashboard", "Dashboard", "Dashboard", "dashboard", "fieldoffice.ui.dashboard.page:DashboardPage"),
    PageEntry("schedule", "Scheduling", "Board", "calendar_month", "fieldoffice.ui.schedule.whole:WholeSchedule"),
    PageEntry("map", "Scheduling", "Map", "map", "fieldoffice.ui.schedule.whole:MapPage"),
    PageEntry("jobs", "Scheduling", "Jobs", "assignment", "fieldoffice.ui.jobs.finder:JobsPage"),
    PageEntry("calendar", "Scheduling", "Calendar", "date_range", "fieldoffice.ui.calendar.page:CalendarPage"),
    PageEntry("requests", "Scheduling", "Requests", "pending_actions", "fieldoffice.ui.requests.page:RequestsPage"),
    PageEntry("job", "Scheduling", "Job", "assignment", "fieldoffice.ui.jobs.editor:JobPage", tab=False),
    PageEntry("customers", "Customers", "Customers", "group", "fieldoffice.ui.customers.page:CustomersPage"),
    PageEntry("customer", "Customers", "Customer", "person", "fieldoffice.ui.customers.profile:CustomerPage", tab=False),
    PageEntry("duplicates", "Customers", "Duplicates", "merge", "fieldoffice.ui.customers.duplicates:DuplicatesPage", tab=False),
    PageEntry("messages", "Customers", "Messages", "mail", "fieldoffice.ui.messages.page:MessagesPage"),
    PageEntry("providers", "Providers", "Providers", "engineering", "fieldoffice.ui.providers.listing:ProvidersPage"),
    PageEntry("provider", "Providers", "Provider", "engineering", "fieldoffice.ui.providers.page:ProviderPage", tab=False),
    PageEntry("receivables", "Accounting", "Receivables", "account_balance_wallet",
              "fieldoffice.ui.accounting.receivables:ReceivablesPage"),
    PageEntry("invoices", "Accounting", "Invoices", "receipt_long", "fieldoffice.ui.accounting.invoices:InvoicesPage"),
    PageEntry("invoice", "Accounting", "Invoice", "receipt_long", "fieldoffice.ui.accounting.invoice:InvoicePage", tab=False),
    PageEntry("payments", "Accounting", "Payments", "payments", "fieldoffice.ui.accounting.payments:PaymentsPage"),
    PageEntry("statements", "Accounting", "Statements", "description", "fieldoffice.ui.accounting.statements:StatementsPage"),
    PageEntry("charges", "Accounting", "Finance charges", "percent", "fieldoffice.ui.accounting.charges:ChargesPage"),
    PageEntry("books", "Accounting", "Books", "menu_book", "fieldoffice.ui.accounting.books:BooksPage"),
    PageEntry("settings", "Organization", "Settings", "settings", "fieldoffice.ui.organization.page:SettingsPage"),
    PageEntry("import", "Organization", "Import and export", "swap_vert", "fieldoffice.ui.exchange.page:ImportPage"),
    PageEntry("services", "Organization", "Services", "sell", "fieldoffice.ui.catalog.page:ServicesPage"),
    PageEntry("templates", "Organization", "Message texts", "edit_note", "fieldoffice.ui.messages.texts:TextsPage"),
    PageEntry("backups", "Organization", "Backups", "backup", "fieldoffice.ui.backups.page:BackupsPage"),
)

PANELS: tuple[PanelEntry, ...] = (
    PanelEntry("edit_customer", "fieldoffice.ui.customers.panel:CustomerPanel"),
    PanelEntry("new_job", "fieldoffice.ui.jobs.opening:NewJobPanel"),
    PanelEntry("take_payment", "fieldoffice.ui.accounting.takepayment:TakePaymentPanel"),
    PanelEntry("payment", "fieldoffice.ui.accounting.payment:PaymentPanel"),
    PanelEntry("unfinished", "fieldoffice.ui.drafts.left:LeftPanel"),
)


def load(factory: str) -> Any:
    """The class behind "module:Class"."""
    module, name = factory.split(":")
    return getattr(import_module(module), name)


def ask(page: QWidget, method: str, default: Any = None, **args: Any) -> Any:
    """Call an optional method of a page; `default` when it has none."""
    found = getattr(page, method, None)
    return found(**args) if callable(found) else default
