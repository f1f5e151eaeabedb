"""When a reader wants no alerts: quiet hours, and how many in one day are enough.

Both are off until the reader asks: each alert is an editor's decision, and whoever set no
limit is not to find that news was kept from them. What a browser sends is checked here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from stoppress.push import quiet
from stoppress.push.errors import BadRest

if TYPE_CHECKING:
    from stoppress.push.models import Follower

# Alerts a day that the page offers; 0 is no limit.
MOST_A_DAY = (0, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Rest:
    """`start` and `end` are minutes after midnight in `zone`, or both None; `most` 0 is
    no limit. The zone is '' where nothing needs it."""

    zone: str = ""
    start: int | None = None
    end: int | None = None
    most: int = 0

    @classmethod
    def read(cls, given: Any) -> Self:
        """What a browser asks for: `{zone, from, to, most}`. BadRest."""
        if not isinstance(given, dict):
            raise BadRest("Quiet hours are missing.")
        start, end = _minute(given.get("from")), _minute(given.get("to"))
        most = given.get("most")
        if (start is None) != (end is None) or (start is not None and start == end):
            raise BadRest("Quiet hours need a beginning and another end.")
        if isinstance(most, bool) or most not in MOST_A_DAY:
            raise BadRest("This number of alerts a day is not offered.")
        if start is None and not most:
            return cls()
        zone = given.get("zone")
        if not isinstance(zone, str):
            raise BadRest("This is not the name of a time zone.")
        quiet.zone(zone)
        return cls(zone, start, end, most)

    @classmethod
    def of(cls, follower: Follower) -> Self:
        """What this follower asked for."""
        return cls(
            follower.zone,
            follower.quiet_from,
            follower.quiet_to,
            follower.most_a_day,
        )

    def enter(self, follower: Follower) -> None:
        """Writes it into the follower's fields; whoever calls saves them."""
        follower.zone, follower.most_a_day = self.zone, self.most
        follower.quiet_from, follower.quiet_to = self.start, self.end

    @property
    def said(self) -> dict[str, Any]:
        """The same as a browser gives and gets it."""
        return {
            "zone": self.zone,
            "from": self.start,
            "to": self.end,
            "most": self.most,
        }


def _minute(given: Any) -> int | None:
    if given is None:
        return None
    whole = isinstance(given, int) and not isinstance(given, bool)
    if not whole or given not in range(0, quiet.DAY, quiet.QUARTER):
        raise BadRest("Quiet hours begin and end at a quarter of an hour.")
    return int(given)
