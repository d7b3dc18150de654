"""Pictures are drawn anew before they are kept: no place, no owner, no code travels in a photo. Pure."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from fieldoffice.models.errors import Invalid

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
