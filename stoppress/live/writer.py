"""A writer: a process that does nothing but write to readers.

`stoppress web --writers N` starts N of them and hands them the sockets of its readers
(remote.py). What keeps a hub from writing, pages being made under the same interpreter's
lock, is then in another process; and each writer has descriptors of its own. It knows no
Django, no wire and no token: it is told what to write to whom, in order, and tells who has
left. A reader has the number that the web process gave it.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from typing import TYPE_CHECKING

import uvloop

from stoppress.live.channel import Channel
from stoppress.live.frames import Frame
from stoppress.live.hub import Hub
from stoppress.live.listening import room_for_readers
from stoppress.live.wishes import Wish

if TYPE_CHECKING:
    from stoppress.live.channel import Message

# How often the web process is told who has left, and what was done: seconds.
TELL_EVERY = 0.2


class Writer:
    """A hub at the end of a channel."""

    def __init__(self, end: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        self.done = asyncio.Event()
        self._numbers: dict[int, int] = {}  # by descriptor
        self._descriptors: dict[int, int] = {}  # by number
        self._wishes: dict[tuple[str, ...], Wish] = {}
        self._left: list[int] = []
        self._told: Message = ()
        self.hub = Hub(room=room_for_readers())
        self.hub.observe(self)
        self.hub.start(loop)
        self._channel = Channel(end, loop, self._take, self._end)
        self._timer = loop.call_later(TELL_EVERY, self._tell)

    def entered(self, reader: int, wish: Wish) -> None:
        """See Observer."""

    def left(self, reader: int, _wish: Wish) -> None:
        """See Observer."""
        number = self._numbers.pop(reader)
        del self._descriptors[number]
        self._left.append(number)

    def _take(self, message: Message, descriptor: int | None) -> None:
        verb, *given = message
        if descriptor is not None:
            self._let_in(descriptor, *given)
        elif verb == "publish":
            self.hub.publish(Frame(*given))
        elif verb == "give":
            numbers, frame = given
            known = map(self._descriptors.get, numbers)
            self.hub.give([one for one in known if one is not None], Frame(*frame))
        elif verb == "beat":
            self.hub.beat(*given)
        elif verb == "dismiss":
            if (reader := self._descriptors.get(*given)) is not None:
                self.hub.dismiss(reader)
        elif verb == "let go":
            self.hub.let_go(*given)
        else:
            self._end()

    def _let_in(
        self,
        descriptor: int,
        number: int,
        selectors: tuple[str, ...],
        opening: tuple[bytes, ...],
        chunked: bool,  # noqa: FBT001  as it comes over the channel
    ) -> None:
        self._numbers[descriptor] = number
        self._descriptors[number] = descriptor
        wish = self._wishes.get(selectors)
        if wish is None:
            if len(self._wishes) >= WISHES_KEPT:
                self._wishes.clear()
            wish = self._wishes[selectors] = Wish(selectors)
        if not self.hub.subscribe(descriptor, wish, opening, chunked=chunked):
            self.left(descriptor, wish)

    def _tell(self) -> None:
        hub = self.hub
        done = (hub.dropped, hub.delivered, hub.slow, hub.owed)
        told = (done, list(hub.timing.counts), hub.timing.total)
        if self._left or told != self._told:
            self._channel.send(tuple(self._left), *told)
            self._left.clear()
            self._told = told
        self._timer = asyncio.get_running_loop().call_later(TELL_EVERY, self._tell)

    def _end(self) -> None:
        """The web process closes, or is gone: the readers come back to another."""
        if not self.hub.closed:
            self._timer.cancel()
            self.hub.close()
            self._channel.close()
            self.done.set()


# One wish for all who ask for the same; strangers' made-up ones are forgotten.
WISHES_KEPT = 1_024


async def main(descriptor: int) -> None:
    """Writes until the other end of this descriptor says otherwise or is gone."""
    writer = Writer(socket.socket(fileno=descriptor))
    await writer.done.wait()


if __name__ == "__main__":
    # Who stops the newsroom stops the web process, which closes us when it is done.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    uvloop.run(main(int(sys.argv[1])))
