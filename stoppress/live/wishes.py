"""What a reader wants, and what it may have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoppress.protocols.mercure_topics import selects

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stoppress.protocols.mercure_token import Grant


@dataclass(frozen=True, slots=True)
class Wish:
    """Selectors, and the grant of whoever came with a token. Readers of one page without
    a token share one wish."""

    selectors: tuple[str, ...]
    grant: Grant | None = None

    def wants(self, topics: Iterable[str], *, private: bool = False) -> bool:
        """True when an entry with these topics is for this reader."""
        return selects(self.selectors, topics) and (
            not private or self.may_read(topics)
        )

    def may_read(self, topics: Iterable[str]) -> bool:
        """True when a private entry with these topics may be shown to this reader
        (draft-dunglas-mercure-07 "Subscribers": one of its topics is enough)."""
        return self.grant is not None and selects(self.grant.subscribe, topics)
