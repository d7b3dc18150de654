"""Every command of the desktop once: words, shortcut, icon, where it works.

Menus, buttons, the shortcut sheet (F1) and the tests read this table; a page binds the ones it carries out:
`bind(self, {"lock": self.lock})` gives the QActions by id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from fieldoffice.ui import icons

Context = Literal["window", "day", "job", "visit", "view", "calendar", "customer", "provider", "service", "plan", "exchange", "panel",
                  "table", "request", "receivable", "invoice", "statement",
                  "books"]

CONTEXTS: Mapping[Context, str] = {
    "window": "Everywhere",
    "day": "Moving through days",
    "view": "Board and map",
    "calendar": "Calendar",
    "job": "Jobs",
    "visit": "The selected visits",
    "customer": "Customers",
    "provider": "Providers",
    "service": "Services, taxes and skills",
    "request": "Requests",
    "receivable": "Receivables",
    "books": "Books",
    "invoice": "Invoices and payments",
    "statement": "Statements and finance charges",
    "plan": "Optimize",
    "exchange": "Import and export",
    "panel": "While editing",
    "table": "In a list",
}
"""The headings of the shortcut sheet, in its order."""
HOMES: Mapping[Context, str] = {"day": "schedule", "view": "schedule", "job": "schedule", "plan": "schedule",
                                  "calendar": "calendar", "provider": "providers", "service": "services", "request": "requests",
                                  "exchange": "import", "receivable": "receivables", "books": "books",
                                  "statement": "statements", "invoice": "invoices"}
"""The page on which commands are carried out that the page in sight does not know."""


@dataclass(frozen=True, slots=True)
class Action:
    """`shortcuts` in Qt's notation, the first one is shown; `tip` says what happens, in one sentence."""

    id: str
    words: str
    icon: str
    context: Context
    tip: str
    shortcuts: tuple[str, ...] = ()
    checkable: bool = False


def _a(id: str, words: str, icon: str, context: Context, tip: str, *shortcuts: str, checkable: bool = False) -> Action:
    return Action(id, words, icon, context, tip, shortcuts, checkable)


WINDOW: tuple[Action, ...] = (
    _a("undo", "Undo", "undo", "window", "Take back your last action in this window.", "Ctrl+Z"),
    _a("redo", "Redo", "redo", "window", "Do again what you took back.", "Ctrl+Shift+Z", "Ctrl+Y"),
    _a("find", "Find", "search", "window", "Go to the search field of this page.", "Ctrl+F"),
    _a("launcher", "Search or do", "search", "window", "Find any customer, job, provider, page or command.", "Ctrl+K"),
    _a("refresh", "Refresh", "refresh", "window", "Read this page again from the database.", "F5"),
    _a("next_pane", "Next pane", "keyboard_tab", "window", "Go to the next part of the window: sidebar, page, panel.", "F6"),
    _a("previous_pane", "Previous pane", "keyboard_tab", "window", "Go to the previous part of the window.", "Shift+F6"),
    _a("toggle_sidebar", "Narrow sidebar", "menu_open", "window", "Show the sidebar as icons only, or with words.", "Ctrl+B",
       checkable=True),
    _a("toggle_dark", "Dark colors", "dark_mode", "window", "Switch between light and dark colors.", "Ctrl+Shift+D",
       checkable=True),
    _a("full_screen", "Full screen", "fullscreen", "window", "Use the whole screen, or give it back.", "F11", checkable=True),
    _a("help", "Help and shortcuts", "help", "window", "Open the user guide and the list of shortcuts.", "F1", "?"),
    _a("quit", "Quit", "logout", "window", "Close the program. Everything is saved already.", "Ctrl+Q"),
)

DAY: tuple[Action, ...] = (
    _a("today", "Today", "today", "day", "Go to today.", "T"),
    _a("day_before", "Earlier", "chevron_left", "day", "Go back by one day, or by what is shown.", "Ctrl+Left"),
    _a("day_after", "Later", "chevron_right", "day", "Go on by one day, or by what is shown.", "Ctrl+Right"),
    _a("go_to_day", "Go to day…", "calendar_month", "day", "Type or pick a day.", "G"),
    _a("view_1", "Day", "view_day", "day", "Show one day.", "1", checkable=True),
    _a("view_3", "3 days", "view_column", "day", "Show three days.", "3", checkable=True),
    _a("view_7", "Week", "view_week", "day", "Show seven days.", "7", checkable=True),
)

CALENDAR: tuple[Action, ...] = (
    _a("view_month", "Month", "calendar_month", "calendar", "Show a whole month in the calendar.", "0", checkable=True),
    _a("print_calendar", "Print the calendar", "print", "calendar", "Preview and print the month or week that is shown.", "Ctrl+P"),
)

VIEW: tuple[Action, ...] = (
    _a("zoom_in", "Zoom in", "zoom_in", "view", "Show less time, or a smaller area, in more detail.", "Ctrl++", "Ctrl+="),
    _a("zoom_out", "Zoom out", "zoom_out", "view", "Show more time, or a larger area.", "Ctrl+-"),
    _a("zoom_reset", "Fit", "fit_screen", "view", "Show the whole day, or all jobs on the map.", "Ctrl+0"),
    _a("toggle_map", "Map", "map", "view", "Show or hide the map beside the board.", "M", checkable=True),
    _a("toggle_tray", "Unscheduled jobs", "assignment_late", "view", "Show or hide the tray of unscheduled jobs.", "U",
       checkable=True),
    _a("toggle_routes", "Routes", "route", "view", "Show or hide each provider's route.", "R", checkable=True),
    _a("compact_rows", "Compact rows", "table_rows", "view", "Show more providers in less room.", checkable=True),
    _a("whole_days", "Show nights", "nightlight", "view", "Show all 24 hours of a day.", checkable=True),
    _a("fine_steps", "Move in steps of 5 minutes", "straighten", "view", "Drag in steps of 5 minutes instead of 15.", checkable=True),
    _a("select_all", "Select all", "select_all", "view", "Select all visits that are shown.", "Ctrl+A"),
    _a("day_sheet", "Day sheet", "print", "view", "Preview and print the day sheet of the selected provider.", "Ctrl+P"),
)

JOB: tuple[Action, ...] = (
    _a("new_job", "New job", "add", "job", "Open an empty job.", "Ctrl+N"),
    _a("open_job", "Open job", "open_in_new", "job", "Open the job of the selected visit.", "Return", "Enter"),
    _a("customer", "Customer", "person", "job", "Open the customer of the selected visit."),
)

CUSTOMER: tuple[Action, ...] = (
    _a("new_customer", "New customer", "person_add", "customer", "Enter a customer.", "Ctrl+Shift+N"),
    _a("edit_customer", "Edit", "edit", "customer", "Open the customer with its form.", "Return", "Enter"),
    _a("customer_form", "Edit customer", "edit", "customer", "Open the form of the customer in sight.", "Ctrl+E"),
    _a("duplicates", "Duplicates", "merge", "customer", "Customers that may be one and the same: compare and merge them."),
)

VISIT: tuple[Action, ...] = (
    _a("assign", "Assign to…", "assignment_ind", "visit", "Give the selected visits to a provider, with a time.", "S"),
    _a("move_earlier", "Move earlier", "arrow_back", "visit", "Move the selected visits 15 minutes earlier.", "Alt+Left"),
    _a("move_later", "Move later", "arrow_forward", "visit", "Move the selected visits 15 minutes later.", "Alt+Right"),
    _a("move_up", "To the provider above", "arrow_upward", "visit", "Give the selected visits to the provider above.",
       "Alt+Up"),
    _a("move_down", "To the provider below", "arrow_downward", "visit", "Give the selected visits to the provider below.",
       "Alt+Down"),
    _a("lock", "Lock", "lock", "visit", "Keep time and provider as they are, or let them be moved again.", "L",
       checkable=True),
    _a("unassign", "Unassign", "event_busy", "visit", "Put the selected visits back into the tray.", "Backspace", "Delete"),
    _a("dispatch", "Dispatch", "send", "visit", "Tell the provider: this visit is yours.", "D"),
    _a("confirm", "Back to scheduled", "event", "visit", "Take a held or dispatched visit back to scheduled."),
    _a("en_route", "En route", "local_shipping", "visit", "The provider is on the way.", "E"),
    _a("arrived", "Arrived", "location_on", "visit", "The provider is there.", "A"),
    _a("working", "Working", "build", "visit", "Work has begun.", "W"),
    _a("pause", "Pause or resume", "pause", "visit", "Interrupt the work, or go on with it.", "P"),
    _a("completed", "Completed", "check_circle", "visit", "The work is done.", "C"),
    _a("partly_done", "Partly done", "pending", "visit", "Some of the work is left for another visit.", "Shift+C"),
    _a("not_done", "Not done", "cancel", "visit", "The visit came to nothing; a reason is asked for.", "X"),
    _a("cancel_visit", "Cancel visit", "block", "visit", "The visit will not take place; a reason is asked for.", "Shift+X"),
    _a("correct_time", "Correct times…", "edit_calendar", "visit", "Enter when a phase really began; both times are kept.",
       "Shift+T"),
    _a("timeline", "Timeline", "history", "visit", "What happened to this job, and how long each phase took.", "Shift+L"),
    _a("show_on_map", "Show on map", "my_location", "visit", "Center the map on the selected visit.", "Shift+M"),
)

PROVIDER: tuple[Action, ...] = (
    _a("new_provider", "New provider", "person_add", "provider", "Enter somebody who does the work.", "Ctrl+Shift+P"),
    _a("open_provider", "Open", "open_in_new", "provider", "Open the page of the selected provider.", "Return", "Enter"),
    _a("edit_provider", "Edit", "edit", "provider", "Change the facts of the provider.", "Ctrl+E"),
    _a("provider_on_board", "Show on the board", "calendar_month", "provider", "Go to the board of the day."),
    _a("provider_up", "Up on the board", "arrow_upward", "provider", "Let the board show the provider one row further up.", "Alt+Up"),
    _a("provider_down", "Down on the board", "arrow_downward", "provider", "Let the board show the provider one row further down.",
       "Alt+Down"),
    _a("deactivate_provider", "Let go…", "person_off", "provider", "The provider no longer works here; what was done stays."),
    _a("reactivate_provider", "Take back", "person_check", "provider", "The provider works here again."),
)

SERVICE: tuple[Action, ...] = (
    _a("new_item", "New item", "add", "service", "Add a service, a material or a charge to the price book.", "Ctrl+Shift+S"),
    _a("new_tax_rate", "New tax rate", "add", "service", "Add a tax rate with the day from which it holds."),
    _a("new_skill", "New skill", "add", "service", "Add a skill that services may need and providers may have."),
    _a("item_up", "Up in the price book", "arrow_upward", "service", "Offer the item one place further up.", "Alt+Up"),
    _a("item_down", "Down in the price book", "arrow_downward", "service", "Offer the item one place further down.", "Alt+Down"),
    _a("retire_item", "No longer offer", "visibility_off", "service", "Keep the item, but do not offer it on new jobs."),
    _a("offer_item", "Offer again", "visibility", "service", "Offer the item on new jobs."),
)

REQUEST: tuple[Action, ...] = (
    _a("accept_request", "Accept request", "event_available", "request", "Accept the request with the best free time.", "A"),
    _a("propose_time", "Propose another time", "edit_calendar", "request", "Offer the customer another time and hold it.", "P"),
    _a("decline_request", "Decline request", "block", "request", "Say no, with a few words to the customer.", "D"),
    _a("customer_agrees", "Customer agrees", "event_available", "request", "The customer takes the proposed time by phone.", "Y"),
    _a("request_job", "Open its job", "open_in_new", "request", "Open the job that the request has become.", "J"),
    _a("request_customer", "Open its customer", "person", "request", "Open the customer who sent the request.", "C"),
)

RECEIVABLE: tuple[Action, ...] = (
    _a("collect_payment", "Collect payment", "payments", "receivable", "Take a payment for the ticked items of the customer."),
    _a("mark_paid", "Mark as paid", "price_check", "receivable", "Write a payment for all that is open of the ticked items."),
    _a("write_off", "Write off…", "remove_selection", "receivable", "Give up the ticked debts, with a reason."),
    _a("small_balances", "Small balances…", "savings", "receivable", "Write off many small debts together."),
    _a("print_receivables", "Print the list", "print", "receivable", "Preview and print the aged list as it stands.", "Ctrl+P"),
)

INVOICE: tuple[Action, ...] = (
    _a("new_invoice", "New invoice", "receipt_long", "invoice", "Write an invoice without a job.", "Ctrl+I"),
    _a("take_payment", "Take payment", "payments", "invoice", "Enter money that came in, and what it pays.", "Ctrl+M"),
    _a("bill_jobs", "Jobs to bill", "fact_check", "invoice", "See the finished jobs that nobody billed yet."),
    _a("post_invoice", "Post", "check", "invoice", "Give the draft its number; it stays as it is from then on.", "Ctrl+Shift+Return"),
    _a("print_invoice", "Print…", "print", "invoice", "Preview and print this invoice.", "Ctrl+P"),
    _a("mail_invoice", "Send by e-mail", "mail", "invoice", "Send this invoice to the customer, with the paper attached."),
    _a("credit_invoice", "Credit…", "undo", "invoice", "Write a credit memo over this invoice."),
    _a("void_invoice", "Void…", "block", "invoice", "Let the invoice count for nothing; its number stays."),
    _a("dispute_invoice", "Dispute", "flag", "invoice", "Note that the customer contests it: no reminder and no finance charge."),
    _a("drop_draft", "Delete the draft", "delete", "invoice", "Throw the draft away; it had no number."),
    _a("reverse_payment", "Reverse…", "undo", "invoice", "Take back a payment that bounced or was entered by mistake."),
    _a("use_credit", "Let it pay…", "price_check", "invoice", "Choose what the credit that is left settles."),
    _a("refund_payment", "Refund…", "currency_exchange", "invoice", "Give back what is left of a payment, a deposit or a credit memo."),
)

STATEMENT: tuple[Action, ...] = (
    _a("new_statements", "New statements", "add", "statement", "See who would get a statement, then make them.", "Ctrl+Shift+S"),
    _a("print_statements", "Print", "print", "statement", "One print file of all that go out on paper, in postal order."),
    _a("go_on_statements", "Go on", "play_arrow", "statement", "Let a run that was stopped go on where it was."),
    _a("open_statement", "Open the PDF", "picture_as_pdf", "statement", "Show the statement as it was made."),
    _a("print_from", "Print from here on", "print", "statement", "The print file from this statement on, when the printer stopped."),
    _a("mail_statement", "E-mail again", "mail", "statement", "Send the statement once more by e-mail."),
    _a("correct_statement", "Make anew", "refresh", "statement", "Make the statement with what is booked now; the old one stays."),
    _a("post_charges", "Post charges", "check", "statement", "Write a finance charge for each customer with something ticked.",
       "Ctrl+Shift+Return"),
    _a("reverse_charges", "Reverse…", "undo", "statement", "Take back all finance charges of the run."),
    _a("send_reminders", "Send reminders", "send", "statement", "Write the reminders that are ticked into the outbox."),
)

BOOKS: tuple[Action, ...] = (
    _a("verify_books", "Verify", "verified", "books", "Read everything that was posted again and prove that it agrees."),
    _a("export_journal", "Export the journal…", "download", "books", "Write the journal for a spreadsheet or another program."),
)

PLAN: tuple[Action, ...] = (
    _a("optimize", "Optimize", "wand_stars", "plan", "Find a better plan for this day; nothing changes until you apply it.",
       "Ctrl+O"),
    _a("apply_plan", "Apply", "check", "plan", "Put the ticked changes of the plan on the board.", "Ctrl+Shift+Return"),
    _a("discard_plan", "Discard", "close", "plan", "Leave the board as it is."),
)

EXCHANGE: tuple[Action, ...] = (
    _a("choose_file", "Import a file…", "upload", "exchange", "Choose a list in CSV or XLSX and see what it would bring."),
    _a("find_coordinates", "Find coordinates", "my_location", "exchange", "Look for the places of all addresses that are not on the map."),
)

PANEL: tuple[Action, ...] = (
    _a("save", "Save", "save", "panel", "Save and stay.", "Ctrl+S"),
    _a("save_close", "Save and close", "check", "panel", "Save and close the panel.", "Ctrl+Return", "Ctrl+Enter"),
    _a("close_panel", "Close", "close", "panel", "Close the panel; changes that are not saved are asked about.", "Esc"),
    _a("tab", "Go to a tab", "keyboard_tab", "panel", "Alt and a number lead to the tabs of a page, in their order.",
       "Alt+1", "Alt+2", "Alt+3", "Alt+4", "Alt+5", "Alt+6", "Alt+7"),
    _a("add_line", "Add line", "add", "panel", "Add a line at the end.", "Ctrl+L"),
    _a("remove_line", "Remove line", "delete", "panel", "Remove the selected line.", "Ctrl+Delete"),
)

TABLE: tuple[Action, ...] = (
    _a("row_add", "Add", "add", "table", "Add a row to this list.", "Ins"),
    _a("row_edit", "Edit", "edit", "table", "Change the selected row.", "F2"),
    _a("row_remove", "Remove", "delete", "table", "Remove the selected row; it can be undone.", "Del"),
    _a("copy", "Copy", "content_copy", "table", "Copy the selected rows, ready for a spreadsheet.", "Ctrl+C"),
    _a("export_list", "Export…", "download", "table", "Write all rows of this list to a CSV or XLSX file.", "Ctrl+Shift+E"),
)

ACTIONS: tuple[Action, ...] = (*WINDOW, *DAY, *VIEW, *CALENDAR, *JOB, *CUSTOMER, *VISIT, *PROVIDER, *SERVICE, *REQUEST, *PLAN, *EXCHANGE,
                               *RECEIVABLE, *INVOICE, *STATEMENT, *BOOKS, *PANEL, *TABLE)  # fmt: skip
_BY_ID = {action.id: action for action in ACTIONS}


def action(id: str) -> Action:
    """The entry of that id; KeyError when nobody declared it."""
    return _BY_ID[id]


def bind(widget: QWidget, calls: Mapping[str, Callable[..., object]]) -> dict[str, QAction]:
    """Make `widget` carry out these actions; a checkable one calls with its new state, the others with nothing.

    Shortcuts work while the focus is in `widget`, those of the context "window" anywhere in its window.
    """
    made = {id: make(widget, id) for id in calls}
    for id, call in calls.items():
        if made[id].isCheckable():
            made[id].triggered.connect(lambda checked, call=call: call(checked))
        else:
            made[id].triggered.connect(lambda _checked=False, call=call: call())
        widget.addAction(made[id])
    return made


def make(parent: QWidget, id: str) -> QAction:
    """The QAction of that id, not yet connected to anything."""
    entry = action(id)
    made = QAction(entry.words, parent)
    made.setObjectName(id)
    made.setShortcuts([QKeySequence(keys) for keys in entry.shortcuts])
    made.setShortcutContext(_reach(entry))
    made.setCheckable(entry.checkable)
    made.setToolTip(tip(entry))
    made.setStatusTip(entry.tip)
    icons.dress(made, entry.icon)
    return made


def tip(entry: Action) -> str:
    """What a tooltip says: words, shortcut, and what happens; plain text."""
    keys = f" ({shown_keys(entry)})" if entry.shortcuts else ""
    return f"{entry.words.rstrip('…')}{keys}\n{entry.tip}"


def shown_keys(entry: Action) -> str:
    """The shortcuts as this system writes them, "Ctrl+Z" or "⌘Z"."""
    shown = (QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) for keys in entry.shortcuts)
    return ", ".join(dict.fromkeys(shown))


def _reach(entry: Action) -> Any:
    everywhere = entry.context == "window"
    return Qt.ShortcutContext.WindowShortcut if everywhere else Qt.ShortcutContext.WidgetWithChildrenShortcut
