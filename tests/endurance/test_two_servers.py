"""Two servers on one data folder."""

from __future__ import annotations

import socket

from tests.endurance.conftest import Tell
from tests.endurance.crowd import Crowd
from tests.endurance.house import House
from tests.endurance.parts import Part
from tests.endurance.press import Copy

READERS = [["*"]] * 5 + [["/stories/harbour"]]


def test_two_servers_on_one_folder_tell_everyone_once(house: House, tell: Tell) -> None:
    """Readers at either port have each entry once, whoever posted it; each follower has
    each alert once; and when the one that alerts is killed, the other goes on."""
    books, press = house.books, house.press
    twin = house.twin()
    other = press.at(twin)
    begun = books.head()
    with (
        house.part() as first,
        Part(twin) as second,
        house.crowd(READERS) as here,
        Crowd(twin, READERS, after=begun) as there,
    ):
        for part, crowd in ((first, here), (second, there)):
            part.ready()
            crowd.opened()
        following = house.following(*[["*"]] * 10)
        press.by_desk([Copy("harbour", f"Here {n}.", n % 4 == 0) for n in range(12)])
        other.by_desk([Copy("harbour", f"There {n}.", n % 4 == 1) for n in range(12)])
        other.by_command([Copy("ferry", "Beside them.", push=True)])
        press.finish()
        other.finish()
        house.told(press.alerts + other.alerts)
        here.have(books.entries(begun))
        there.have(books.entries(begun))
        assert not following.repeats()

        second_alerts = f"/{second.pid}/" in books.owner()
        (second if second_alerts else first).kill()
        left, crowd = (press, here) if second_alerts else (other, there)
        left.by_desk([Copy("harbour", "One is gone.", push=True)])
        left.finish()
        house.told(press.alerts + other.alerts)
        entries = books.entries(begun)
        crowd.have(entries)
    following.have([*press.loud(entries), *other.loud(entries)])
    assert not following.repeats()
    tell(
        f"{len(entries)} entries at two ports, {press.alerts + other.alerts} alerts, each once"
    )


def test_two_servers_cannot_have_one_port(house: House) -> None:
    """A server on a port that is taken says so in a sentence and ends with exit 6."""
    port = house.newsroom.port
    with socket.create_server(("127.0.0.1", port)):
        ran = house.newsroom.command("serve", "--port", str(port))
    assert (ran.status, ran.out) == (6, ""), ran
    said = ran.err.splitlines()[-1]
    assert said.startswith(f"stoppress: Port {port} on 127.0.0.1 is in use")
    assert "--port" in said
    assert "Traceback" not in ran.err
