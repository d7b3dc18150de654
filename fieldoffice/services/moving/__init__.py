"""Moving an office to another database, SQLite or PostgreSQL, with a proof that nothing changed on the way."""

from fieldoffice.services.moving.transfer import Moved, TableProof, move

__all__ = ["Moved", "TableProof", "move"]
