"""The very first command killed while it makes the newsroom."""

from __future__ import annotations

import random
import signal
from pathlib import Path

from tests.endurance.books import Books
from tests.endurance.databases import Database
from tests.endurance.dying import Dying
from tests.support.newsroom import Newsroom

FIRST = ("import", "-", "--draft", "--published", "2006-01-25", "--story", "ferry")
PAGE = "The ferry is late\n\nThe ferry that was due at noon came at four.\n"
# Django notes an applied migration when its tables are there already: the moment at which
# a death was the end of the newsroom once.
NOTE = 'INSERT INTO "django_migrations"'


def test_a_newsroom_half_made_is_made_by_the_next_command(
    tmp_path: Path, chance: random.Random
) -> None:
    """Whatever statement was the first command's last, the same command sent again makes
    the newsroom and does its work."""
    newsroom = Newsroom(tmp_path / "data")
    with Dying(newsroom) as dying:
        lived = dying.run(*FIRST, text=PAGE)
        assert lived.status == 0, lived
        noted = [
            number
            for number, statement in enumerate(lived.statements, 1)
            if statement.startswith(NOTE) and "'posts', '0001" in statement
        ]
        assert noted
        anywhere = chance.randint(1, lived.last("COMMIT"))
        for at in (*noted, anywhere):
            for file in newsroom.data.glob("newsroom.sqlite3*"):
                file.unlink()
            died = dying.run(*FIRST, text=PAGE, at=at)
            assert died.status == -signal.SIGKILL, died
            again = dying.run(*FIRST, text=PAGE)
            assert again.status == 0, f"after {died.statements[-1]}\n{again.err}"
            assert Books(Database(newsroom.data).address).rows("posts_post") == 1
