"""The frame on real parts: a real office, a real page, a real second process."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from fieldoffice.office import Office
from fieldoffice.services import customers
from fieldoffice.services.dispatch import moves
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.palette import DARK, LIGHT
from fieldoffice.ui.signin import SignIn
from fieldoffice.ui.single import Single
from tests import make

SHOOT = """
    import sys
    from pathlib import Path
    from fieldoffice.models.errors import Refused
    from fieldoffice.office import Office
    from fieldoffice.ui.app import shoot
    office = Office(sys.argv[1])
    for page, theme in (("schedule", "light"), ("schedule", "dark"), ("nowhere", "light")):
        try:
            shoot(office, page, (1366, 768), theme, Path(sys.argv[2]) / f"{theme}.png", company="Potomac")
        except Refused as error:
            print(error)
"""
DESKTOP = """
    import sys
    from PySide6.QtCore import QTimer
    from fieldoffice.office import Office
    from fieldoffice.ui.app import run_desktop
    def started(window):
        print(window.windowTitle(), flush=True)
        QTimer.singleShot(300, window.close)
    sys.exit(run_desktop(Office(sys.argv[1]), user_id=int(sys.argv[2]), company="Potomac", who="Olive", started=started))
"""


def _run(code: str, *args: str, home: Path) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run([sys.executable, "-c", textwrap.dedent(code), *args], env=surroundings, capture_output=True,
                          text=True, timeout=120, check=False)


def test_pages_are_shot_in_both_themes_and_leave_no_trace(sqlite_office: Office, tmp_path: Path) -> None:
    make.small(sqlite_office)
    home = tmp_path / "home"
    home.mkdir()
    done = _run(SHOOT, sqlite_office.address, str(tmp_path), home=home)
    assert (done.returncode, done.stdout.partition(" Pages: ")[0]) == (0, "There is no page called nowhere.")
    pictures = [QImage(str(tmp_path / f"{name}.png")) for name in ("light", "dark")]
    assert [(p.width(), p.height()) for p in pictures] == [(1366, 768)] * 2
    assert [p.pixelColor(100, 400).name().upper() for p in pictures] == [LIGHT.surface, DARK.surface]
    assert list(home.rglob("*.conf")) + list(home.rglob("*.ini")) == []


def test_the_desktop_starts_and_ends_quietly(sqlite_office: Office, tmp_path: Path) -> None:
    made = make.small(sqlite_office)
    done = _run(DESKTOP, sqlite_office.address, str(made.owner), home=tmp_path)
    noise = [line for line in done.stderr.splitlines() if "This plugin does not support" not in line]
    assert (done.returncode, noise) == (0, [])
    assert done.stdout.strip().endswith("Potomac – fieldoffice")


def test_another_desk_s_change_reaches_a_page(qtbot, office: Office, address: str) -> None:
    made = make.small(office)
    there = Office(address, clock=office.clock)
    desk = Desk(office, user_id=made.owner, known=office.topics(), every_ms=200 if not office.shared else 3_600_000)
    view, seen = QWidget(), []
    qtbot.addWidget(view)
    view.show()
    desk.live.watch(view, {"customer"}, lambda: desk.see(view, customers_named, then=seen.append))
    desk.start()
    if office.shared:
        qtbot.wait(400)  # the bell's connection
    there.do(customers.add_customer, name="Dora Later")
    qtbot.waitUntil(lambda: bool(seen) and "Dora Later" in seen[-1], timeout=4000)
    desk.close()
    there.close()


def test_a_move_is_undone_and_done_again_through_the_office(qtbot, office: Office) -> None:
    made = make.small(office)
    card = make.card(office, make.job(office, made).appointment_id)
    desk, said = Desk(office, user_id=made.owner, known={}), []
    desk.toasted.connect(lambda notice: said.append(notice.words.split("\n")[0]))
    for n, hour in enumerate((9, 11, 13)):
        now = make.card(office, card.id)
        desk.act(desk, f"Moved to {hour}", moves.place, card.id, version=now.version, provider_ids=(made.ana,),
                 starts_at=make.at(hour))
        qtbot.waitUntil(lambda n=n: len(said) == n + 1)
    hours = []
    for step in (desk.undo, desk.undo, desk.undo, desk.redo, desk.redo, desk.redo, desk.undo):
        before = len(said)
        step()
        qtbot.waitUntil(lambda before=before: len(said) == before + 1)
        starts = make.card(office, card.id).starts_at
        hours.append(starts and starts.astimezone(make.ZONE).hour)
    assert hours == [11, 9, None, 9, 11, 13, 11]
    desk.close()


def test_a_user_without_the_right_is_refused_in_words(qtbot, office: Office) -> None:
    made = make.small(office)
    card = make.card(office, make.job(office, made).appointment_id)
    desk, said = Desk(office, user_id=made.owner + 999, known={}), []
    desk.toasted.connect(said.append)
    desk.act(desk, "Moved", moves.place, card.id, version=card.version, provider_ids=(made.ana,), starts_at=make.at(9))
    qtbot.waitUntil(lambda: bool(said))
    assert [(notice.words, notice.kind) for notice in said] == [("This user may no longer sign in.", "danger")]
    desk.close()


def test_signing_in(qtbot, office: Office) -> None:
    make.small(office)
    office.do(lambda tx: _with_password(tx))
    desk = Desk(office, known={})
    dialog = SignIn(desk, "Potomac", "db.example")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.login.setText("Olive")
    dialog.password.setText("wrong password")
    dialog.sign_in()
    qtbot.waitUntil(lambda: dialog.form.summary.isVisible())
    assert (dialog.form.summary.label.text(), dialog.user, dialog.go.isEnabled()) == ("Login or password is wrong.", None, True)
    dialog.password.setText("correct horse battery")
    dialog.sign_in()
    qtbot.waitUntil(lambda: dialog.user is not None)
    assert (dialog.user.login, dialog.result(), desk.memory.get("signin", "login")) == ("olive", 1, "olive")
    desk.close()


SECOND = """
    import sys
    from PySide6.QtCore import QCoreApplication
    from fieldoffice.ui.single import Single
    app = QCoreApplication([])
    sys.exit(0 if Single(sys.argv[1]).claim() else 3)
"""
KILLED = """
    import os, sys
    from PySide6.QtCore import QCoreApplication
    from fieldoffice.ui.single import Single
    app = QCoreApplication([])
    assert Single(sys.argv[1]).claim()
    os.kill(os.getpid(), 9)
"""


def test_a_second_start_raises_the_first(qtbot, qapp, tmp_path: Path) -> None:
    address, called = f"sqlite:///{tmp_path}/office.db", []
    first = Single(address)
    assert first.claim() is True
    first.on_call(lambda: called.append(1))
    again = _run(SECOND, f"sqlite:///{tmp_path}/../{tmp_path.name}/office.db", home=tmp_path)
    qtbot.waitUntil(lambda: called == [1])
    assert (again.returncode, _run(SECOND, f"sqlite:///{tmp_path}/other.db", home=tmp_path).returncode) == (3, 0)
    first.release()
    assert _run(SECOND, address, home=tmp_path).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is not a word there")
def test_a_killed_desktop_does_not_lock_the_next_one_out(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/office.db"
    assert _run(KILLED, address, home=tmp_path).returncode == -9
    assert _run(SECOND, address, home=tmp_path).returncode == 0


def customers_named(tx) -> list[str]:
    from sqlalchemy import select

    from fieldoffice.models.customer import Customer

    return list(tx.session.scalars(select(Customer.name)))


def _with_password(tx) -> None:
    from fieldoffice.models.staff import Role
    from fieldoffice.services.company import add_user

    add_user(tx, login="olive", name="Olive", roles=(Role.DISPATCHER,), password="correct horse battery")


