"""Several workers behind one port: renewed, killed, orphaned."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from stoppress.push.shares import SPAN
from tests.endurance.conftest import Tell
from tests.endurance.house import PATIENCE, House
from tests.endurance.parts import Part, lives, page
from tests.endurance.press import Copy
from tests.support.waiting import until

READERS = [["*"]] * 30 + [["/stories/harbour"]] * 10
RENEWALS = (8, 20)  # after so many posts


def test_workers_are_renewed_under_load(house: House, tell: Tell) -> None:
    """While posts come in, all workers are replaced twice: every page that is asked for
    is answered, each reader has each entry once, each follower each alert."""
    books, press = house.books, house.press
    begun = books.head()
    pages = 0
    with house.part("serve", "--workers", "2") as server, house.crowd(READERS) as crowd:
        server.ready()
        first = set(server.children)
        crowd.opened()
        following = house.following(*[["*"]] * 5)
        press.by_desk([Copy("harbour", f"Desk {n}.", n % 6 == 0) for n in range(36)])
        for count, posts in enumerate(RENEWALS, start=1):
            press.reached(posts)
            server.renew()
            while server.log.count("All workers are renewed") < count:
                assert page(house.newsroom, "/") is not None
                pages += 1
        press.finish()
        house.told(press.alerts)
        entries = books.entries(begun)
        crowd.have(entries)
        assert first.isdisjoint(server.children)
        assert len(server.children) == len(first) == 3
        assert server.stop()[0] == 0
    assert len(entries) == len(press.sent)
    following.have(press.loud(entries))
    tell(f"{len(READERS)} readers, two renewals, {pages} pages meanwhile, none refused")


def test_a_killed_worker_is_replaced(house: House, tell: Tell) -> None:
    """A worker is killed: its readers come back to the other or to the next, each with
    each entry once, and who asks meanwhile is answered."""
    books, press = house.books, house.press
    begun = books.head()
    with house.part("serve", "--workers", "2") as server, house.crowd(READERS) as crowd:
        server.ready()
        crowd.opened()
        press.by_desk([Copy("ferry", f"Desk {n}.") for n in range(24)])
        press.reached(6)
        victim = _web_workers(server)[0]
        os.kill(victim, signal.SIGKILL)
        for _ in range(10):
            until(lambda: page(house.newsroom, "/"), "a page", PATIENCE)
        press.finish()
        entries = books.entries(begun)
        crowd.have(entries)
        until(lambda: len(_web_workers(server)) == 2, "another worker", PATIENCE)
        assert victim not in _web_workers(server)
        server.says("it is started again")
    tell(f"{len(READERS)} readers, one of two workers killed, {len(entries)} entries")


def test_several_processes_send(house: House) -> None:
    """`--senders 2`: one of them follows the wire, both hold shares of the followers, and
    each follower has each alert once; the one that follows is killed, and the other tells
    the next alert until another takes its place."""
    books, press = house.books, house.press
    with house.part("serve", "--senders", "2") as server:
        server.ready()
        following = house.following(*[["*"]] * 20)
        books.number_followers_from(SPAN)
        following.many(20)
        senders = _senders(server)
        assert len(senders) == 2
        assert len(_web_workers(server)) == 1
        until(lambda: all(map(books.shares_of, senders)), "both have shares", PATIENCE)
        press.by_desk([Copy("harbour", "Both tell.", push=True)])
        press.finish()
        house.told(1)
        assert all(map(books.handed_by, senders))
        [follows] = [pid for pid in senders if f"/{pid}/" in books.owner()]
        os.kill(follows, signal.SIGKILL)
        press.by_desk([Copy("harbour", "One tells.", push=True)])
        press.finish()
        house.told(2)
        until(lambda: len(_senders(server)) == 2, "another sender", PATIENCE)
        following.have(house.published())
        assert not following.repeats()


def test_workers_do_not_outlive_their_supervisor(house: House) -> None:
    """The supervisor is killed: its workers end by themselves, and the port is free."""
    with house.part("serve", "--workers", "2") as server:
        server.ready()
        children = server.children
        assert len(children) == 3
        server.kill()
        until(lambda: not any(map(lives, children)), "the workers' end", PATIENCE)
    with house.part() as again:
        again.ready()


def _web_workers(server: Part) -> list[int]:
    return [pid for pid in server.children if " web " in f" {_words(pid)} "]


def _senders(server: Part) -> list[int]:
    return [pid for pid in server.children if " tail " in f" {_words(pid)} "]


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
