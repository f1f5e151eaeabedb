"""Picture files as cameras and programs write them, laden with more than pixels."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

from stoppress.posts import photos
from stoppress.posts.copy import PhotoCopy

SECRET = b"SECRET"
# What marks a part of a file that is not the picture itself.
PARTS = [
    SECRET,
    b"Exif",
    b"ICC_PROFILE",
    b"iCCP",
    b"http://ns.adobe",
    b"xmpmeta",
    b"8BIM",
]
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825


def kept(data: bytes, folder: Path) -> tuple[Image.Image, bytes]:
    """The picture as it was kept, and its file."""
    name, width, height = photos.keep(PhotoCopy(data, alt="A bridge"))
    file = (folder / name).read_bytes()
    picture = Image.open(io.BytesIO(file))
    assert picture.size == (width, height)
    return picture, file


def exif(**tags: Any) -> bytes:
    """EXIF data with a description, the place where it was taken, and what is given."""
    data = Image.Exif()
    data[DESCRIPTION] = SECRET.decode()
    data[ORIENTATION] = tags.get("orientation", 1)
    data.get_ifd(GPS).update(
        {1: "N", 2: (53.0, 54.0, 27.0), 3: "E", 4: (27.0, 33.0, 0.0)}
    )
    return data.tobytes()


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped() -> bytes:
    """A profile in which red means blue and blue means red."""
    there = profile().replace(b"rXYZ", b"xXYZ").replace(b"bXYZ", b"rXYZ")
    return there.replace(b"xXYZ", b"bXYZ")


def told_png() -> PngImagePlugin.PngInfo:
    """PNG's own places for words."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{SECRET.decode()}</x:xmpmeta>")
    return info


XMP = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
LADEN: dict[str, dict[str, Any]] = {
    "JPEG": {"exif": exif(), "comment": SECRET, "xmp": XMP, "icc_profile": profile()},
    "PNG": {"exif": exif(), "pnginfo": told_png(), "icc_profile": profile()},
    "WEBP": {"exif": exif(), "xmp": XMP, "icc_profile": profile(), "lossless": True},
    "GIF": {"comment": SECRET},
}
