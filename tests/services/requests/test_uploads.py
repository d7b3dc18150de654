"""Photos from strangers: only pictures, drawn anew, small and few, forgotten if the form is never sent."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from fieldoffice.models.booking import Upload
from fieldoffice.models.errors import Invalid, NotFound
from fieldoffice.models.files import Attachment, Blob
from fieldoffice.office import Office
from fieldoffice.services import pictures
from fieldoffice.services.jobs.files import LARGEST
from fieldoffice.services.photochild import TOO_MANY_PIXELS, UNREADABLE
from fieldoffice.services.requests.inbox import request_sheet, request_thumbs
from fieldoffice.services.requests.mine import my_photo
from fieldoffice.services.tasks import run_one
from fieldoffice.services.uploads import (
    TOO_LARGE,
    TOO_MANY,
    drop_upload,
    keep_uploads,
    read_photos,
    safe_name,
    upload_thumb,
    uploads_of,
)
from tests import make
from tests.conftest import Clock
from tests.faults.processes import LONG
from tests.services.requests.wishes import ask, count, door, picture
from tests.services.test_pictures import bomb, photo

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
POLYGLOTS = {
    "svg": SVG, "html": b"<html><script>1</script>", "php": b"<?php system('id');", "zip": b"PK\x03\x04" + b"\0" * 60,
    "pdf": b"%PDF-1.7\n%%EOF",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n", "gif html": b"GIF89a<script>1</script>", "jpeg head only": b"\xff\xd8\xff\xe0" + b"<script>" * 40,
    "png head only": b"\x89PNG\r\n\x1a\n<script>", "riff": b"RIFF\0\0\0\0WEBP", "empty words": b" ",
}  # fmt: skip


@pytest.mark.requirement("3.11")
@pytest.mark.parametrize("name", list(POLYGLOTS))
def test_what_is_no_picture_is_refused_in_words(name: str) -> None:
    with pytest.raises(Invalid):
        pictures.photo("x.jpg", POLYGLOTS[name])  # what the child process does


@pytest.mark.requirement("3.11")
@pytest.mark.parametrize("name", list(POLYGLOTS) if LONG else ["php", "jpeg head only"])
def test_a_child_process_says_so_too(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_photos([("x.jpg", POLYGLOTS[name])])
    assert refused.value.fields == {"photos": UNREADABLE}


@pytest.mark.requirement("3.11")
def test_too_many_too_large_too_many_pixels_and_cut_off() -> None:
    small = photo()
    whole = picture()
    for files, words in (([small] * 4, TOO_MANY), ([b"\xff\xd8" + b"\0" * LARGEST], TOO_LARGE), ([bomb(30_000, 30_000)], TOO_MANY_PIXELS),
                         ([small, whole[: len(whole) // 2]], UNREADABLE)):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            read_photos([("x.jpg", content) for content in files])
        assert refused.value.fields == {"photos": words}
    assert read_photos([("", b"")]) == ()


@pytest.mark.requirement("3.11")
def test_a_photo_comes_out_clean_with_a_small_one_and_in_order() -> None:
    page = photo("PNG") + b"<script>trailer</script>"
    made = read_photos([("a.jpg", photo("JPEG", (1600, 900))), ("b.gif", page), ("c", photo("WEBP"))])
    assert [(one.name, one.media_type) for one in made] == [("a.jpg", "image/jpeg"), ("b.png", "image/png"), ("c.webp", "image/webp")]
    for one in made:
        for part in (one.content, one.thumb):
            assert b"Maker of cameras" not in part
            assert b"script" not in part
            with Image.open(BytesIO(part)) as shown:
                assert dict(shown.getexif()) == {}
    with Image.open(BytesIO(made[0].thumb)) as thumb:
        assert (thumb.format, thumb.size) == ("JPEG", (288, 512))  # taken with the camera on its side


@pytest.mark.parametrize(
    ("name", "safe"),
    [("../../x.jpg", "x.jpg"), ("..\\..\\x.png", "x.jpg"), ("CON", "photo.jpg"), ("nul.png", "photo.jpg"), ("a\0b.jpg", "ab.jpg"),
     ("x" * 300 + ".jpg", "x" * 80 + ".jpg"), ("", "photo.jpg"), (".htaccess", "htaccess.jpg"), ("a<b>.jpg", "ab.jpg"),
     ("\u202egpj.exe", "gpj.jpg"), ("a\r\nb: c.jpg", "ab c.jpg"), ("roof.php.jpg", "roof.php.jpg"), ("Dach über.jpeg", "Dach über.jpg")],
)  # fmt: skip
def test_names_become_harmless(name: str, safe: str) -> None:
    assert safe_name(name, "image/jpeg") == safe


def test_many_broken_pictures_break_nothing() -> None:
    import random

    dice, whole = random.Random(7), bytearray(photo("JPEG", (64, 48)))
    outcomes: set[str] = set()
    for _ in range(4):
        some: list[tuple[str, bytes]] = []
        for n in range(3):
            bad = bytearray(whole)
            for _ in range(dice.randint(1, 30)):
                bad[dice.randrange(len(bad))] = dice.randrange(256)
            some.append((f"{n}.jpg", bytes(bad)))
        try:
            outcomes.add(f"{len(read_photos(some))} read")
        except Invalid as refused:
            outcomes.update(refused.fields.values())
    assert outcomes <= {"3 read", UNREADABLE, TOO_MANY_PIXELS}


@pytest.mark.requirement("3.11")
@pytest.mark.requirement("3.23")
def test_photos_wait_for_their_form_and_belong_to_the_request_then(office: Office, made: make.Made) -> None:
    outside = door(office)
    outside.do(keep_uploads, "form-1", read_photos([("one.jpg", picture()), ("two.png", picture("PNG"))]))
    outside.do(keep_uploads, "form-1", read_photos([("three.jpg", picture(size=(700, 500)))]))
    assert [row.name for row in outside.see(uploads_of, "form-1")] == ["one.jpg", "two.png", "three.jpg"]
    with pytest.raises(Invalid):
        outside.do(keep_uploads, "form-1", read_photos([("four.jpg", photo())]))
    first = outside.see(uploads_of, "form-1")[0].id
    assert outside.see(upload_thumb, "form-1", first)[:2] == b"\xff\xd8"
    with pytest.raises(NotFound):
        outside.see(upload_thumb, "another form", first)
    sent = ask(office, made)
    photos = office.see(request_sheet, sent.id).photos
    assert [(p.name, p.media_type) for p in photos] == [("one.jpg", "image/jpeg"), ("two.png", "image/png"), ("three.jpg", "image/jpeg")]
    assert set(office.see(request_thumbs, [p.id for p in photos])) == {p.id for p in photos}
    assert count(office, Upload) == 0
    assert outside.see(my_photo, made.customer, sent.id, 2)[:2] == b"\xff\xd8"
    stranger = make.customer(office, "Somebody Else", 3)[0]
    for customer, n in ((stranger, 0), (made.customer, 3), (made.customer, -1)):
        with pytest.raises(NotFound):
            outside.see(my_photo, customer, sent.id, n)


def test_photos_of_a_form_that_is_never_sent_are_deleted(office: Office, made: make.Made, clock: Clock) -> None:
    outside, same = door(office), read_photos([("one.jpg", picture())])
    outside.do(keep_uploads, "form-1", same)
    outside.do(keep_uploads, "left", same)
    outside.do(keep_uploads, "left", read_photos([("two.jpg", picture(size=(300, 300)))]))
    outside.do(keep_uploads, "changed my mind", same)
    outside.do(drop_upload, "changed my mind", outside.see(uploads_of, "changed my mind")[0].id)
    ask(office, made)
    clock.at += timedelta(hours=2, seconds=1)
    assert outside.see(uploads_of, "left") == ()
    while run_one(office):
        pass
    assert (count(office, Upload), count(office, Attachment)) == (0, 1)
    kept = office.see(lambda tx: tx.all(select(Blob.id)))
    assert sorted(kept) == sorted(office.see(lambda tx: [id for a in tx.all(select(Attachment)) for id in (a.blob_id, a.thumb_id)]))


def test_the_desk_s_own_topic_is_not_rung_by_photos_of_forms(office: Office, made: make.Made) -> None:
    before = office.topics()
    door(office).do(keep_uploads, "form-1", read_photos([("one.jpg", picture())]))
    assert {name for name, n in office.topics().items() if n != before.get(name)} <= {"upload", "blob", "task"}
