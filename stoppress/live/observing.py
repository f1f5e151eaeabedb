"""Who is told of readers that come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from stoppress.live.wishes import Wish


class Observer(Protocol):
    """Looks on while readers enter a hub and leave it."""

    def entered(self, reader: int, wish: Wish) -> None:
        """This reader is in its lists now."""

    def left(self, reader: int, wish: Wish) -> None:
        """It is in none any more; its name (`Hub.inode`) can still be asked for."""
