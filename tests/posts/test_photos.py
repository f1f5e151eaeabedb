"""Pictures: what is kept is pixels, upright, of a size for a page, and nothing else."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

import pytest
from PIL import Image

from stoppress.posts import photos
from stoppress.posts.copy import PhotoCopy
from tests.builders import a_picture
from tests.posts.pictures import LADEN, PARTS, SECRET, exif, kept, profile, swapped
from tests.support.threads import at_once


@pytest.mark.parametrize("kind", LADEN)
@pytest.mark.parametrize("as_photograph", [True, False])
def test_nothing_but_the_picture_is_kept(kind, as_photograph, folder, monkeypatch):
    """Places, descriptions, comments, profiles and other programs' data are gone from
    every kind of picture, whether it is kept as JPEG or as PNG."""
    monkeypatch.setattr(photos, "PNG_WORTH", 0 if as_photograph else 100)
    data = a_picture(kind=kind, **LADEN[kind])
    assert SECRET in data
    picture, file = kept(data + b"<script>" + SECRET, folder)
    assert picture.format == ("JPEG" if as_photograph else "PNG")
    assert [part for part in PARTS if part in file] == []
    assert b"<script>" not in file
    assert dict(picture.getexif()) == {}


@pytest.mark.parametrize("kind", LADEN)
def test_every_kind_of_picture_shows_what_it_showed(kind, folder):
    """A JPEG, PNG, WebP or GIF has its size and its colour after it was drawn anew."""
    picture, _ = kept(a_picture(320, 200, kind=kind), folder)
    assert picture.size == (320, 200)
    colour = picture.convert("RGB").getpixel((160, 100))
    assert isinstance(colour, tuple)
    assert max(abs(a - b) for a, b in zip(colour, (30, 90, 160), strict=True)) < 6


def test_a_picture_is_turned_upright(folder):
    """A telephone's picture that lies on its side, and says so, stands."""
    sideways = a_picture(320, 200, exif=exif(orientation=6))
    picture, _ = kept(sideways, folder)
    assert picture.size == (200, 320)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((1920, 100), (1920, 100)),
        ((3840, 1000), (1920, 500)),
        ((1000, 3840), (500, 1920)),
        ((1, 1), (1, 1)),
    ],
)
def test_a_picture_is_no_larger_than_a_page_needs(before, after, folder):
    """What is larger than any column is made smaller in proportion; small stays small."""
    picture, _ = kept(a_picture(*before), folder)
    assert picture.size == after


def test_a_photograph_is_kept_small_and_a_drawing_sharp(folder):
    """What would be large as PNG becomes a JPEG; what has few colours stays a PNG."""
    noise = Image.effect_noise((300, 200), 80).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "PNG")
    assert kept(file.getvalue(), folder)[0].format == "JPEG"
    assert kept(a_picture(kind="PNG"), folder)[0].format == "PNG"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_can_be_seen_through_stays_so(mode, folder):
    """A picture with see-through parts keeps them."""
    picture = Image.new("RGBA", (40, 40), (200, 0, 0, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 20, 40))
    file = io.BytesIO()
    picture.convert(mode).save(
        file, "PNG", **({"transparency": 0} if mode == "P" else {})
    )
    there = kept(file.getvalue(), folder)[0].convert("RGBA")
    alphas = {there.getpixel((x, 20))[3] for x in (5, 35)}  # type: ignore[index]
    assert 0 in alphas


def test_what_only_could_be_seen_through_is_a_photograph(folder):
    """A screenshot that has an alpha channel and uses it nowhere may become a JPEG."""
    noise = Image.effect_noise((300, 200), 80).convert("RGBA")
    file = io.BytesIO()
    noise.save(file, "PNG")
    assert kept(file.getvalue(), folder)[0].format == "JPEG"


def test_sixteen_bits_of_grey_are_still_grey(folder):
    """A scan with 16 bits a pixel is not burnt out to white."""
    data = struct.pack("<H", 128 * 256) * 64 * 64
    file = io.BytesIO()
    Image.frombytes("I;16", (64, 64), data).save(file, "PNG")
    colour = kept(file.getvalue(), folder)[0].convert("L").getpixel((32, 32))
    assert colour == pytest.approx(128, abs=2)


@pytest.mark.parametrize("mode", ["1", "L", "CMYK", "YCbCr"])
def test_every_kind_of_pixel_becomes_a_pages(mode, folder):
    """Line art, grey and print colours come out in colours that every browser shows."""
    file = io.BytesIO()
    kind = "JPEG" if mode in {"CMYK", "YCbCr"} else "PNG"
    Image.new(mode, (3000, 40)).save(file, kind)
    assert kept(file.getvalue(), folder)[0].mode == "RGB"


@pytest.mark.parametrize("alpha", [(), (128,)])
def test_the_colours_of_a_profile_are_kept_without_it(alpha, folder):
    """A picture in another colour space looks as it was meant to, without its profile."""
    file = io.BytesIO()
    source = Image.new("RGBA" if alpha else "RGB", (64, 64), (200, 40, 60, *alpha))
    source.save(file, "PNG", icc_profile=swapped())
    there = kept(file.getvalue(), folder)[0].getpixel((5, 5))
    assert isinstance(there, tuple)
    red, _, blue, *rest = there
    assert blue > 180
    assert red < 80
    assert tuple(rest) == alpha


@pytest.mark.parametrize("broken", [b"no profile", profile()[:200]])
def test_a_broken_profile_is_none(broken, folder):
    """A profile that cannot be read leaves the pixels as they are."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 40, 60)).save(file, "PNG", icc_profile=broken)
    assert kept(file.getvalue(), folder)[0].getpixel((5, 5)) == (200, 40, 60)


@pytest.mark.django_db
def test_the_same_picture_is_kept_once(folder):
    """The same picture several times, also at the same moment, is one file."""
    copy, names = PhotoCopy(a_picture(800, 600), alt="A bridge"), set()
    at_once(*[lambda: names.add(photos.keep(copy)[0])] * 4)
    assert names == {path.name for path in folder.iterdir()}
    assert len(names) == 1


def test_who_was_slower_with_the_same_picture_finds_it_there(folder, monkeypatch):
    """When another has just kept the same picture, keeping it once more is no error and
    leaves no half of a file."""
    copy, move = PhotoCopy(a_picture(), alt="A bridge"), Path.replace

    def slowly(self: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "replace", move)
        photos.keep(copy)
        return move(self, target)

    monkeypatch.setattr(Path, "replace", slowly)
    name, *_ = photos.keep(copy)
    assert [path.name for path in folder.iterdir()] == [name]


def test_a_picture_is_on_the_disk_before_its_row(folder, monkeypatch):
    """The file is written out under another name, renamed, and its folder written out:
    a power cut after the row was committed finds the picture. One that was there already
    has its folder written out again, for the other's may still be on its way."""
    acts: list[str] = []
    sync, move = os.fsync, Path.replace

    def watched_sync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        acts.append(
            "folder" if path == folder else "draft" if path.stat().st_size else ""
        )
        sync(descriptor)

    def watched_move(self: Path, target: Path) -> Path:
        acts.append("renamed")
        return move(self, target)

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(Path, "replace", watched_move)
    copy = PhotoCopy(a_picture(), alt="A bridge")
    photos.keep(copy)
    assert acts == ["draft", "renamed", "folder"]
    photos.keep(copy)
    assert acts == ["draft", "renamed", "folder", "folder"]


def test_a_name_says_nothing(folder):
    """A picture's name is made of its pixels alone, and is one that a page can have."""
    name, *_ = photos.keep(PhotoCopy(a_picture(), alt="A bridge"))
    stem, _, suffix = name.partition(".")
    assert suffix in {"jpg", "png"}
    assert len(stem) == 32
    assert set(stem) <= set("0123456789abcdef")
