"""The publishing command killed in the middle of its work."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import threading
from functools import partial
from pathlib import Path

from tests.endurance.books import Books
from tests.endurance.conftest import Tell
from tests.endurance.dying import AS_IT_SPEAKS, Dying
from tests.endurance.house import PATIENCE, POST, House
from tests.support.newsroom import STOPPRESS, Newsroom
from tests.support.waiting import until

OUT_OF_NOWHERE = 4  # commands killed from outside, at any time
AT_MOST = 0.08  # seconds from the text's arrival to the signal

TABLES = ("wire_entry", "posts_post", "posts_revision")


def test_a_command_killed_at_any_statement_posts_whole_or_not_at_all(
    house: House, tell: Tell
) -> None:
    """Whatever statement was its last, the post, its words and its entry are all there
    or none is; and what died only in saying so is there."""
    with Dying(house.newsroom) as dying:
        lived = dying.run(*POST, text="It lives.")
        assert lived.status == 0, lived.err
        counted = _counted(house.books)
        begin = lived.statements.index("BEGIN IMMEDIATE") + 1
        commit = lived.last("COMMIT")
        assert commit - begin > 5, lived.statements
        for at in (1, *range(begin, commit + 1)):
            died = dying.run(*POST, text=f"It dies at {at}.", at=at)
            assert died.status == -signal.SIGKILL, died
            assert not died.out
            assert _counted(house.books) == counted, f"killed at {died.statements[-1]}"
        died = dying.run(*POST, text="Its last words.", at=AS_IT_SPEAKS)
        assert died.status == -signal.SIGKILL, died
    assert _counted(house.books) == [count + 1 for count in counted]
    _agree(house)
    tell(f"{commit - begin + 3} deaths, one at each statement from BEGIN to COMMIT")


def test_a_command_that_opens_a_story_is_killed_between_the_two(house: House) -> None:
    """A story opened by a command that then died is an open story without a post, and
    the same command sent again posts to it."""
    words = ("post", "--story", "lighthouse", "--json", "-")
    with Dying(house.newsroom) as dying:
        lived = dying.run("post", "--story", "windmill", "--json", "-", text="One.")
        begins = [
            number
            for number, statement in enumerate(lived.statements, 1)
            if statement == "BEGIN IMMEDIATE"
        ]
        begun = house.books.head()
        died = dying.run(*words, text="Two.", at=begins[1])
        assert died.status == -signal.SIGKILL, died
        assert [e.kind for e in house.books.entries(begun)] == ["story.opened"]
        again = dying.run(*words, text="Two.")
        assert again.status == 0, again.err
    assert [e.kind for e in house.books.entries(begun)] == [
        "story.opened",
        "post.published",
    ]
    _agree(house)


def test_commands_killed_beside_a_running_newsroom(
    house: House, chance: random.Random, tell: Tell
) -> None:
    """Commands killed from outside at any time leave whole posts or none, and readers
    with a page open see exactly those that are there."""
    begun = house.books.head()
    with house.part() as server, house.crowd([["*"]] * 3) as crowd:
        server.ready()
        crowd.opened()
        commands = [_command(house.newsroom) for _ in range(OUT_OF_NOWHERE)]
        for command in commands:
            until(partial(_reads_its_text, command), "it reads its text", PATIENCE)
            assert command.stdin is not None
            command.stdin.write(f"Out of nowhere, {command.pid}.".encode())
            command.stdin.close()
            threading.Event().wait(chance.uniform(0.0, AT_MOST))
            os.killpg(command.pid, signal.SIGKILL)
        acknowledged = sum(_said(command) for command in commands)
        last = house.newsroom.run(*POST, text="The last one.")
        entries = house.books.entries(begun)
        assert entries[-1].post == last["id"]
        crowd.have(entries)
    assert acknowledged <= len(entries) - 1 <= OUT_OF_NOWHERE
    _agree(house)
    tell(f"{len(entries) - 1} of {OUT_OF_NOWHERE} were quicker than the signal")


def _counted(books: Books) -> list[int]:
    return [books.rows(table) for table in TABLES]


def _agree(house: House) -> None:
    """Each post has its entry, and each entry its post."""
    published = house.published()
    assert {e.post: e.seq for e in published} == house.books.posts()
    assert len(published) == house.books.rows("posts_post")
    assert len(published) == house.books.rows("posts_revision")


def _command(newsroom: Newsroom) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603
        [*STOPPRESS, *POST],
        env=newsroom.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _reads_its_text(command: subprocess.Popen[bytes]) -> bool:
    """It has looked at the database, and its standard input comes next."""
    with contextlib.suppress(FileNotFoundError):  # closed while we looked
        files = list(Path(f"/proc/{command.pid}/fd").iterdir())
        return any(file.readlink().suffix == ".sqlite3" for file in files)
    return False


def _said(command: subprocess.Popen[bytes]) -> bool:
    with command:
        assert command.stdout is not None
        return b'"seq"' in command.stdout.read()
