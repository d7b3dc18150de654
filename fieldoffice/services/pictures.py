"""Pictures are drawn anew before they are kept: no place, no owner, no code travels in a photo. Pure."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from fieldoffice.models.errors import Invalid

THUMB = 512
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MOST_PIXELS = 40_000_000
QUALITY = 90


def cleaned(name: str, media_type: str, content: bytes) -> tuple[str, bytes]:
    """Media type and bytes to keep: a JPEG, PNG or WebP drawn anew upright and without its metadata.

    Anything else that calls itself a picture is kept as a plain file, which no part of the program shows. A picture of more
    than 40 million pixels, or one that breaks off, is refused by the field `file`; its size is read before it is decoded.
    """
    if not media_type.startswith("image/"):
        return media_type, content
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=tuple(FORMATS)) as picture:
                _check_size(name, picture)
                return FORMATS[str(picture.format)], _drawn(picture)
    except UnidentifiedImageError:
        return "application/octet-stream", content
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(name) from None
    except (OSError, SyntaxError, ValueError):
        raise Invalid(file=f"{name} is damaged: the picture cannot be read to its end.") from None


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture from outside as it may be kept: drawn anew, with a small JPEG of at most 512 pixels a side."""

    name: str
    media_type: str
    content: bytes
    thumb: bytes


def photo(name: str, content: bytes) -> Photo:
    """Read a picture that a stranger sent. Its type is what its bytes say; anything but JPEG, PNG and WebP is refused.

    Run it in a child process with limits (`photochild.read_apart`): decoding takes what the picture asks for.
    """
    media_type, drawn = cleaned(name, "image/jpeg", content)
    if media_type not in FORMATS.values():
        raise Invalid(file=f"{name} is not a photo that can be read. Please send JPEG, PNG or WebP.")
    with Image.open(BytesIO(drawn), formats=tuple(FORMATS)) as picture:
        small, out = picture.convert("RGB"), BytesIO()
        small.thumbnail((THUMB, THUMB))
        small.save(out, "JPEG", quality=80)
    return Photo(name, media_type, drawn, out.getvalue())


def _check_size(name: str, picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise _too_large(name)


def _drawn(picture: Image.Image) -> bytes:
    kind = str(picture.format)
    upright = ImageOps.exif_transpose(picture)
    upright.info.clear()
    if kind == "JPEG" and upright.mode not in ("RGB", "L"):
        upright = upright.convert("RGB")
    out = BytesIO()
    upright.save(out, kind, **({} if kind == "PNG" else {"quality": QUALITY}))
    return out.getvalue()


def _too_large(name: str) -> Invalid:
    return Invalid(file=f"{name} has more than 40 million pixels. Please make it smaller first.")
