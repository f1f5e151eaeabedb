"""SQLite held for too long, and a disk that takes nothing more."""

from __future__ import annotations

import subprocess
import sys

from tests.endurance.house import PATIENCE, POST, House
from tests.endurance.parts import page
from tests.endurance.press import Copy
from tests.support.newsroom import ROOT, Newsroom, Ran
from tests.support.waiting import until

# The product's own command with less patience: nobody waits 20 seconds in a test.
IMPATIENT = """
from stoppress import settings
settings.DATABASES["default"]["OPTIONS"]["timeout"] = 0.2
from stoppress.cli import main
raise SystemExit(main())
"""
# The same on a disk that takes nothing: whatever the process writes to a file is refused.
NO_ROOM = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
from stoppress.cli import main
raise SystemExit(main())
"""


def test_a_post_that_cannot_wait_longer_fails_whole(house: House) -> None:
    """When the database stays held, the command ends with exit 6 and a sentence, and
    nothing of the post is there."""
    begun = house.books.head()
    with house.books.locked():
        _fails_with_a_sentence(_run(house.newsroom, IMPATIENT))
    assert house.books.head() == begun
    assert not house.books.rows("posts_post")


def test_a_post_on_a_full_disk_fails_whole(house: House) -> None:
    """When the disk takes nothing, the command ends with exit 6 and a sentence, nothing
    of the post is there, and the next one with room is taken."""
    begun = house.books.head()
    _fails_with_a_sentence(_run(house.newsroom, NO_ROOM))
    assert house.books.head() == begun
    assert not house.books.rows("posts_post")
    assert house.newsroom.run(*POST, text="There is room.")["seq"] == begun + 1


def test_a_server_on_a_full_disk_goes_on_showing(house: House) -> None:
    """While nothing that the server writes reaches the disk, its readers and pages have
    what others post; with room again, what its desk was given is posted once and
    followers are told."""
    books, press, newsroom = house.books, house.press, house.newsroom
    begun = books.head()
    with house.part() as server, house.crowd([["*"]] * 5) as crowd:
        server.ready()
        crowd.opened()
        following = house.following(*[["*"]] * 3)
        with server.disk_full():
            press.by_desk([Copy("harbour", "By the desk.", push=True)])
            newsroom.run(*POST, "--push", text="By command.")
            crowd.have(books.entries(begun))
            assert "By command." in (page(newsroom, "/stories/ferry") or "")
            until(lambda: press.again, "the desk cannot take it", PATIENCE)
            assert not press.sent
        press.finish()
        house.told(2)
        entries = books.entries(begun)
        crowd.have(entries)
    assert [e.plain for e in entries] == ["By command.", "By the desk."]
    following.have(entries)


def _run(newsroom: Newsroom, program: str) -> Ran:
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program, *POST],
        cwd=ROOT,
        env=newsroom.environment,
        input=b"It cannot be written.",
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def _fails_with_a_sentence(ran: Ran) -> None:
    """Exit 6, nothing said to be done, and one line that names what cannot be used."""
    assert (ran.status, ran.out) == (6, ""), ran
    assert ran.err.count("\n") == 1, ran.err
    assert ran.err.startswith("stoppress: The database"), ran.err
