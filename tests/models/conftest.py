"""Migrations for tests."""

from tests.models.revisions import next_revision

__all__ = ["next_revision"]
