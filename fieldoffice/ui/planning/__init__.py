"""Optimize beside the board: ask, search, compare, tick, apply."""

from __future__ import annotations

from fieldoffice.ui.planning.panel import OptimizePanel, attach

__all__ = ["OptimizePanel", "attach"]
