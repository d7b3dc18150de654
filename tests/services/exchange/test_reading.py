"""Reading files: encodings, separators, quoted line ends, workbooks, and what is refused before it can do harm."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from fieldoffice.models.errors import Invalid
from fieldoffice.services.exchange import sheets, xlsx_in
from fieldoffice.services.exchange.sheets import read_sheet

TEXT = 'Name{0}City{0}Notes\r\nZoë Müller{0}Köln{0}"first line\r\nsecond{0} line"\r\n\r\nBob{0}Bonn{0}\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_reads_the_same_in_every_encoding_and_with_every_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(TEXT.format(separator).encode(encoding))
    sheet = read_sheet(path)
    assert sheet.head == ("Name", "City", "Notes")
    assert [line.cells for line in sheet.lines] == [("Zoë Müller", "Köln", f"first line\r\nsecond{separator} line"), ("Bob", "Bonn", "")]
    assert [line.number for line in sheet.lines] == [2, 5], "lines are those of the file, quoted ends and empty lines counted"


def test_wrapped_numbers_and_our_own_apostrophes_are_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('Zip,Phone,Name,Text\n"=""07601""",\'+12025550101,\'tis so,"\'=1+1"\n', encoding="utf-8")
    assert read_sheet(path).lines[0].cells == ("07601", "+12025550101", "'tis so", "=1+1")


def test_a_quotation_mark_that_is_never_closed_is_refused_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('Name,City\nAnn,Bonn\n"Bob,Köln\nCid,Trier\n', encoding="utf-8")
    with pytest.raises(Invalid, match="begins on line 3 never ends"):
        read_sheet(path)


def test_stray_quotation_marks_within_a_cell_are_read_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('Name,Notes\nAnn,12" pipe\n', encoding="utf-8")
    assert read_sheet(path).lines[0].cells == ("Ann", '12" pipe')


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "nothing in this file"),
        (b"%PDF-1.7 ...", "not a list"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "not a list"),
        (b"PK\x03\x04rubbish", "cannot be read"),
    ],
)
def test_what_is_no_list_is_refused_in_words(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    with pytest.raises(Invalid, match=words):
        read_sheet(path)


def test_too_many_rows_and_too_large_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Name\n" + "x\n" * 11, encoding="utf-8")
    monkeypatch.setattr(sheets, "MOST_ROWS", 10)
    with pytest.raises(Invalid, match="at most 10 rows"):
        read_sheet(path)
    monkeypatch.setattr(sheets, "MOST_BYTES", 5)
    with pytest.raises(Invalid, match="at most"):
        read_sheet(path)


def test_a_workbook_gives_the_values_it_shows(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Empty"
    sheet = book.create_sheet("People")
    sheet.append([])
    sheet.append(["Name", "Since", "At", "Count", "Share", "Sum", "Yes"])
    sheet.append(["Ann", date(2026, 3, 2), datetime(2026, 3, 2, 8, 30), 12.0, 0.5, "=1+1", True])
    sheet.append([None, None, time(7, 5)])
    book.save(tmp_path / "list.xlsx")
    found = read_sheet(tmp_path / "list.xlsx")
    assert found.head == ("Name", "Since", "At", "Count", "Share", "Sum", "Yes")
    assert found.lines[0].number == 3
    assert found.lines[0].cells == ("Ann", "2026-03-02", "2026-03-02 08:30", "12", "0.5", "", "yes"), "no formula is calculated or shown"
    assert found.lines[1].cells == ("", "", "07:05")
    assert "People" in found.read_as


def test_a_workbook_that_unpacks_to_far_more_than_a_list_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    with pytest.raises(Invalid, match="far more than a list"):
        read_sheet(path)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("list.csv", "Name\nAnn\n")
    with pytest.raises(Invalid, match="no workbook"):
        read_sheet(path)


def test_xml_that_would_grow_by_its_entities_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Name"])
    book.active.append(["Ann"])
    book.save(tmp_path / "good.xlsx")
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>'
    )
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as bad:
        for name in good.namelist():
            bad.writestr(name, bomb if name == "xl/worksheets/sheet1.xml" else good.read(name))
    assert read_sheet(tmp_path / "good.xlsx").head == ("Name",)
    with pytest.raises(Invalid, match="cannot be read"):
        read_sheet(tmp_path / "bad.xlsx")


def test_a_sheet_that_says_a_million_rows_and_has_two_is_read(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Name"])
    book.active.append(["Ann"])
    book.save(tmp_path / "good.xlsx")
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good, zipfile.ZipFile(tmp_path / "wide.xlsx", "w") as wide:
        for name in good.namelist():
            data = good.read(name)
            wide.writestr(name, data.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"') if name.endswith("sheet1.xml") else data)
    assert [line.cells for line in read_sheet(tmp_path / "wide.xlsx").lines] == [("Ann",)]
    assert xlsx_in.shown(1e300) == "1e+300"
