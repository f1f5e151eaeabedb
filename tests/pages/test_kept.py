"""What is kept of pages: one place on the wire, a bound on octets, the least asked goes."""

from __future__ import annotations

import pytest

from stoppress.pages import kept
from stoppress.pages.kept import Answer, Kept


def an_answer(size: int = 10) -> Answer:
    return Answer(200, [], b"x" * size, b"")


def found(pages: Kept, head: int, *paths: str) -> list[bool]:
    return [pages.at((path, ""), head) is not None for path in paths]


def keep(pages: Kept, head: int, *paths: str, size: int = 10) -> None:
    for path in paths:
        pages.at((path, ""), head)
        pages.keep((path, ""), head, an_answer(size))


def test_a_page_is_kept_while_the_wire_stands_still():
    """What was kept is found again, each under its own key, until the wire moves on."""
    pages = Kept()
    keep(pages, 7, "/a")
    pages.keep(("/a", "before=3"), 7, an_answer(3))
    assert pages.at(("/a", ""), 7) == an_answer()
    assert pages.at(("/a", "before=3"), 7) == an_answer(3)
    assert found(pages, 8, "/a") == [False]
    assert found(pages, 7, "/a") == [False]


def test_what_was_drawn_for_an_earlier_place_is_not_kept():
    """A page whose drawing was overtaken by an entry is not kept as the new one."""
    pages = Kept()
    assert found(pages, 7, "/a") == [False]
    assert found(pages, 8, "/a") == [False]
    pages.keep(("/a", ""), 7, an_answer())
    assert found(pages, 8, "/a") == [False]


def test_the_page_not_asked_for_longest_makes_room():
    """All pages together stay within the bound; what was asked for of late stays."""
    pages = Kept(octets=30)
    keep(pages, 7, "/a", "/b", "/c")
    assert found(pages, 7, "/a") == [True]
    keep(pages, 7, "/d")
    assert found(pages, 7, "/a", "/b", "/c", "/d") == [True, False, True, True]


def test_the_bound_counts_what_is_there():
    """A page that is kept anew, or let go when the wire moves on, is not counted twice."""
    pages = Kept(octets=30)
    for head in (7, 8):
        for _ in range(5):
            keep(pages, head, "/a", "/b", "/c")
        assert found(pages, head, "/a", "/b", "/c") == [True] * 3


@pytest.mark.parametrize("size", [31, 21])
def test_what_is_too_large_pushes_nothing_out(size, monkeypatch):
    """An answer over the bound of one, or of all, is handed out and not kept."""
    monkeypatch.setattr(kept, "OCTETS_EACH", 20 if size == 21 else 100)
    pages = Kept(octets=30)
    keep(pages, 7, "/a")
    keep(pages, 7, "/large", size=size)
    assert found(pages, 7, "/a", "/large") == [True, False]
