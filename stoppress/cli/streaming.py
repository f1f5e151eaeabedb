"""`doctor --url`: whether live updates pass the front at once, whole, and for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.cli.findings import Finding
from stoppress.cli.outside import ANSWER_TIME, OK_STATUS, in_words
from stoppress.cli.telling import note
from stoppress.live.room import BEAT_EVERY
from stoppress.protocols.mercure import HUB_PATH
from stoppress.protocols.sse import CONTENT_TYPE

if TYPE_CHECKING:
    from stoppress.cli.outside import Answer, Outside

PATH = f"{HUB_PATH}?topic=*"

# Words that come later than this after the request are not "at once".
SLOW_WORDS = 1.0  # seconds

# Between a stream's head and its first words, which leave us together.
WORDS_WITHIN = 5.0  # seconds

# How long a stream is watched: the silence between two heartbeats lies in it, and the 30
# seconds after which some clouds end any answer, however lively.
LONG_ENOUGH = 35.0  # seconds
BEATS_ENOUGH = 2

LEEWAY = 5.0  # seconds that a heartbeat may be late

TELL_EVERY = 10.0  # seconds between two signs of life

SHOWN = 40  # characters of what a stranger says

SEE = "See docs/fronts.md"
GATHERS = {
    "nginx": "nginx: proxy_http_version 1.1 and proxy_buffering off in its location",
    "caddy": "Caddy: take away what buffers responses from reverse_proxy",
    "": "turn off response buffering for it in the front",
}
COMPRESSES = {
    "nginx": "nginx: gzip off in its location",
    "caddy": "Caddy: encode with a matcher that leaves its path out",
    "": "turn off compression for it in the front",
}
CUTS = {
    "nginx": "nginx: proxy_read_timeout 90s in its location",
    "caddy": "Caddy: take away read_timeout of the transport",
    "": f"raise the front's idle time-out beyond {BEAT_EVERY:g} seconds",
}


def stream(outside: Outside, wait: float, server: str = "") -> Finding:
    """Opens a stream, watches it for at most `wait` seconds, and judges it. `server`:
    how the front names itself."""
    note(f"Watching a stream for up to {wait:g} seconds …")
    answer = outside.watch(PATH, _Watch(wait).enough)
    answer.headers.setdefault("server", server)
    return judged(answer)


class _Watch:
    """Says when enough was seen, and meanwhile that something is seen."""

    def __init__(self, wait: float) -> None:
        self._wait, self._told = wait, 0.0

    def enough(self, answer: Answer) -> bool:
        if answer.watched >= self._wait:
            return True
        if answer.head_at is None:
            return answer.watched > ANSWER_TIME
        if answer.words_at is None:
            late = answer.watched - answer.head_at > WORDS_WITHIN
            return late or not _is_stream(answer)
        self._tell(answer)
        if _compressed(answer) or not _is_stream(answer):
            return True
        return answer.watched >= LONG_ENOUGH and answer.beats >= BEATS_ENOUGH

    def _tell(self, answer: Answer) -> None:
        if answer.watched - self._told >= TELL_EVERY:
            self._told = answer.watched
            note(f"… {answer.watched:.0f} s, heartbeats: {answer.beats}")


def judged(answer: Answer) -> Finding:
    """What a stream that was watched says of the front."""
    for look in (_something_else, _gathered, _cut):
        if says := look(answer):
            return Finding("stream", "bad", says)
    for look in (_compressing, _slow, _too_short):
        if says := look(answer):
            return Finding("stream", "mind", says)
    says = (
        f"fine: its words come at once, heartbeats too ({answer.beats}), and it is still "
        f"open after {answer.watched:.0f} s"
    )
    return Finding("stream", "good", says)


def _something_else(answer: Answer) -> str:
    if answer.head_at is None:
        return f"no answer: {answer.trouble}" if answer.trouble else ""
    if answer.status != OK_STATUS:
        return f"answered {in_words(answer)}"
    if answer.flooded:
        return "something else answers: no newsroom has so much to say"
    if _is_stream(answer):
        return ""
    kind = answer.headers.get("content-type", "")[:SHOWN]
    return f"something else answers, of type {kind!r}. A login wall, or a cache?"


def _gathered(answer: Answer) -> str:
    if answer.head_at is None:
        what = f"nothing came in {answer.watched:.0f} s, though pages do"
    elif answer.words_at is None and answer.ended_at is None:
        what = "its first words do not come"
    elif not answer.beats and _silent(answer) and not _compressed(answer):
        what = f"no heartbeat came in {answer.watched:.0f} s"
    else:
        return ""
    return f"buffered: {what}. {_change(answer, GATHERS)}"


def _cut(answer: Answer) -> str:
    if answer.ended_at is None:
        return ""
    how = f" ({answer.trouble})" if answer.trouble else ""
    says = f"cut after {answer.ended_at:.0f} s{how}. "
    if not answer.beats:
        return (
            f"{says}Our heartbeat comes every {BEAT_EVERY:g}. {_change(answer, CUTS)}"
        )
    return (
        f"{says}Heartbeats had come, so it is not for silence: the front bounds how long "
        f"any answer may take (raise that), or the newsroom was restarted. {SEE}"
    )


def _compressing(answer: Answer) -> str:
    if not _compressed(answer):
        return ""
    how = answer.headers["content-encoding"][:SHOWN]
    says = f"compressed ({how!r}): a compressor is kept for every open page."
    return f"{says} {_change(answer, COMPRESSES)}"


def _slow(answer: Answer) -> str:
    late = answer.words_at or 0.0
    if late <= SLOW_WORDS:
        return ""
    says = f"slow: its first words took {late:.1f} s."
    return f"{says} Is the machine overloaded, or far away?"


def _too_short(answer: Answer) -> str:
    if answer.beats:
        return ""
    says = f"open for {answer.watched:.0f} s, too short to see a heartbeat:"
    return f"{says} take a longer --wait"


def _silent(answer: Answer) -> bool:
    return answer.ended_at is None and answer.watched > BEAT_EVERY + LEEWAY


def _change(answer: Answer, what: dict[str, str]) -> str:
    """What to change, for the front that the Server header tells of."""
    server = answer.headers.get("server", "").partition("/")[0].lower()
    named = [what[server]] if server in what else list(what.values())
    return f"{'; '.join(named)}. {SEE}"


def _is_stream(answer: Answer) -> bool:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return answer.status == OK_STATUS and kind == CONTENT_TYPE


def _compressed(answer: Answer) -> bool:
    return answer.headers.get("content-encoding", "identity") != "identity"
