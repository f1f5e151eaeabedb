"""A deploy: the server is asked to stop, and another starts on the same port."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tests.endurance.conftest import Tell
from tests.endurance.house import PATIENCE, House
from tests.endurance.press import Copy
from tests.support.newsroom import Newsroom

READERS = [["*"]] * 20 + [["/stories/harbour"]] * 3
LONGEST = 5.0  # seconds that a stop may take
DEPLOYS = (10, 20)  # after so many posts


def test_a_deploy_costs_no_reader_an_entry(house: House, tell: Tell) -> None:
    """Stopped in the middle of posting, the server ends within seconds and with exit 0;
    readers come back by themselves to the one that follows on the same port, and have
    each entry once; followers have each alert once."""
    books, press = house.books, house.press
    begun = books.head()
    took: list[float] = []
    with house.part() as server, house.crowd(READERS) as crowd:
        server.ready()
        crowd.opened()
        following = house.following(*[["*"]] * 10)
        press.by_desk([Copy("harbour", f"Desk {n}.", n % 3 == 0) for n in range(36)])
        press.by_command([Copy("ferry", f"Command {n}.", n == 1) for n in range(2)])
        for posts in DEPLOYS:
            press.reached(posts)
            code, seconds = server.stop()
            assert code == 0
            assert seconds < LONGEST
            took.append(seconds)
            server.start().ready()
        press.finish()
        house.told(press.alerts)
        entries = books.entries(begun)
        crowd.have(entries)
    assert len(entries) == len(press.sent)
    following.have(press.loud(entries))
    assert not following.repeats()
    tell(
        f"{len(READERS)} readers, stopped in {' and '.join(f'{s:.1f} s' for s in took)}"
    )


def test_a_stop_waits_for_no_push_service(house: House, tell: Tell) -> None:
    """A push service that answers nothing keeps a stop no longer than a few seconds, and
    readers are told when to come back: their streams end whole, with no reset."""
    far = house.far
    with house.part() as server:
        server.ready()
        following = house.following(*[["*"]] * 6)
        far.hold()
        house.post("It is in flight.", push=True)
        far.wait(lambda: far.most_at_once, "a message is sent", PATIENCE)
        with _stream(house.newsroom) as reader:
            code, seconds = server.stop()
            said = b"".join(iter(lambda: reader.recv(65536), b""))
        far.release()
        assert code == 0
        assert seconds < LONGEST
        pause, _, rest = said.rpartition(b"retry: ")[2].partition(b"\n")
        assert 0 < int(pause) < 5000
        assert rest.endswith(b"\r\n0\r\n\r\n")

        server.start()
        house.told(1)
    following.have(house.published())
    tell(f"stopped in {seconds:.1f} s beside a push service that answered nothing")


@contextmanager
def _stream(newsroom: Newsroom) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", newsroom.port), PATIENCE) as reader:
        reader.sendall(
            b"GET /.well-known/mercure?topic=* HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        assert reader.recv(12) == b"HTTP/1.1 200"
        yield reader
