"""Files that are no picture for a page: refused by name, and nothing of them is kept."""

from __future__ import annotations

import random
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from stoppress.posts import photos
from stoppress.posts.copy import PhotoCopy
from stoppress.posts.errors import BadCopy
from tests.builders import a_picture
from tests.posts.pictures import LADEN


@pytest.mark.parametrize("alt", ["", " \n", "\0"])
def test_a_picture_needs_an_alternative_text(alt, folder):
    """A picture that says nothing to those who cannot see it is refused, not kept."""
    with pytest.raises(BadCopy, match="alternative text"):
        photos.keep(PhotoCopy(a_picture(), alt=alt))
    assert not folder.exists()


def test_no_picture_is_no_fault(folder):
    """Where only the words are known there is no file, and no alternative text needed."""
    assert photos.keep(PhotoCopy(b"", caption="words")) == ("", 0, 0)
    assert not folder.exists()


NOT_PICTURES = {
    "text": b"not a picture",
    "one byte": b"\xff",
    "html": b"<html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "pdf": b"%PDF-1.7\n",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "a bitmap": a_picture(kind="BMP"),
    "a tiff": a_picture(kind="TIFF"),
    "an icon": a_picture(kind="ICO"),
    "half a jpeg": a_picture(640, 480)[:2000],
    "half a png": a_picture(640, 480, kind="PNG")[:300],
    "half a webp": a_picture(kind="WEBP")[:40],
}


@pytest.mark.parametrize("data", NOT_PICTURES.values(), ids=NOT_PICTURES)
def test_what_is_no_picture_for_a_page_is_refused(data, folder):
    """Another kind of file, or half of one, is refused by name and not kept."""
    with pytest.raises(BadCopy, match="not a JPEG, PNG, WebP or GIF"):
        photos.keep(PhotoCopy(data, alt="A bridge"))
    assert not folder.exists()


def bomb(side: int) -> bytes:
    """A PNG that says it is so many pixels wide and high, with next to nothing in it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize("side", [9_000, 9_700, 20_000, 60_000])
def test_a_bomb_is_refused_before_it_goes_off(side, folder):
    """A small file that says it is huge is refused by what its head says, before memory
    is taken for it; below and above Pillow's own bounds."""
    with pytest.raises(BadCopy, match="more pixels than any page can show"):
        photos.keep(PhotoCopy(bomb(side), alt="A bridge"))
    assert not folder.exists()


def test_a_file_larger_than_any_cameras_is_refused(folder, monkeypatch):
    """More bytes than a camera writes are refused before they are looked at."""
    monkeypatch.setattr(photos, "MAX_BYTES", 3 << 20)
    with pytest.raises(BadCopy, match="The photo has 4 MB; 3 MB fit"):
        photos.keep(PhotoCopy(a_picture() + bytes(4 << 20), alt="A bridge"))
    assert photos.keep(PhotoCopy(a_picture() + bytes(2 << 20), alt="A bridge"))


SOUND = {kind: a_picture(kind=kind, **LADEN[kind]) for kind in LADEN}


@given(st.sampled_from(sorted(SOUND)), st.randoms(use_true_random=False))
@effort(max_examples=300)
@pytest.mark.filterwarnings("ignore")
def test_a_spoiled_picture_is_shown_or_refused(
    kind: str, chance: random.Random
) -> None:
    """However a file was damaged, it is a picture or it is refused by name: no other
    error comes out."""
    data = bytearray(SOUND[kind])
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data))
        act = chance.choice(["flip", "cut", "double"])
        if act == "flip":
            data[at] = chance.randrange(256)
        elif act == "cut":
            del data[at : at + chance.randint(1, 20)]
        else:
            data[at:at] = data[at : at + 20]
        data = data or bytearray(b"x")
    try:
        name, width, height = photos.keep(PhotoCopy(bytes(data), alt="A bridge"))
    except BadCopy:
        return
    assert name
    assert min(width, height) > 0
