"""The very first command killed while it makes the newsroom."""

from __future__ import annotations

import random
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.endurance import databases
from tests.endurance.books import Books
from tests.endurance.conftest import Tell
from tests.endurance.dying import Dying
from tests.support.newsroom import Newsroom

FIRST = ("import", "-", "--draft", "--published", "2006-01-25", "--story", "ferry")
PAGE = "The ferry is late\n\nThe ferry that was due at noon came at four.\n"
# Django notes an applied migration when its tables are there already: the moment at which
# a death was the end of the newsroom once.
NOTE = 'INSERT INTO "django_migrations"'
POST = 'INSERT INTO "posts_post"'
DEATHS = 5  # at random statements, beside those that once were fatal


def test_a_newsroom_half_made_is_made_by_the_next_command(
    tmp_path: Path, chance: random.Random, tell: Tell
) -> None:
    """Whatever statement was the first command's last, the same command sent again makes
    the newsroom and does its work."""
    database = databases.new(tmp_path / "data")
    newsroom = Newsroom(database.data, settings=database.settings)
    with Dying(newsroom) as dying:
        lived = dying.run(*FIRST, text=PAGE)
        assert lived.status == 0, lived
        noted = lived.all(NOTE, "'posts', '0001")
        assert noted
        (posted,) = lived.all(POST)
        anywhere = [chance.randint(1, posted) for _ in range(DEATHS)]
        for at in (*noted, *anywhere):
            database.empty()
            died = dying.run(*FIRST, text=PAGE, at=at)
            assert died.status == -signal.SIGKILL, died
            again = dying.run(*FIRST, text=PAGE)
            assert again.status == 0, f"after {died.statements[-1]}\n{again.err}"
            assert Books(database.address).rows("posts_post") == 1
    tell(f"killed at {len(noted) + DEATHS} of {posted} statements")


def test_two_machines_that_start_at_once_make_one_newsroom(tmp_path: Path) -> None:
    """Two first commands at the same moment, on one database and, where it has a
    server, from two folders: both do their work, and there is one first editor."""
    database = databases.new(tmp_path / "data")
    folders = [database.data, tmp_path / "other" if database.name else database.data]
    rooms = [Newsroom(folder, settings=database.settings) for folder in folders]
    pages = [PAGE, PAGE.replace("ferry", "boat")]
    with ThreadPoolExecutor(len(rooms)) as pool:
        ran = list(
            pool.map(lambda room, page: room.command(*FIRST, text=page), rooms, pages)
        )
    assert [each.status for each in ran] == [0, 0], ran
    books = Books(database.address)
    assert (books.rows("posts_post"), books.rows("staff_user")) == (2, 1)
