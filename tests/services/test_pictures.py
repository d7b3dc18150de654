"""Pictures lose what they should not carry, and bombs and fakes are seen before they are opened."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from fieldoffice.models.errors import Invalid
from fieldoffice.office import Office
from fieldoffice.services.jobs import files
from fieldoffice.services.pictures import cleaned
from tests import make

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 20)) -> bytes:
    """Taken with the camera on its side, somewhere."""
    picture, out = Image.new("RGB", size, (200, 30, 30)), BytesIO()
    exif = picture.getexif()
    exif[ORIENTATION], exif[MAKER] = 6, "Maker of cameras"
    exif.get_ifd(GPS).update({1: "N", 2: (38.0, 54.0, 0.0)})
    picture.save(out, kind, exif=exif)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is huge and holds next to nothing."""
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_picture_is_upright_and_carries_no_place_and_no_camera(kind: str, media_type: str) -> None:
    before = photo(kind)
    assert b"Maker of cameras" in before
    said, after = cleaned("roof", "image/jpeg", before + b"<script>trailer</script>")
    assert said == media_type
    assert b"Maker of cameras" not in after
    assert b"trailer" not in after
    with Image.open(BytesIO(after)) as picture:
        assert (dict(picture.getexif()), picture.size) == ({}, (20, 40))


def test_what_only_calls_itself_a_picture_is_kept_as_a_plain_file() -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
    assert cleaned("x.svg", "image/svg+xml", svg) == ("application/octet-stream", svg)
    gif = BytesIO()
    Image.new("P", (2, 2)).save(gif, "GIF")
    assert cleaned("x.gif", "image/gif", gif.getvalue())[0] == "application/octet-stream"


def test_other_files_stay_byte_for_byte() -> None:
    assert cleaned("a.pdf", "application/pdf", b"%PDF") == ("application/pdf", b"%PDF")


@pytest.mark.parametrize("size", [(30_000, 30_000), (8_000, 6_000), (100_000, 100_000)])
def test_a_bomb_is_refused_by_its_head(size: tuple[int, int]) -> None:
    with pytest.raises(Invalid) as refused:
        cleaned("big.png", "image/png", bomb(*size))
    assert "40 million pixels" in refused.value.fields["file"]


def test_a_picture_that_breaks_off_is_refused() -> None:
    whole = photo(size=(400, 400))
    with pytest.raises(Invalid) as refused:
        cleaned("half.jpg", "image/jpeg", whole[: len(whole) // 2])
    assert "damaged" in refused.value.fields["file"]


def test_a_photo_on_a_job_is_kept_clean(office: Office) -> None:
    made = make.small(office)
    job = make.job(office, made, on=None)
    sheet = office.do(files.attach, job.job_id, name="roof.jpg", media_type="image/jpeg", content=photo())
    kept = office.see(files.content, sheet.files[0].id)
    assert b"Maker of cameras" not in kept
    with Image.open(BytesIO(kept)) as picture:
        assert picture.size == (20, 40)
