"""What the company sells: the price book, the taxes on it, and the skills that services need."""

from __future__ import annotations

from fieldoffice.services.catalog.abilities import SkillRow, add_skill, drop_skill, edit_skill, new_skill, skills
from fieldoffice.services.catalog.pricebook import (
    ItemFacts,
    ItemLine,
    ItemRow,
    add_item,
    edit_item,
    items,
    move_item,
    new_item,
    offer_item,
    price_book,
)
from fieldoffice.services.catalog.taxes import (
    TaxFacts,
    TaxRow,
    add_tax_rate,
    drop_tax_rate,
    edit_tax_rate,
    new_tax_rate,
    take_over,
    tax_rates,
)

__all__ = [
    "ItemFacts",
    "ItemLine",
    "ItemRow",
    "SkillRow",
    "TaxFacts",
    "TaxRow",
    "add_item",
    "add_skill",
    "add_tax_rate",
    "drop_skill",
    "drop_tax_rate",
    "edit_item",
    "edit_skill",
    "edit_tax_rate",
    "items",
    "move_item",
    "new_item",
    "new_skill",
    "new_tax_rate",
    "offer_item",
    "price_book",
    "skills",
    "take_over",
    "tax_rates",
]
