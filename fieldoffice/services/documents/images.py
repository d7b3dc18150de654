"""Pictures on paper: only bytes that the caller holds, read once, stored once in a file however often they are shown."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError
from reportlab.lib.utils import ImageReader

from fieldoffice.models.errors import WorldFault

UNREADABLE = "A picture on this page cannot be read: take it off, or add it again as JPEG or PNG."


def size_within(data: bytes, wide: float, high: float) -> tuple[float, float]:
    """The largest size within these bounds that keeps the picture's shape; WorldFault where it is no picture."""
    across, down = _pixels(data)
    share = min(wide / across, high / down)
    return across * share, down * share


def picture(canvas: Any, data: bytes, x: float, y: float, wide: float, high: float) -> None:
    """Show it with its lower left corner at x, y."""
    name = "picture-" + sha256(data).hexdigest()[:24]
    if not canvas.hasForm(name):
        canvas.beginForm(name, 0, 0, 1, 1)
        canvas.drawImage(_read(data), 0, 0, 1, 1, mask="auto")
        canvas.endForm()
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(wide, high)
    canvas.doForm(name)
    canvas.restoreState()


@lru_cache(maxsize=64)
def _pixels(data: bytes) -> tuple[int, int]:
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as opened:
            opened.verify()
            return opened.size
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise WorldFault(UNREADABLE) from error


def _read(data: bytes) -> Any:
    _pixels(data)
    return ImageReader(BytesIO(data))
