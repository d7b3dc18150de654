"""What holds for the money: terms, taxes and rounding, how papers leave, and what may be given up by whom."""

from __future__ import annotations

from fieldoffice.services.company import checks
from fieldoffice.services.company.spec import Spec

SECTION = ("Money", "payments", "How customers are billed, and what stands on invoices and statements.")
ROUNDING = (("line", "line by line"), ("paper", "once for the whole invoice"))
DELIVERY = (("email", "by e-mail"), ("print", "on paper"), ("both", "both ways"))
STATEMENTS = (("open", "what is open (open item)"), ("forward", "all that moved (balance forward)"), ("none", "none"))
CREDITS = (("own", "in a column of their own"), ("net", "taken off the oldest first"))
BILLING, PAPERS, OWED, REMINDED = "Billing", "On invoices and statements", "Receivables", "Reminders"
MARK = "invoice billing accounting money"

MONEY: tuple[Spec, ...] = (
    Spec("money.terms_days", "money", "Invoices are due after", "number", default=30, unit="days", required=True, group=BILLING,
         check=checks.whole(0, 365), search=f"{MARK} terms net due on receipt",
         hint="0 is due on receipt. A customer may have terms of its own."),
    Spec("money.rounding", "money", "Taxes are rounded", "choice", default="line", choices=ROUNDING, group=BILLING,
         search=f"{MARK} tax cents", hint="Each invoice keeps the way it was reckoned by."),
    Spec("money.delivery", "money", "Invoices and statements go", "choice", default="email", choices=DELIVERY, group=BILLING,
         search=f"{MARK} mail post print"),
    Spec("money.statements", "money", "Statements show", "choice", default="open", choices=STATEMENTS, group=BILLING,
         search=f"{MARK} open item balance forward monthly"),
    Spec("money.sent_completes_job", "money", "A job is completed when its invoice is sent", "yes_no", default=False, group=BILLING,
         search=f"{MARK} complete close job mailed printed",
         hint="Sent is mailed or printed. You are told when visits of the job are still open."),
    Spec("money.pay_words", "money", "How to pay", group=PAPERS, search=f"{MARK} check payable transfer iban",
         hint="One sentence at the foot of each invoice, such as where to send a check."),
    Spec("money.bank_words", "money", "Bank account", group=PAPERS, search=f"{MARK} iban bic routing account number"),
    Spec("money.tax_number", "money", "Tax number", group=PAPERS, beside=True, search=f"{MARK} vat ein tax id"),
    Spec("money.einvoice", "money", "Put an electronic invoice inside the PDF", "yes_no", default=False, group=PAPERS,
         search=f"{MARK} zugferd factur-x xml en 16931 e-invoice",
         hint="ZUGFeRD / Factur-X, by the norm EN 16931. Where something for it is missing, the invoice goes without, and says so."),
    Spec("money.credits", "money", "Credit that settles nothing yet stands", "choice", default="own", choices=CREDITS, group=OWED,
         search=f"{MARK} aging unapplied credits", hint="The same on the screen, on statements and in exports."),
    Spec("money.write_off_limit", "money", "A bookkeeper may write off up to", "number", default=100, group=OWED, required=True,
         check=checks.whole(0, 1_000_000), search=f"{MARK} bad debt limit",
         hint="Per debt, in whole units of your currency; above it, the owner does."),
    Spec("money.remind_1", "money", "First reminder after", "number", default=7, unit="days overdue", required=True,
         check=checks.whole(0, 365), group=REMINDED, search=f"{MARK} dunning overdue late reminder",
         hint="0: there is no such reminder. What it says is a message text."),
    Spec("money.remind_2", "money", "Second reminder after", "number", default=21, unit="days overdue", required=True,
         check=checks.whole(0, 365), group=REMINDED, search=f"{MARK} dunning overdue late reminder"),
    Spec("money.remind_3", "money", "Last reminder after", "number", default=35, unit="days overdue", required=True,
         check=checks.whole(0, 365), group=REMINDED, search=f"{MARK} dunning overdue late reminder"),
)  # fmt: skip
