"""The page of backups and the reminder: made, proven and restored by the buttons; who may not, cannot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fieldoffice import settings
from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.backups import back_up, backups_in
from fieldoffice.ui.backups.deeds import Deeds
from fieldoffice.ui.backups.page import BackupsPage
from fieldoffice.ui.backups.watch import BackupWatch
from fieldoffice.ui.backups.words import age, seconds, size
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.banner import Banner
from tests.ui.test_jobs_kit import Stand, standing

pytestmark = pytest.mark.requirement("0.37")


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stand]:
    monkeypatch.setenv("FIELDOFFICE_HOME", str(tmp_path / "home"))
    with standing(qtbot, sqlite_office) as made:
        yield made


def page_of(stand: Stand, desk: Desk | None = None) -> BackupsPage:
    page = BackupsPage(desk or stand.desk)
    stand.show(page)
    return page


def told(page: BackupsPage) -> str:
    return "" if page.told.banner is None else page.told.banner.label.text()


def test_one_is_made_proven_and_restored_by_the_buttons(stand: Stand, tmp_path: Path) -> None:
    page = page_of(stand)
    assert page.verdict.banner.label.text().startswith("There is no backup yet.")  # type: ignore[union-attr]
    assert not page.prove_button.isEnabled()
    page.make_button.click()
    stand.wait()
    stand.wait()
    assert told(page).startswith("Backed up and proven by restoring it: ")
    assert page.rows.rowCount() == 1
    page.prove_button.click()
    stand.wait()
    assert "every table the same bit by bit" in told(page)
    backup = backups_in(settings.load().backups)[0].path
    target = tmp_path / "restored.db"
    page.restore_into(backup, target)
    stand.wait()
    assert told(page).startswith(f"Restored into {target}")
    again = Office(f"sqlite:///{target}")
    assert again.see(company.company).name == "Potomac Plumbing"
    again.close()
    next(one for one in page.told.banner.findChildren(QPushButton) if "next start" in one.text()).click()  # type: ignore[union-attr]
    assert settings.load().address == f"sqlite:///{target}"


def test_a_restore_never_overwrites_and_leaves_nothing_behind(stand: Stand, tmp_path: Path) -> None:
    page = page_of(stand)
    page.make()
    stand.wait()
    backup = backups_in(settings.load().backups)[0].path
    there = tmp_path / "there.db"
    there.write_bytes(b"mine")
    page.restore_into(backup, there)
    stand.wait()
    assert "is there already" in told(page)
    assert there.read_bytes() == b"mine"
    backup.write_bytes(backup.read_bytes()[:-50])
    page.restore_into(backup, tmp_path / "new.db")
    stand.wait()
    assert "is damaged" in told(page)
    assert not (tmp_path / "new.db").exists()


def test_the_folder_is_chosen_and_kept(stand: Stand, tmp_path: Path) -> None:
    page = page_of(stand)
    page.use_folder(tmp_path / "stick")
    stand.wait()
    stand.wait()
    assert settings.load().backups == tmp_path / "stick"
    assert str(tmp_path / "stick") in page.where.text()
    (tmp_path / "file").write_text("")
    page.use_folder(tmp_path / "file" / "x")
    stand.wait()
    assert "cannot be used" in told(page)
    assert settings.load().backups == tmp_path / "stick"


def test_who_may_not_look_after_the_organization_cannot(stand: Stand) -> None:
    user = stand.office.do(company.add_user, login="dan", name="Dan", roles=[Role.DISPATCHER], password="a long one 12")
    desk = Desk(stand.office, user_id=getattr(user, "id", user))
    try:
        page = BackupsPage(desk)
        stand.qtbot.addWidget(page)
        page.show()
        stand.qtbot.waitUntil(lambda: desk.background.waiting() == 0, timeout=10_000)
        assert not page.make_button.isEnabled()
        assert "takes the right" in told(page)
    finally:
        desk.close()


def test_an_old_backup_and_one_disk_are_said_across_the_window(stand: Stand, qtbot: QtBot, tmp_path: Path) -> None:
    said: dict[str, Banner] = {}

    class Window:
        def banner(self, key: str, kind: Any, words: str) -> Banner:
            said[key] = Banner(kind, words)
            qtbot.addWidget(said[key])
            return said[key]

        def no_banner(self, key: str) -> None:
            said.pop(key, None)

    deeds = Deeds(stand.office, stand.desk.seat, tmp_path)
    watch = BackupWatch(stand.desk, Window(), stand.desk, deeds)
    watch.look()
    stand.wait()
    assert "There is no backup yet" in said["backup"].label.text()
    back_up(stand.office.engine, tmp_path, now=datetime.now(UTC) - timedelta(hours=30), why="test")
    watch.look()
    stand.wait()
    assert "30 hours old" in said["backup"].label.text()
    back_up(stand.office.engine, tmp_path, now=datetime.now(UTC), why="test")
    watch.look()
    stand.wait()
    assert "same disk" in said["backup"].label.text()
    next(one for one in said["backup"].findChildren(QPushButton) if one.text() == "Later").click()
    watch.look()
    stand.wait()
    assert said == {}
    watch._timer.stop()


def test_sizes_and_ages_are_said_plainly() -> None:
    assert [size(n) for n in (1, 812_400, 24_500_000, 3_100_000_000)] == ["1 kB", "812 kB", "24.5 MB", "3.1 GB"]
    gaps = [timedelta(minutes=1), timedelta(minutes=119), timedelta(hours=5), timedelta(hours=30), timedelta(days=12)]
    assert [age(gap) for gap in gaps] == ["1 minute", "119 minutes", "5 hours", "30 hours", "12 days"]
    assert [seconds(s) for s in (0.44, 61)] == ["0.4 s", "1 min 1 s"]
