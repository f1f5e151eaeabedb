"""What a server and all its children used, from /proc.

CPU time is what the scheduler counted, in nanoseconds (`schedstat`, proc(5)): a clock
tick is ten milliseconds, a quarter of a whole delivery. Memory is the proportional set
size, in which what several processes share is counted once.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

PROC = Path("/proc")
CORES = os.cpu_count() or 1
TICK = os.sysconf("SC_CLK_TCK")
KIB = 1024


def family(*roots: int) -> list[int]:
    """These processes and all that descend from them."""
    found: list[int] = []
    ahead = list(roots)
    while ahead:
        pid = ahead.pop()
        if pid in found:
            continue
        found.append(pid)
        for task in _tasks(pid):
            with contextlib.suppress(OSError):
                ahead += map(int, (task / "children").read_text().split())
    return found


def cpu_us(pids: list[int]) -> float:
    """Microseconds of CPU time that they have used so far."""
    total = 0
    for pid in pids:
        for task in _tasks(pid):
            with contextlib.suppress(OSError):
                total += int((task / "schedstat").read_text().split()[0])
    return total / 1_000


def memory(pids: list[int]) -> int:
    """Octets that they hold now."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * KIB
    return total


def machine_us() -> float:
    """Microseconds of CPU time that the whole machine has used so far."""
    words = (PROC / "stat").read_text().splitlines()[0].split()
    user, nice, system, _idle, _wait, irq, soft, steal = map(int, words[1:9])
    return (user + nice + system + irq + soft + steal) / TICK * 1e6


def load() -> float:
    """The load average of the last minute."""
    return os.getloadavg()[0]


def kernel() -> int:
    """Octets of the kernel's own objects, sockets among them, on the whole machine."""
    for line in (PROC / "meminfo").read_text().splitlines():
        if line.startswith("Slab:"):
            return int(line.split()[1]) * KIB
    return 0


def _tasks(pid: int) -> list[Path]:
    try:
        return list((PROC / str(pid) / "task").iterdir())
    except OSError:
        return []
