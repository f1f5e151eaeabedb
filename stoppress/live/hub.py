"""The hub: everyone who has a page open, and one write for each of them.

Why there is no coroutine for a reader. The usual way in Python, a task and a queue for
each open page, costs some 30 to 50 KB and, for every entry and reader, a wake-up, a task
switch and a walk through the server's layers: about ten times what the kernel itself asks
for the `send`. None of that is needed. A reader of events has nothing to say and nothing
to decide; all that it is, is a socket. So here a reader is a file descriptor, and nothing
else: a number in a set. When the HTTP request is understood (stoppress/live/takeover.py),
the descriptor is taken from the server, and the server's objects for it are let go.

How it is fed. An entry is one `bytes` object, made once, and written to each descriptor
in a loop (stoppress/live/fanout.py): about one microsecond of Python around the kernel's
three. Readers are watched for leaving and for room in their buffers by one epoll of their
own (stoppress/live/watch.py): ten thousand idle readers cost the event loop nothing.

What must be minded:

* *Descriptors are used again.* The kernel gives the lowest free number to the next socket
  that is accepted. A reader that leaves in the middle of a fan-out still stands in it by
  its number; were that closed at once, the next visitor could get it, and an entry would
  be written into the middle of the page being sent to them. While anything is being
  written, those who leave are only shut down; their numbers wait in a *grave* and are
  closed when the last job is done.
* *Order.* A reader who had no room for a frame must get what is left of it before
  anything newer. From the first short write on, all that is new is parked behind it.
* *Slow readers have a bound.* See OWED_AT_MOST. Beyond it the connection is closed, which
  loses nothing: the reader comes back with its Last-Event-ID, and gets what it missed or,
  when that is too much (history.py), is told to fetch its page anew.
* *The kernel parks too*, up to 4 MB for each stalled reader unless it is told otherwise:
  SEND_BUFFER (descriptors.py).
* *The dead are silent.* A laptop that is shut sends no goodbye. The heartbeat gives the
  kernel something to be acknowledged, and SILENCE_AT_MOST lets it give up.

Only the event loop's thread may call in here.
"""

from __future__ import annotations

import os
import sys
from itertools import chain, islice
from typing import TYPE_CHECKING

from stoppress.live.descriptors import inode, say, shut_down, tune
from stoppress.live.errors import NeedsLinux
from stoppress.live.fanout import FanOut, Job
from stoppress.live.frames import bare, retry
from stoppress.live.guests import Guests
from stoppress.live.parking import Owed
from stoppress.live.subscribers import Subscribers
from stoppress.live.watch import Watch
from stoppress.protocols.sse import LAST_CHUNK

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Collection, Iterator, Sequence

    from stoppress.live.frames import Frame
    from stoppress.live.observing import Observer
    from stoppress.live.timing import Timing
    from stoppress.live.wishes import Wish

if sys.platform != "linux":
    raise NeedsLinux

# Octets parked for one reader before it is let go. Stops a reader on a bad line from
# holding on to entries for ever. It must hold several of the largest entries: with a bound
# of one burst, healthy readers would be let go in it.
OWED_AT_MOST = 2 * 1024 * 1024

# Topics whose readers are counted for the newsroom. Stops a stranger who asks for made-up
# topics from making the count long.
TOPICS_COUNTED = 1_000

# Stops a hub that nobody has told how many descriptors there are from taking all of them.
READERS_AT_MOST = 512


class Hub:
    """All readers of this process."""

    def __init__(
        self, *, room: int = READERS_AT_MOST, owed_at_most: int = OWED_AT_MOST
    ) -> None:
        """`room`: how many readers are let in."""
        self.room = room
        self.dropped = 0  # readers let go because they lagged too far
        self.turned_away = 0  # readers for whom there was no room
        self.closed = False
        self._owed_at_most = owed_at_most
        self._watch = Watch(self.drop, self._pay)
        self._chunked = Subscribers()
        self._bare = Subscribers()  # HTTP/1.0
        self._owed: dict[int, Owed] = {}
        self._grave: list[int] = []
        self.guests = Guests()
        self._fanout = FanOut(self, self._owed)
        self._observers: list[Observer] = []

    def observe(self, observer: Observer) -> None:
        """Tells it of every reader from now on."""
        self._observers.append(observer)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Watches its readers on this loop from now on."""
        self._fanout.start(loop)
        self._watch.start(loop)

    def subscribe(
        self,
        descriptor: int,
        wish: Wish,
        opening: Sequence[bytes],
        *,
        chunked: bool = True,
        network: int = 0,
    ) -> bool:
        """Takes a connected socket's descriptor over, for good.

        `opening`: what goes before the first new entry, the HTTP head among it.
        `chunked`: the reader speaks HTTP/1.1. `network`: where it is from (lib/networks.py), 0
        when that is not counted. False when the reader is gone already.
        """
        owed = Owed(opening)
        try:
            tune(descriptor)
            paid = owed.pay(descriptor)
            self._watch.add(descriptor, for_room=not paid)
        except OSError:
            os.close(descriptor)  # in no job yet: it may go at once
            return False
        if not paid:
            self._owed[descriptor] = owed
        (self._chunked if chunked else self._bare).add(descriptor, wish)
        self.guests.enter(descriptor, network)
        for each in self._observers:
            each.entered(descriptor, wish)
        return True

    def publish(self, frame: Frame) -> None:
        """Gives an entry to all of its readers, in order after those given before."""
        topics, private = frame.topics, frame.private
        readers = self._chunked.of(topics, private=private)
        self._fanout.give(Job(readers, frame.chunk, born=frame.at))
        if self._bare and (readers := self._bare.of(topics, private=private)):
            self._fanout.give(Job(readers, bare(frame.chunk)))

    def give(self, readers: Collection[int], frame: Frame) -> None:
        """Gives an entry to these readers, whatever they asked for."""
        chunked = [reader for reader in readers if reader in self._chunked]
        self._fanout.give(Job(chunked, frame.chunk, born=frame.at))
        if plain := [reader for reader in readers if reader in self._bare]:
            self._fanout.give(Job(plain, bare(frame.chunk)))

    def beat(self, frame: bytes) -> None:
        """Gives a heartbeat to everyone who is not owed something anyhow: it keeps what
        stands between us from taking a quiet stream for a dead one."""
        self._fanout.give(Job(list(self._chunked), frame, kept=False))
        if self._bare:
            self._fanout.give(Job(list(self._bare), bare(frame), kept=False))

    def close(self) -> None:
        """Gives everyone what is being written, says when to come back, lets all go."""
        self.closed = True
        self._fanout.finish()
        self._watch.stop()
        self.let_go(self.readers)
        self._watch.close()

    def let_go(self, count: int) -> None:
        """Tells so many readers when to come back, and lets them go."""
        crowd = self.readers
        for reader in list(islice(chain(self._chunked, self._bare), count)):
            self.dismiss(reader, crowd)

    def dismiss(self, reader: int, crowd: int = 0) -> None:
        """Lets a reader go with a word on when to come back; `crowd`: how many go with
        it."""
        if reader not in self._owed:
            farewell = retry(crowd)
            chunked = reader in self._chunked
            # When there is no room it comes back after the pause it was told at first.
            say(reader, farewell + LAST_CHUNK if chunked else bare(farewell))
        self.drop(reader)

    def who(self) -> Iterator[tuple[int, Wish]]:
        """Every reader and what it asked for; nobody may come or go meanwhile."""
        for subscribers in (self._chunked, self._bare):
            for reader in subscribers:
                if (wish := subscribers.wish(reader)) is not None:
                    yield reader, wish

    def wish(self, reader: int) -> Wish | None:
        """What this reader asked for; None when it is not here."""
        return self._chunked.wish(reader) or self._bare.wish(reader)

    def inode(self, reader: int) -> int:
        """What the kernel knows the reader's socket by: no other open one has it."""
        return inode(reader)

    @property
    def full(self) -> bool:
        """True when one more reader might take the last descriptors from everyone else."""
        return self.readers + len(self._grave) >= self.room

    @property
    def readers(self) -> int:
        """Who is reading now."""
        return len(self._chunked) + len(self._bare)

    @property
    def slow(self) -> int:
        """How many of them lag."""
        return len(self._owed)

    @property
    def owed(self) -> int:
        """Octets that lagging readers wait for."""
        return sum(owed.size for owed in self._owed.values())

    @property
    def delivered(self) -> int:
        """Entries times readers, as handed to the kernel or parked for the reader."""
        return self._fanout.delivered

    @property
    def timing(self) -> Timing:
        """How long entries took to be written to all."""
        return self._fanout.timing

    def counts(self) -> dict[str, int]:
        """How many read each topic, for those that most do."""
        found = self._chunked.counts() + self._bare.counts()
        return dict(found.most_common(TOPICS_COUNTED))

    async def gone(self) -> None:
        """Waits until a closed hub has let everyone go: it has."""

    @property
    def templates(self) -> int:
        """How many of them are templates."""
        return self._chunked.templates + self._bare.templates

    # --- what the fan-out asks for ------------------------------------------------------

    def owe(self, reader: int, frame: bytes) -> None:
        """Parks a frame behind what this reader is owed, or lets the reader go."""
        owed = self._owed[reader]
        # Looked at before the frame is added: an entry, however large, is never by itself
        # the reason for which its readers are let go.
        if owed.size > self._owed_at_most:
            self.dropped += 1
            self.drop(reader)
        else:
            owed.add(frame)

    def lag(self, reader: int, rest: memoryview) -> None:
        """Begins to park for this reader."""
        if reader in self._grave:
            return
        self._owed[reader] = Owed([rest])
        self._watch.change(reader, for_room=True)

    def drop(self, reader: int) -> None:
        """Forgets a reader and closes its connection; nothing if it is not here."""
        wish = self.wish(reader)
        if wish is None:
            return
        self._chunked.drop(reader)
        self._bare.drop(reader)
        self._owed.pop(reader, None)
        self.guests.leave(reader)
        self._watch.drop(reader)
        for each in self._observers:
            each.left(reader, wish)
        if self._fanout.busy:
            shut_down(reader)
            self._grave.append(reader)
        else:
            os.close(reader)

    def rest(self) -> None:
        """Closes what could not be closed while it stood in a job."""
        for reader in self._grave:
            os.close(reader)
        self._grave.clear()

    # --- what the readers do ------------------------------------------------------------

    def _pay(self, reader: int) -> None:
        if reader not in self._owed:
            return
        try:
            paid = self._owed[reader].pay(reader)
        except OSError:
            self.drop(reader)
            return
        if paid:
            del self._owed[reader]
            self._watch.change(reader, for_room=False)
