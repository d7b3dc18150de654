"""The money: papers with lines and taxes, the journal, the ledger of receivables, finance charges, statements, reminders.

What is posted is append-only: triggers refuse changes, and entries in a closed period.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEPT = {  # what never changes once a row is posted: the condition under which it is posted, and the columns
    "ar_item": ("TRUE", "kind number invoice_id payment_id reverses_id entry_id on_date due_on amount_cents"),
    "allocation": ("TRUE", "source_id target_id amount_cents on_date by_name created_at"),
    "journal_entry": (
        "TRUE",
        "seq on_date kind memo invoice_id payment_id bank_deposit_id reverses_id override document before hash by_name posted_at",
    ),
    "journal_line": ("TRUE", "entry_id position account_id amount_cents"),
    "period_lock": ("TRUE", "closed_on sealed_on last_entry_id last_allocation_id reason by_name created_at"),
    "invoice": (
        "OLD.number IS NOT NULL",
        "kind number cites_id issued_on due_on rounding net_cents tax_cents total_cents reason reference notes sha256 posted_at",
    ),
    "payment": (
        "OLD.number IS NOT NULL",
        "kind number method reference amount_cents tax_back_cents received_on source_id reason sha256",
    ),
    "statement": ("TRUE", "run_id kind from_on as_of opening_cents closing_cents sha256 created_at"),
    "charge_part": ("TRUE", "run_id rule_id item_id invoice_id tier from_on to_on amount_cents"),
    "invoice_line": ("(SELECT i.number FROM invoice i WHERE i.id = OLD.invoice_id) IS NOT NULL",
                     "invoice_id position name quantity_milli unit_price_cents net_cents tax_name tax_ppm tax_cents"),
    "invoice_tax": ("(SELECT i.number FROM invoice i WHERE i.id = OLD.invoice_id) IS NOT NULL",
                    "invoice_id position name ppm net_cents tax_cents"),
}  # fmt: skip
KEPT_WORDS = "the books are append-only"
NEWEST = "(SELECT {} FROM period_lock ORDER BY id DESC LIMIT 1)"
CLOSED = {  # a closed period takes nothing more; a sealed one never, whatever the reason
    "journal_entry": f"NEW.on_date <= {NEWEST.format('sealed_on')} OR (NEW.override = '' AND NEW.on_date <= {NEWEST.format('closed_on')})",
    "allocation": f"NEW.on_date <= {NEWEST.format('sealed_on')} OR NEW.on_date <= {NEWEST.format('closed_on')}",
    "period_lock": f"{NEWEST.format('sealed_on')} IS NOT NULL AND (NEW.sealed_on IS NULL OR NEW.sealed_on < {NEWEST.format('sealed_on')})",
}
CLOSED_WORDS = "the period is closed"


def upgrade() -> None:
    for empty in ("allocation", "payment", "invoice_job", "invoice"):  # nothing has ever written to them
        op.drop_table(empty)
    op.create_table(
        "account",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("code", name=op.f("uq_account_code")),
        sa.UniqueConstraint("key", name=op.f("uq_account_key")),
    )
    op.create_table(
        "bank_deposit",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_deposit")),
        sa.UniqueConstraint("number", name=op.f("uq_bank_deposit_number")),
    )
    op.create_table(
        "billing_terms",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("terms_days", sa.Integer(), nullable=True),
        sa.Column("delivery", sa.String(length=6), nullable=False),
        sa.Column("statements", sa.String(length=8), nullable=False),
        sa.Column("charges", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("reminders", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("tax_number", sa.String(), nullable=False),
        sa.Column("buyer_reference", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_terms")),
        sa.UniqueConstraint("customer_id", name=op.f("uq_billing_terms_customer_id")),
    )
    op.create_table(
        "charge_rule",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("annual_ppm", sa.Integer(), nullable=False),
        sa.Column("tiers", sa.JSON(), nullable=False),
        sa.Column("counts_from", sa.String(length=8), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("grace", sa.String(length=8), nullable=False),
        sa.Column("min_charge_cents", sa.BigInteger(), nullable=False),
        sa.Column("charge_threshold_cents", sa.BigInteger(), nullable=False),
        sa.Column("cap_ppm", sa.Integer(), nullable=False),
        sa.Column("on_charges", sa.Boolean(), nullable=False),
        sa.Column("without_tax", sa.Boolean(), nullable=False),
        sa.Column("net_of_credits", sa.Boolean(), nullable=False),
        sa.Column("closed_items", sa.Boolean(), nullable=False),
        sa.Column("terms_days", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge_rule")),
        sa.UniqueConstraint("name", name=op.f("uq_charge_rule_name")),
    )
    op.create_table(
        "statement_run",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_run")),
    )
    op.create_table(
        "charge_run",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["charge_rule.id"], name=op.f("fk_charge_run_rule_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge_run")),
        sa.UniqueConstraint("number", name=op.f("uq_charge_run_number")),
    )
    op.create_table(
        "statement",
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bill_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("opening_cents", sa.BigInteger(), nullable=False),
        sa.Column("closing_cents", sa.BigInteger(), nullable=False),
        sa.Column("delivery", sa.String(length=6), nullable=False),
        sa.Column("frozen", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("paper_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["bill_to_id"], ["customer.id"], name=op.f("fk_statement_bill_to_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["blob.id"], name=op.f("fk_statement_paper_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["statement_run.id"], name=op.f("fk_statement_run_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["superseded_id"], ["statement.id"], name=op.f("fk_statement_superseded_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint(
            "bill_to_id", "kind", "as_of", "run_id", name=op.f("uq_statement_bill_to_id_kind_as_of_run_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_statement_public_id")),
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_bill_to_id"), ["bill_to_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_statement_run_id"), ["run_id"], unique=False)

    op.create_table(
        "tax_exemption",
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tax_name", sa.String(), nullable=False),
        sa.Column("certificate", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_tax_exemption_customer_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_exemption")),
    )
    with op.batch_alter_table("tax_exemption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tax_exemption_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "invoice",
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bill_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cites_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("rounding", sa.String(length=8), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("tax_cents", sa.BigInteger(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("photos", sa.Boolean(), nullable=False),
        sa.Column("frozen", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("paper_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("disputed_on", sa.Date(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(state = 'draft') = (number IS NULL)", name=op.f("ck_invoice_numbered_when_posted")),
        sa.CheckConstraint("total_cents >= 0", name=op.f("ck_invoice_total_not_negative")),
        sa.ForeignKeyConstraint(
            ["bill_to_id"], ["customer.id"], name=op.f("fk_invoice_bill_to_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["cites_id"], ["invoice.id"], name=op.f("fk_invoice_cites_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_invoice_customer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_invoice_location_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["blob.id"], name=op.f("fk_invoice_paper_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invoice_public_id")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_bill_to_id"), ["bill_to_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_cites_id"), ["cites_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_issued_on"), ["issued_on"], unique=False)
        batch_op.create_index("ix_invoice_state_due_on", ["state", "due_on"], unique=False)

    op.create_table(
        "invoice_tax",
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ppm", sa.Integer(), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("tax_cents", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_tax_invoice_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_tax")),
        sa.UniqueConstraint("invoice_id", "position", name=op.f("uq_invoice_tax_invoice_id_position")),
    )
    with op.batch_alter_table("invoice_tax", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_tax_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("open_cents", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_reminder_invoice_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("invoice_id", "level", name=op.f("uq_reminder_invoice_id_level")),
    )
    op.create_table(
        "invoice_job",
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_job_invoice_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_invoice_job_job_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["order_version_id"],
            ["service_order_version.id"],
            name=op.f("fk_invoice_job_order_version_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_job")),
        sa.UniqueConstraint("invoice_id", "job_id", name=op.f("uq_invoice_job_invoice_id_job_id")),
    )
    with op.batch_alter_table("invoice_job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_job_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_job_job_id"), ["job_id"], unique=False)

    op.create_table(
        "invoice_line",
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("quantity_milli", sa.Integer(), nullable=False),
        sa.Column("unit_price_cents", sa.BigInteger(), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("tax_name", sa.String(), nullable=False),
        sa.Column("tax_ppm", sa.Integer(), nullable=False),
        sa.Column("tax_cents", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_line_invoice_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["catalog_item.id"], name=op.f("fk_invoice_line_item_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_invoice_line_job_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
        sa.UniqueConstraint("invoice_id", "position", name=op.f("uq_invoice_line_invoice_id_position")),
    )
    with op.batch_alter_table("invoice_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_line_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_line_job_id"), ["job_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=True),
        sa.Column("gateway_ref", sa.String(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("tax_back_cents", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("bank_deposit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reversed_on", sa.Date(), nullable=True),
        sa.Column("reversal_reason", sa.String(), nullable=False),
        sa.Column("frozen", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("paper_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payment_amount_positive")),
        sa.ForeignKeyConstraint(
            ["bank_deposit_id"], ["bank_deposit.id"], name=op.f("fk_payment_bank_deposit_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_payment_customer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_payment_job_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["paper_id"], ["blob.id"], name=op.f("fk_payment_paper_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["source_id"], ["payment.id"], name=op.f("fk_payment_source_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payment_public_id")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_bank_deposit_id"), ["bank_deposit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_job_id"), ["job_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_received_on"), ["received_on"], unique=False)
        batch_op.create_index("uq_payment_gateway", ["gateway", "gateway_ref"], unique=True)

    op.create_table(
        "journal_entry",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("memo", sa.String(), nullable=False),
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("bank_deposit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("override", sa.String(), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_deposit_id"], ["bank_deposit.id"], name=op.f("fk_journal_entry_bank_deposit_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_journal_entry_invoice_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_journal_entry_payment_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["journal_entry.id"], name=op.f("fk_journal_entry_reverses_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("seq", name=op.f("uq_journal_entry_seq")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_entry_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entry_on_date"), ["on_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entry_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entry_reverses_id"), ["reverses_id"], unique=False)

    op.create_table(
        "ar_item",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bill_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount_cents <> 0", name=op.f("ck_ar_item_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["bill_to_id"], ["customer.id"], name=op.f("fk_ar_item_bill_to_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_ar_item_customer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_ar_item_entry_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_ar_item_invoice_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_ar_item_payment_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["ar_item.id"], name=op.f("fk_ar_item_reverses_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ar_item")),
    )
    with op.batch_alter_table("ar_item", schema=None) as batch_op:
        batch_op.create_index("ix_ar_item_bill_to_on_date", ["bill_to_id", "on_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_ar_item_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ar_item_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ar_item_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ar_item_on_date"), ["on_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_ar_item_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ar_item_reverses_id"), ["reverses_id"], unique=False)

    op.create_table(
        "journal_line",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount_cents <> 0", name=op.f("ck_journal_line_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_journal_line_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entry.id"], name=op.f("fk_journal_line_entry_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_line")),
        sa.UniqueConstraint("entry_id", "position", name=op.f("uq_journal_line_entry_id_position")),
    )
    with op.batch_alter_table("journal_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_line_account_id"), ["account_id"], unique=False)

    op.create_table(
        "allocation",
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount_cents <> 0", name=op.f("ck_allocation_amount_not_zero")),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_allocation_two_items")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["ar_item.id"], name=op.f("fk_allocation_source_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["ar_item.id"], name=op.f("fk_allocation_target_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_source_id"), ["source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_allocation_target_id"), ["target_id"], unique=False)

    op.create_table(
        "charge_part",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("proof", sa.JSON(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_charge_part_invoice_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["ar_item.id"], name=op.f("fk_charge_part_item_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["charge_rule.id"], name=op.f("fk_charge_part_rule_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["charge_run.id"], name=op.f("fk_charge_part_run_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge_part")),
    )
    with op.batch_alter_table("charge_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charge_part_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_charge_part_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_charge_part_run_id"), ["run_id"], unique=False)
        batch_op.create_index(
            "uq_charge_part_live",
            ["item_id", "rule_id", "tier", "from_on"],
            unique=True,
            sqlite_where=sa.text("live"),
            postgresql_where=sa.text("live"),
        )

    op.create_table(
        "period_lock",
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("sealed_on", sa.Date(), nullable=True),
        sa.Column("last_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("last_allocation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["last_allocation_id"],
            ["allocation.id"],
            name=op.f("fk_period_lock_last_allocation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["last_entry_id"], ["journal_entry.id"], name=op.f("fk_period_lock_last_entry_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_lock")),
    )

    for statement in SQLITE_WALLS if op.get_bind().dialect.name == "sqlite" else POSTGRES_WALLS:
        op.execute(statement)


def _changed(columns: str, unequal: str) -> str:
    return " OR ".join(f"NEW.{column} {unequal} OLD.{column}" for column in columns.split())


SQLITE_WALLS = (
    *(f"CREATE TRIGGER {table}_append_only_update BEFORE UPDATE ON {table} WHEN {posted} AND ({_changed(columns, 'IS NOT')})"
      f" BEGIN SELECT RAISE(ABORT, '{KEPT_WORDS}'); END" for table, (posted, columns) in KEPT.items()),
    *(f"CREATE TRIGGER {table}_append_only_delete BEFORE DELETE ON {table} WHEN {posted}"
      f" BEGIN SELECT RAISE(ABORT, '{KEPT_WORDS}'); END" for table, (posted, _columns) in KEPT.items()),
    *(f"CREATE TRIGGER {table}_closed BEFORE INSERT ON {table} WHEN {shut} BEGIN SELECT RAISE(ABORT, '{CLOSED_WORDS}'); END"
      for table, shut in CLOSED.items()),
)  # fmt: skip
POSTGRES_WALLS = (
    f"CREATE FUNCTION books_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{KEPT_WORDS}'; END $$",
    *(f"""CREATE FUNCTION {table}_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF {posted} THEN
            IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '{KEPT_WORDS}'; END IF;
            IF {_changed(columns, "IS DISTINCT FROM")} THEN RAISE EXCEPTION '{KEPT_WORDS}'; END IF;
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END $$""" for table, (posted, columns) in KEPT.items()),
    *(f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_keeps()"
      for table in KEPT),
    *(f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION books_are_append_only()"
      for table in KEPT),
    *(f"""CREATE FUNCTION {table}_is_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF {shut} THEN RAISE EXCEPTION '{CLOSED_WORDS}'; END IF;
        RETURN NEW;
    END $$""" for table, shut in CLOSED.items()),
    *(f"CREATE TRIGGER {table}_closed BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_is_closed()" for table in CLOSED),
)  # fmt: skip
