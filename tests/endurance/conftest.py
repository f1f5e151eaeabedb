"""A newsroom for each test, copied from one that was made once; far ends; chance."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.endurance import databases
from tests.endurance.books import Books
from tests.endurance.databases import LEFT_OUT, Database
from tests.endurance.editor import Editor
from tests.endurance.house import House
from tests.endurance.press import Press
from tests.support.loopthread import LoopThread
from tests.support.newsroom import Newsroom
from tests.support.pushfar import PushFar

HERE = Path(__file__).parent
LONGEST = 120  # seconds for one test on a machine that is busy with others

LINK = re.compile(r"/desk/sign-in/[\w-]+")
STORIES = {"harbour": "The harbour", "ferry": "The ferry"}

Tell = Callable[[str], None]

_told = pytest.StashKey[list[str]]()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    left_out = collection_path.parent == HERE and collection_path.name in LEFT_OUT
    return True if left_out else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(LONGEST))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if lines := config.stash.get(_told, []):
        terminalreporter.section("endurance")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Says what was counted, at the end of the run."""
    lines = request.config.stash.setdefault(_told, [])
    return lambda line: lines.append(f"{request.node.name}: {line}")


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Where and when things break. Its seed is the run's, which a failure shows."""
    seed = request.config.getoption("randomly_seed", 0)
    print(f"the same again: pytest {request.node.nodeid} --randomly-seed={seed}")  # noqa: T201
    return random.Random(f"{seed} {request.node.name}")  # noqa: S311


@dataclass(frozen=True)
class Made:
    """A newsroom that was made and stopped: its folder, and an editor's cookies."""

    database: Database
    cookies: dict[str, str]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The first run, its sign-in link used, two stories opened."""
    database = databases.new(tmp_path_factory.mktemp("made") / "data")
    with Newsroom(database.data, settings=database.settings) as newsroom:
        found = LINK.search(newsroom.log)
        assert found, newsroom.log
        editor = Editor(newsroom, {})
        editor.sign_in(found[0])
        for slug, title in STORIES.items():
            form = {"slug": slug, "title": title, "summary": ""}
            assert editor.send("/desk/stories", form)[0] == 303
    return Made(database, editor.cookies)


@pytest.fixture(scope="session")
def thread() -> Iterator[LoopThread]:
    with LoopThread() as made:
        yield made


@pytest.fixture
def far(thread: LoopThread) -> Iterator[PushFar]:
    with PushFar(thread) as service:
        yield service


@pytest.fixture
def house(made: Made, tmp_path: Path, far: PushFar) -> House:
    """A newsroom with two stories and no post, not started, and everyone around it."""
    database = made.database.copy(tmp_path / "data")
    newsroom = Newsroom(database.data, settings=database.settings)
    press = Press(newsroom, Editor(newsroom, made.cookies))
    return House(newsroom, database, Books(database.address), press, far)
