"""Screenshots on their way in: decoded, bounded, and written anew from their pixels, so that nothing else comes along.

Pure Python and Pillow, no Django.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import BinaryIO, Final, NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES: Final = 8_000_000
MOST_PIXELS: Final = 25_000_000
LONGEST_SIDE: Final = 2_560  # of what is kept
FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
QUALITY: Final = 85


class NotAnImage(ValueError):
    """It is not taken; `str()` says why."""


class Picture(NamedTuple):
    """What is kept of a picture."""

    content: bytes
    kind: str
    width: int
    height: int


def read_picture(file: BinaryIO) -> Picture:
    """Return a picture from a file, whatever it claims to be. Raises `NotAnImage`.

    Its size is read from its head before any pixel is decoded, so a small file of a vast picture costs nothing.
    """
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise NotAnImage(f"It is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _read(data)
    except NotAnImage:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAnImage(f"It has more than {MOST_PIXELS // 1_000_000} million pixels.") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, OverflowError, MemoryError) as error:
        raise NotAnImage("It is no picture that can be read: take PNG, JPEG, WebP or GIF.") from error


def _read(data: bytes) -> Picture:
    with Image.open(BytesIO(data), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise NotAnImage(f"It has more than {MOST_PIXELS // 1_000_000} million pixels.")
        is_photo = opened.format == "JPEG"
        upright = ImageOps.exif_transpose(opened)
        kept = upright.convert("RGB" if is_photo else "RGBA")
    kept.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new(kept.mode, kept.size)
    plain.paste(kept)
    to = BytesIO()
    if is_photo:
        plain.save(to, "JPEG", quality=QUALITY, optimize=True)
    else:
        plain.save(to, "PNG")
    return Picture(to.getvalue(), "image/jpeg" if is_photo else "image/png", *plain.size)
