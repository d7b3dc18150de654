"""The files of a job on the screen: added, dropped, shown, saved, removed; what is too large or unreadable is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldoffice.models.errors import Invalid, WorldFault
from fieldoffice.office import Office
from fieldoffice.services.jobs import files as services
from fieldoffice.ui.jobs.disk import media_type, read_file, safe_name, shrunk, write_file
from tests import make
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def picture(width: int = 600, height: int = 300) -> bytes:
    image, buffer = QImage(width, height, QImage.Format.Format_RGB32), QBuffer()
    image.fill(QColor("#336699"))
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def test_files_are_dropped_shown_saved_and_removed(stand: Stand, tmp_path: Path) -> None:
    job = make.job(stand.office, stand.made)
    section = stand.page(job.job_id, "Files").files
    assert section.empty.isVisible()
    (tmp_path / "leak.png").write_bytes(picture())
    (tmp_path / "offer.pdf").write_bytes(b"%PDF-1.4 not much")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("leak.png", "offer.pdf")])
    action, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    section.dropEvent(QDropEvent(QPointF(50, 50), action, data, buttons, keys))
    stand.qtbot.waitUntil(lambda: section.list.count() == 2, timeout=5000)
    stand.wait()
    kept = {f.name: f for f in stand.job(job.job_id).files}
    assert {name: f.media_type for name, f in kept.items()} == {"leak.png": "image/png", "offer.pdf": "application/pdf"}
    assert kept["leak.png"].id in section._thumbs
    leak = next(n for n in range(2) if section.list.item(n).text() == "leak.png")
    section.list.setCurrentRow(leak)
    assert (section.open_button.isEnabled(), "leak.png" in section.about.text()) == (True, True)
    section.save_to(kept["leak.png"], str(tmp_path / "copy.png"))
    stand.wait()
    stand.wait()
    assert QImage(str(tmp_path / "copy.png")) == QImage.fromData(picture())  # drawn anew, the same picture
    QTest.keyClick(section.list, Qt.Key.Key_Delete)
    stand.wait()
    assert [f.name for f in stand.job(job.job_id).files] == ["offer.pdf"]
    stand.press_undo()
    assert sorted(f.name for f in stand.job(job.job_id).files) == ["leak.png", "offer.pdf"]
    assert section.list.count() == 2


def test_each_file_that_cannot_be_added_is_named_and_the_others_are(stand: Stand, tmp_path: Path) -> None:
    job = make.job(stand.office, stand.made)
    section = stand.page(job.job_id, "Files").files
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "good.txt").write_bytes(b"fine")
    with (tmp_path / "large.bin").open("wb") as file:
        file.truncate(services.LARGEST + 1)
    section.add_paths([str(tmp_path / name) for name in ("empty.txt", "large.bin", "good.txt", "gone.txt")])
    stand.qtbot.waitUntil(lambda: section.list.count() == 1, timeout=5000)
    stand.wait()
    said = section.trouble.label.text()
    assert all(words in said for words in ("empty.txt is empty", "large.bin is larger than 10 MB", "gone.txt is not a file"))
    assert [f.name for f in stand.job(job.job_id).files] == ["good.txt"]


def test_only_harmless_kinds_are_opened_outside(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    job = make.job(stand.office, stand.made)
    stand.office.do(services.attach, job.job_id, name="setup.exe", media_type="application/x-dosexec", content=b"MZ")
    stand.office.do(services.attach, job.job_id, name="../n:ote.txt", media_type="text/plain", content=b"hello")
    section = stand.page(job.job_id, "Files").files
    shown: list[str] = []
    monkeypatch.setattr("fieldoffice.ui.jobs.files.QDesktopServices.openUrl", lambda url: shown.append(url.toLocalFile()) or True)
    monkeypatch.setattr("fieldoffice.ui.jobs.files.QFileDialog.getSaveFileName", lambda *_: ("", ""))
    for row in (0, 1):
        section.list.setCurrentRow(row)
        QTest.keyClick(section.list, Qt.Key.Key_Return)
        stand.wait()
    assert [Path(path).name.split("-", 1)[1] for path in shown] == ["_n_ote.txt"]
    assert Path(shown[0]).read_bytes() == b"hello"


@pytest.mark.parametrize(("name", "safe"), [
    ("a/b\\c:d.txt", "a_b_c_d.txt"), ("..", "file"), (" . ", "file"), ("ok.pdf", "ok.pdf"), ("x" * 200 + ".pdf", "x" * 116 + ".pdf"),
    ("tab\tname", "tab_name"),
])  # fmt: skip
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_what_is_read_and_written(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="not a file"):
        read_file(str(tmp_path))
    (tmp_path / "a.jpg").write_bytes(picture())
    assert read_file(str(tmp_path / "a.jpg")).media_type == "image/png"  # the content counts, not the name
    assert media_type("letter.docx", b"PK\x03\x04") .endswith("wordprocessingml.document")
    with pytest.raises(WorldFault, match="could not be written"):
        write_file(str(tmp_path / "none" / "a"), b"x")


def test_pictures_are_shrunk_and_what_is_none_is_left(qtbot: QtBot) -> None:
    small = shrunk(picture(), 128)
    assert (small.width(), small.height()) == (128, 64)
    assert shrunk(b"\x89PNG nothing", 128).isNull()
    assert shrunk(b"", 128).isNull()
