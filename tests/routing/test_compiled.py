"""The machine code of the search: kept where one may write, loaded at the next start, made anew when a source changes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fieldoffice.services.routing.kernel import compiled
from fieldoffice.services.routing.kernel.dice import dice_of, roll
from tests.routing.days import ROOT


def test_where_the_users_cache_cannot_be_written_the_temporary_folder_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way of a folder")
    monkeypatch.setattr(compiled, "user_cache_path", lambda *_, **__: tmp_path / "file")
    monkeypatch.setattr(compiled.tempfile, "gettempdir", lambda: str(tmp_path))
    folder = compiled.cache_folder()
    assert folder.parent == tmp_path / "fieldoffice-cache"
    assert folder.is_dir()


def test_the_second_start_loads_and_does_not_compile() -> None:
    command = [sys.executable, "-W", "error", "-m", "fieldoffice.services.routing.warm"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # may compile
    folder = compiled.cache_folder()
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.nbc")}
    if "NUMBA_CACHE_DIR" not in os.environ:
        assert before
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert "compiled and ready" in done.stdout
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.nbc")} == before


def test_the_dice_are_fair_and_the_same_everywhere() -> None:
    dice = dice_of(1)
    rolled = [roll(dice, 6) for _ in range(60_000)]
    counts = np.bincount(rolled, minlength=6)
    assert counts.size == 6
    assert counts.min() > 9_600
    assert counts.max() < 10_400
    assert [roll(dice_of(seed), 1_000_000) for seed in (1, 2, 3)] == FIRST_ROLLS


FIRST_ROLLS = [699855, 974796, 246893]
