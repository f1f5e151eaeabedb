"""`make bench-push`: notifications a second, ours and others', in one run on one machine.

    python -m bench.push [--followers N] [--slow] [--only-ours]

See README.md in this folder for what is measured, and how.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
from statistics import median
from typing import TYPE_CHECKING

from bench import accounts
from bench.errors import BenchError, Interrupted
from bench.live import FAILED, INTERRUPTED, _interrupted
from bench.processes import Workshop, run
from bench.pushpeers import SESSION, WEB_PUSH, Peer, peers
from bench.pushpeople import People
from bench.pushroom import OURS, Newsroom, Told
from bench.pushservice import Service

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLLOWERS, QUICK_FOLLOWERS = 20_000, 10_000
ROUNDS, QUICK_ROUNDS = 3, 2
WARMED = 100_000  # followers: more take so long that a first time does not count
SENDERS = min(2, accounts.CORES)
MEBI = 1 << 20


def main(words: Sequence[str] | None = None) -> int:
    """Runs the bench; the exit code."""
    for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(one, _interrupted)
    quick = os.environ.get("QUICK", "") not in {"", "0", "no"}
    parser = argparse.ArgumentParser(prog="python -m bench.push", description=__doc__)
    add = parser.add_argument
    add("--followers", type=int, default=QUICK_FOLLOWERS if quick else FOLLOWERS)
    add("--rounds", type=int, default=QUICK_ROUNDS if quick else ROUNDS)
    add("--senders", type=int, default=SENDERS, help="processes that send")
    add("--slow", action="store_true", help="answers take 50 ms, and nothing else")
    add("--only-ours", action="store_true", help="no peers")
    add("--page", action="store_true", help="how long a page takes meanwhile, at last")
    try:
        _bench(parser.parse_args(sys.argv[1:] if words is None else words))
    except BenchError as error:
        sys.stderr.write(f"bench: {error}\n")
        return FAILED
    except Interrupted:
        sys.stderr.write("bench: stopped; nothing is left running.\n")
        return INTERRUPTED
    return 0


def _bench(asked: argparse.Namespace) -> None:
    with Workshop() as workshop:
        service = Service(workshop)
        people = People(workshop.folder)
        port = service.slow if asked.slow else service.prompt
        if not port:
            raise BenchError(
                "This nginx cannot wait: libnginx-mod-http-echo is missing."
            )
        newsroom = Newsroom(workshop, service, people, senders=asked.senders)
        newsroom.enrol(asked.followers, port)
        _say(_headline(asked, newsroom))
        if asked.followers <= WARMED:
            newsroom.told()  # once, so that connections stand and the words are known
        others = [] if asked.only_ours else peers(workshop, service, port, people)
        ours, theirs = _rounds(asked, newsroom, [p for p in others if not p.lacking])
        if not asked.slow:
            _say(
                f"{people.decrypted(service.kept(), newsroom.text)} messages decrypted."
            )
        for peer in others:
            if peer.lacking:
                _say(f"{peer.name} was left out: {peer.lacking}")
        _say(_openssl())
        if asked.page:
            _say(newsroom.page_meanwhile())
        _say(_last_line(asked, newsroom, ours, theirs))


def _rounds(
    asked: argparse.Namespace, newsroom: Newsroom, others: list[Peer]
) -> tuple[list[Told], dict[str, list[float]]]:
    ours: list[Told] = []
    theirs: dict[str, list[float]] = {peer.name: [] for peer in others}
    for number in range(asked.rounds):
        ours.append(newsroom.told())
        _say(
            f"round {number + 1}: {OURS}: {ours[-1].rate:,.0f}/s, first after "
            f"{ours[-1].first_ms:.0f} ms, {ours[-1].cpu_us:.1f} µs a message"
        )
        for peer in others:
            rate, cpu = peer.rate(newsroom.text)
            theirs[peer.name].append(ours[-1].rate / rate)
            _say(
                f"round {number + 1}: {peer.name}: {rate:,.0f}/s, {cpu:,.0f} µs; ours is "
                f"{theirs[peer.name][-1]:.1f} times as fast"
            )
    return ours, theirs


def _headline(asked: argparse.Namespace, newsroom: Newsroom) -> str:
    return (
        f"{asked.followers:,} followers, {asked.senders} senders; keyed in {newsroom.keyed:.1f} s; "
        f"{newsroom.memory / MEBI:,.0f} MB of memory, {newsroom.size / MEBI:,.0f} MB on "
        f"disk; answers take {50 if asked.slow else 0} ms; {os.cpu_count()} cores, load "
        f"{accounts.load():.1f}."
    )


def _openssl() -> str:
    if shutil.which("openssl") is None:
        return "openssl is not installed: no limit to show."
    said = run(["openssl", "speed", "-seconds", "1", "ecdhp256"])
    return f"OpenSSL's agreements a second on one core: {said.split()[-1]}"


def _last_line(
    asked: argparse.Namespace,
    newsroom: Newsroom,
    ours: list[Told],
    theirs: dict[str, list[float]],
) -> str:
    def ratio(name: str) -> float | None:
        return round(median(theirs[name]), 1) if theirs.get(name) else None

    figures = {
        "rate_vs_pywebpush_session": ratio(SESSION),
        "rate_vs_npm_web_push": ratio(WEB_PUSH),
        "cpu_us_per_push": round(median(one.cpu_us for one in ours), 1),
        "rate": round(median(one.rate for one in ours)),
        "first_ms": round(median(one.first_ms for one in ours), 1),
        "seconds": round(median(one.seconds for one in ours), 2),
        "keyed_s": round(newsroom.keyed, 1),
        "memory_mb": round(newsroom.memory / MEBI),
        "disk_mb": round(newsroom.size / MEBI),
        "followers": asked.followers,
        "senders": asked.senders,
        "answer_ms": 50 if asked.slow else 0,
        "load": round(accounts.load(), 1),
    }
    return json.dumps(figures)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
