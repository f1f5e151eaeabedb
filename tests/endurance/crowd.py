"""Readers with a page open and followers with it closed, and what each must have."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing
from functools import partial
from typing import Any, Self

from tests.endurance.books import Entry
from tests.endurance.enrolling import enrol
from tests.endurance.parts import page
from tests.support.closing import Closing
from tests.support.newsroom import Newsroom
from tests.support.pushfar import PushFar
from tests.support.receivers import Delivery
from tests.support.sse import Reader

PATIENCE = 40.0  # seconds for the last of them; far more than any of them takes

KEY = re.compile(r'name="stoppress-push-key" content="([\w-]+)"')


class Crowd(Closing):
    """Readers on plain sockets, who come back with their Last-Event-ID."""

    def __init__(
        self, newsroom: Newsroom, topics: Iterable[Sequence[str]], *, after: int
    ) -> None:
        """One reader for each of `topics`, on a page that was drawn at `after`."""
        self._after = after
        self._topics = [tuple(each) for each in topics]
        self.readers = [
            Reader(newsroom.url, each, last=str(after)) for each in self._topics
        ]

    def opened(self) -> Self:
        """Wait until everyone has a stream."""
        for reader in self.readers:
            reader.wait(partial(getattr, reader, "open"), "a stream", PATIENCE)
        return self

    @property
    def back(self) -> int:
        """How many have a stream at this moment."""
        return sum(reader.open for reader in self.readers)

    def have(self, entries: Collection[Entry]) -> None:
        """Wait for everyone's last entry, then check: each once, in order, the same."""
        seen: dict[str, str] = {}
        for reader, topics in zip(self.readers, self._topics, strict=True):
            mine = [str(e.seq) for e in entries if _meant(e, topics, self._after)]
            reader.wait(
                partial(_has, reader, mine[-1:]), f"entry {mine[-1:]}", PATIENCE
            )
            assert reader.ids == mine, f"{topics}\n{reader.describe()}"
            assert not reader.resyncs, reader.describe()
            for seq, data in reader.pairs:
                assert seen.setdefault(seq, data) == data, f"entry {seq} differs"

    def close(self) -> None:
        for reader in self.readers:
            reader.close()


def _has(reader: Reader, ids: list[str]) -> bool:
    return set(ids) <= set(reader.ids)


def _meant(entry: Entry, topics: Collection[str], after: int) -> bool:
    found = "*" in topics or not set(topics).isdisjoint(entry.topics)
    return found and entry.seq > after


class Following:
    """Browsers at a made-up push service that follow this newsroom."""

    def __init__(self, newsroom: Newsroom, far: PushFar) -> None:
        found = KEY.search(page(newsroom, "/") or "")
        assert found, "the page has no push key"
        self.far = far
        self._key = found[1]
        self._newsroom = newsroom
        self._topics: dict[str, tuple[str, ...]] = {}

    def follow(self, *crowd: Sequence[str]) -> Self:
        """One more follower for each group of topics."""
        with self._connected() as line:
            for topics in crowd:
                self._follow(line, topics)
        return self

    def many(self, count: int) -> Self:
        """So many more followers of everything, at once."""
        found = [self.far.receiver(key=self._key) for _ in range(count)]
        enrol(self._newsroom, [receiver.subscription for receiver in found])
        self._topics |= dict.fromkeys((each.name for each in found), ("*",))
        return self

    def of(self, topics: Collection[str]) -> list[str]:
        """The names of those who follow any of these topics."""
        wanted = {"*", *topics}
        return [name for name, mine in self._topics.items() if wanted & set(mine)]

    def of_alone(self, topic: str) -> list[str]:
        """The names of those who follow this and nothing else."""
        return [name for name, mine in self._topics.items() if mine == (topic,)]

    def rest(self, *, hours: int) -> None:
        """All want no alert from the last quarter of an hour on; 0: any at any time."""
        clock = time.gmtime()
        begun = clock.tm_hour * 60 + clock.tm_min // 15 * 15
        until = (begun + 60 * hours) % (24 * 60)
        hours_of_rest = (
            {"from": begun, "to": until} if hours else {"from": None, "to": None}
        )
        wanted = {"zone": "UTC", "most": 0, **hours_of_rest}
        with self._connected() as line:
            for name in self._topics:
                subscription = self.far.receivers[name].subscription
                asked = {"subscription": subscription, "rest": wanted}
                self._ask(line, "/followers/rest", asked, 200)

    def have(self, alerts: Iterable[Entry]) -> None:
        """Check that each has each alert that was meant for it, and no other."""
        meant = {
            (name, f"post-{alert.post}")
            for alert in alerts
            for name in self.of(alert.topics)
        }
        assert set(self.far.counts) == meant

    def repeats(self) -> Counter[tuple[str, str]]:
        """How many messages came more often than once, by receiver and tag.

        Checks that each takes the place of the one before: same Topic for the push
        service, same tag for the browser, the same entry's words.
        """
        first: dict[tuple[str, str], Delivery] = {}
        for delivery in list(self.far.deliveries):
            known = first.setdefault((delivery.receiver, delivery.tag), delivery)
            assert delivery.headers["Topic"] == known.headers["Topic"] == delivery.tag
            assert delivery.notification["data"] == known.notification["data"]
            assert delivery.plaintext == known.plaintext
        return self.far.counts - Counter(first.keys())

    def _follow(self, line: http.client.HTTPConnection, topics: Sequence[str]) -> None:
        receiver = self.far.receiver(key=self._key)
        self._topics[receiver.name] = tuple(topics)
        for topic in topics:
            asked = {"subscription": receiver.subscription, "topic": topic}
            self._ask(line, "/followers", asked, 201)

    def _connected(self) -> closing[http.client.HTTPConnection]:
        port = self._newsroom.port
        return closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30))

    def _ask(
        self,
        line: http.client.HTTPConnection,
        path: str,
        asked: dict[str, Any],
        status: int,
    ) -> None:
        headers = {
            "Host": f"localhost:{self._newsroom.port}",
            "Content-Type": "application/json",
        }
        line.request("POST", path, json.dumps(asked), headers)
        answer = line.getresponse()
        said = answer.read().decode()
        assert answer.status == status, said
