"""Who reads what: readers by topic, each reader once for an entry of several topics.

A plain data structure. A reader is a number (the hub's file descriptor), a selector is a
topic or `*`. Nothing stays behind when a reader goes: topics that nobody reads are
forgotten, or a stranger asking for a million topics would be remembered for ever.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from stoppress.protocols.mercure import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def wanted(topics: Iterable[str], selectors: tuple[str, ...]) -> bool:
    """True when an entry with these topics is for a reader with these selectors.

    An entry without topics is for nobody, not even for readers of everything.
    """
    return any(EVERYTHING in selectors or topic in selectors for topic in topics)


class Subscribers:
    """The readers of one process and what each of them asked for."""

    def __init__(self) -> None:
        self._selectors: dict[int, tuple[str, ...]] = {}
        self._readers: dict[str, set[int]] = {}

    def add(self, reader: int, selectors: tuple[str, ...]) -> None:
        """Enters a reader that is not here yet. Pass one tuple object for all readers of
        a page, and it is kept once."""
        self._selectors[reader] = selectors
        for selector in selectors:
            self._readers.setdefault(selector, set()).add(reader)

    def drop(self, reader: int) -> bool:
        """Forgets a reader; False when it was not here."""
        selectors = self._selectors.pop(reader, None)
        if selectors is None:
            return False
        for selector in set(selectors):
            readers = self._readers[selector]
            readers.discard(reader)
            if not readers:
                del self._readers[selector]
        return True

    def of(self, topics: tuple[str, ...]) -> list[int]:
        """The readers of an entry with these topics, each once, in no order."""
        if not topics:
            return []
        found = [
            readers
            for selector in {EVERYTHING, *topics}
            if (readers := self._readers.get(selector))
        ]
        # One page's readers are the usual case: no set of ten thousand is built for it.
        return list(found[0]) if len(found) == 1 else list(set().union(*found))

    def counts(self) -> Counter[str]:
        """How many readers each selector has."""
        return Counter({each: len(who) for each, who in self._readers.items()})

    def __len__(self) -> int:
        return len(self._selectors)

    def __iter__(self) -> Iterator[int]:
        return iter(self._selectors)

    def __contains__(self, reader: int) -> bool:
        return reader in self._selectors
