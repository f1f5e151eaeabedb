"""Pictures as readers get them: decoded, measured, drawn anew.

A picture that came in is a stranger's file. What is kept is not that file but the
pixels in it, written anew: nothing hidden behind or beside them (scripts, places where
it was taken, other formats) reaches a reader.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import TYPE_CHECKING

from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

from stoppress.posts.errors import BadCopy

if TYPE_CHECKING:
    from stoppress.posts.copy import PhotoCopy

# A camera's largest; more is a mistake or an attack on memory.
MAX_BYTES = 30 * 1024 * 1024
MAX_PIXELS = 80_000_000

# Wider than any column at twice its density.
MAX_SIDE = 1920  # pixels

# How much larger a PNG may be than the JPEG of the same picture.
PNG_WORTH = 1.5

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def keep(photo: PhotoCopy) -> tuple[str, int, int]:
    """Writes the picture into the photos folder and returns its file name, width and
    height in pixels; ('', 0, 0) where there is no picture. BadCopy when it is none."""
    if not photo.image:
        return "", 0, 0
    if not photo.alt.strip():
        raise BadCopy("A photo needs an alternative text for those who cannot see it.")
    picture = _decoded(photo.image)
    data, suffix = _written(picture)
    name = f"{hashlib.sha256(data).hexdigest()[:32]}.{suffix}"
    path = settings.PHOTOS / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_bytes(data)
        draft.replace(path)
    return name, picture.width, picture.height


def _decoded(data: bytes) -> Image.Image:
    if len(data) > MAX_BYTES:
        raise BadCopy(f"The photo has {len(data) >> 20} MB; {MAX_BYTES >> 20} MB fit.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise BadCopy("The photo has more pixels than any page can show.")
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadCopy(
            "The photo is not a JPEG, PNG, WebP or GIF that can be read."
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadCopy("The photo has more pixels than any page can show.") from error
    return upright


def _written(picture: Image.Image) -> tuple[bytes, str]:
    """A photograph becomes JPEG. A drawing stays PNG: it is sharper, see-through, and
    mostly the smaller of the two."""
    photograph, drawing = io.BytesIO(), io.BytesIO()
    clear = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    clear.save(drawing, "PNG", optimize=True)
    opaque = picture.convert("RGB")
    opaque.save(photograph, "JPEG", quality=85, progressive=True, optimize=True)
    small = drawing.tell() <= photograph.tell() * PNG_WORTH
    if small or picture.has_transparency_data:
        return drawing.getvalue(), "png"
    return photograph.getvalue(), "jpg"
