"""Messages to customers and to the office: written with the change that asks for them, sent once by a runner."""

from __future__ import annotations

from fieldoffice.services.messages.writing import to_address, to_customer, to_office, withdraw

__all__ = ["to_address", "to_customer", "to_office", "withdraw"]
