"""Pictures as readers get them: decoded, measured, drawn anew.

A picture that came in is a stranger's file. What is kept is not that file but the
pixels in it, written anew: nothing hidden behind or beside them (scripts, places where
it was taken, other formats) reaches a reader.

A picture's file is on the disk, and its name in the folder, before the row that names it
can be committed: after a power cut there may be a file without a row, never the reverse.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from PIL import Image, ImageCms, ImageOps

from stoppress.posts.copy import checked_alt
from stoppress.posts.errors import BadCopy

if TYPE_CHECKING:
    from pathlib import Path

    from stoppress.posts.copy import PhotoCopy

# A camera's largest; more is a mistake or an attack on memory.
MAX_BYTES = 30 * 1024 * 1024
MAX_PIXELS = 80_000_000

# Wider than any column at twice its density.
MAX_SIDE = 1920  # pixels

# How much larger a PNG may be than the JPEG of the same picture.
PNG_WORTH = 1.5

# What is written, by the ending of its name.
MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png"}

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")

# Kinds of pixels that can be made smaller smoothly; a palette's numbers cannot.
SMOOTH = {"L", "RGB", "RGBA", "CMYK", "YCbCr"}

SRGB = ImageCms.createProfile("sRGB")


def keep(photo: PhotoCopy) -> tuple[str, int, int]:
    """Writes the picture into the photos folder and returns its file name, width and
    height in pixels; ('', 0, 0) where there is no picture. BadCopy when it is none."""
    if not photo.image:
        return "", 0, 0
    checked_alt(photo.alt, needed=True)
    picture = _decoded(photo.image)
    data, suffix = _written(picture)
    name = f"{hashlib.sha256(data).hexdigest()[:32]}.{suffix}"
    _put(settings.PHOTOS / name, data)
    return name, picture.width, picture.height


def _put(path: Path, data: bytes) -> None:
    """The file, whole and on the disk. One that is there may be another's of just now,
    whose name is not on the disk yet: the folder is written out either way."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def kept(file: str) -> tuple[bytes, str] | None:
    """The picture's bytes and media type, None when it is not in the folder. Whether
    readers may have it is not known here: `queries.picture`."""
    try:
        data: bytes = (settings.PHOTOS / file).read_bytes()
    except FileNotFoundError:
        return None
    return data, MEDIA_TYPES[file.rpartition(".")[2]]


def _decoded(data: bytes) -> Image.Image:
    """The picture upright, in sRGB, no larger than needed, with nothing but pixels."""
    if len(data) > MAX_BYTES:
        raise BadCopy(f"The photo has {len(data) >> 20} MB; {MAX_BYTES >> 20} MB fit.")
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
        if picture.width * picture.height <= MAX_PIXELS:
            return _pixels(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pass  # said below
    # Decoders say of a broken file whatever they stumbled over.
    except Exception as error:
        raise BadCopy(
            "The photo is not a JPEG, PNG, WebP or GIF that can be read."
        ) from error
    raise BadCopy("The photo has more pixels than any page can show.")


def _pixels(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.mode not in SMOOTH or "transparency" in picture.info:
        picture = _in_colour(picture)
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    upright = _in_srgb(ImageOps.exif_transpose(picture))
    if upright.mode == "RGBA" and upright.getchannel("A").getextrema() == (255, 255):
        upright = upright.convert("RGB")
    # Pillow would write comments and profiles that came in out again.
    upright.info.clear()
    return upright


def _in_colour(picture: Image.Image) -> Image.Image:
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _in_srgb(picture: Image.Image) -> Image.Image:
    """The colours as the picture's own profile means them: without it a telephone's
    wide colours would turn dull. A profile that cannot be read is none."""
    profile = picture.info.get("icc_profile")
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            mode = "RGBA" if picture.mode == "RGBA" else "RGB"
            turned = ImageCms.profileToProfile(
                *(picture, io.BytesIO(profile), SRGB), outputMode=mode
            )
            return turned or picture
    return _in_colour(picture)


def _written(picture: Image.Image) -> tuple[bytes, str]:
    """A photograph becomes JPEG. A drawing stays PNG: it is sharper, see-through, and
    mostly the smaller of the two."""
    photograph, drawing = io.BytesIO(), io.BytesIO()
    picture.save(drawing, "PNG", optimize=True)
    if picture.mode == "RGBA":
        return drawing.getvalue(), "png"
    picture.save(photograph, "JPEG", quality=85, progressive=True, optimize=True)
    if drawing.tell() <= photograph.tell() * PNG_WORTH:
        return drawing.getvalue(), "png"
    return photograph.getvalue(), "jpg"
