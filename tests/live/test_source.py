"""The wire as the live room reads it, in a real database."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from django.db import connection

from stoppress.lib.transactions import atomic
from stoppress.live import framing, source
from stoppress.live.errors import WireUnreadable
from stoppress.live.frames import Frame
from stoppress.live.source import Wire
from stoppress.live.wishes import Wish
from stoppress.wire.append import append
from stoppress.wire.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire("live-test")
    yield wire
    wire.close()


def put(slug: str = "x", *topics: str) -> int:
    with atomic():
        story = {"slug": slug, "title": slug, "url": f"/stories/{slug}"}
        return append(
            "story.opened", topics or [f"/stories/{slug}"], {"story": story}
        ).seq


def put_for_nobody() -> int:
    with atomic():
        return append("push.asked", [], {}).seq


def test_reading(wire):
    """Entries come in order, from where it was asked, no more than was asked, with where
    that ends and where the wire begins."""
    assert asyncio.run(wire.head()) == 0
    assert asyncio.run(wire.after(0, limit=9)) == source.Stretch((), 0, 0)
    seqs = [put() for _ in range(5)]
    assert asyncio.run(wire.head()) == seqs[-1]
    stretch = asyncio.run(wire.after(seqs[1], limit=2))
    assert [frame.seq for frame in stretch.frames] == seqs[2:4]
    assert (stretch.end, stretch.oldest) == (seqs[3], seqs[0])
    Entry.objects.filter(seq__lt=seqs[3]).delete()
    assert asyncio.run(wire.after(0, limit=9)).oldest == seqs[3]


def test_only_what_is_wanted_is_drawn(wire, monkeypatch):
    """Entries that are not asked for, or are for nobody, are read over and not drawn; one
    that was drawn is not drawn again."""
    drawn = []
    framed = framing.framed

    def counted(entry: Entry, now: object) -> Frame:
        drawn.append(entry.seq)
        return framed(entry)

    monkeypatch.setattr(source, "framed", counted)
    mine, _, _ = put("a"), put("b"), put_for_nobody()
    end = put("b")
    for _ in range(2):
        stretch = asyncio.run(wire.after(mine - 1, limit=9, wish=Wish(("/stories/a",))))
        assert [frame.seq for frame in stretch.frames] == [mine]
        assert stretch.end == end
    everything = asyncio.run(wire.after(mine - 1, limit=9))
    assert [frame.seq for frame in everything.frames] == [mine, mine + 1, end]
    assert drawn == [mine, mine + 1, end]


def test_drawings_are_let_go(wire, monkeypatch):
    """No more drawings are kept than are named."""
    monkeypatch.setattr(source, "DRAWN_AT_MOST", 3)
    last = [put() for _ in range(6)][-1]
    assert len(asyncio.run(wire.after(0, limit=9)).frames) == 6
    assert list(wire._drawn) == [last - 2, last - 1, last]


def test_database_away(wire):
    """A database that does not answer is a named error; when it answers again, so does
    the wire."""
    seq = put()
    assert asyncio.run(wire.head()) == seq
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE wire_entry RENAME TO wire_entry_away")
    try:
        with pytest.raises(WireUnreadable, match="wire_entry"):
            asyncio.run(wire.head())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE wire_entry_away RENAME TO wire_entry")
    assert asyncio.run(wire.head()) == seq


def test_listening(wire):
    """Whoever listens is woken by an append, until it listens no more."""
    woken = threading.Event()
    leave = wire.listen(woken.set)
    put()
    assert woken.wait(10)
    leave()


def test_close():
    """Closing ends the thread, and with it its hold on the database."""
    wire = Wire("live-closing")
    asyncio.run(wire.head())
    assert any(t.name.startswith("live-closing") for t in threading.enumerate())
    wire.close()
    assert not any(t.name.startswith("live-closing") for t in threading.enumerate())
