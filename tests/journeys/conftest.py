"""The journeys' world: two browsers, their push services, a desktop, a newsroom.

`pytest tests/journeys` runs them, in a process of their own: Playwright's synchronous
half leaves an event loop behind that asyncio tests in the same process stumble over.
A run of anything else leaves them out.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from tests.journeys.steps import TITLE, Guest, Story, Watched, watched
from tests.support.autopush import Autopush
from tests.support.browsers import Chromium, Firefox, missing, patient
from tests.support.desktop import Desktop
from tests.support.fcm import FCM
from tests.support.loopthread import LoopThread
from tests.support.newsroom import Newsroom

HERE = Path(__file__).parent
LONGEST = 90  # seconds for one journey, with the start of a browser
TAKES_A_STORY = {"story", "other_story", "ending"}  # fixtures


def alone(config: pytest.Config) -> bool:
    """Whether this run was asked for journeys and nothing else."""
    asked = [Path(argument.split("::")[0]).resolve() for argument in config.args]
    return all(path.is_relative_to(HERE) for path in asked)


def pytest_configure(config: pytest.Config) -> None:
    """Where nothing may be left out, what is missing ends the run."""
    if os.environ.get("STOPPRESS_TEST_ALL") and alone(config) and (lack := missing()):
        raise pytest.UsageError(f"No journey can be made: {lack}")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return None if alone(config) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    lack = missing()
    for item in items:
        if not item.path.is_relative_to(HERE):
            continue
        # Playwright and the desktop's bus speak over Unix sockets; the browsers
        # themselves are kept from the network by how they are started.
        item.add_marker(pytest.mark.enable_socket)
        item.add_marker(pytest.mark.timeout(LONGEST))
        if lack:
            item.add_marker(pytest.mark.skip(reason=lack))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if lack := missing():
        terminalreporter.write_line(f"Journeys in real browsers left out: {lack}")


# The far ends: one of each for the whole run -----------------------------------------


@pytest.fixture(scope="session")
def thread() -> Iterator[LoopThread]:
    with LoopThread() as made:
        yield made


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as made:
        yield made


@pytest.fixture(scope="session")
def screen(thread: LoopThread) -> Iterator[Desktop]:
    made = Desktop(thread)
    yield made
    made.close()


@pytest.fixture
def desktop(screen: Desktop) -> Desktop:
    """The reader's desktop, empty."""
    screen.clear()
    return screen


@pytest.fixture(scope="session")
def autopush(thread: LoopThread) -> Iterator[Autopush]:
    made = Autopush(thread)
    yield made
    made.close()


@pytest.fixture(scope="session")
def fcm(thread: LoopThread, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FCM]:
    made = FCM(thread, tmp_path_factory.mktemp("fcm"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def firefox_kind(
    playwright: Playwright, autopush: Autopush, screen: Desktop
) -> Firefox:
    return Firefox(playwright, autopush, screen)


@pytest.fixture(scope="session")
def chromium_kind(playwright: Playwright, fcm: FCM, screen: Desktop) -> Chromium:
    return Chromium(playwright, fcm, screen)


@pytest.fixture(scope="session")
def firefox_browser(firefox_kind: Firefox) -> Iterator[Browser]:
    made = firefox_kind.start()
    yield made
    made.close()


@pytest.fixture(scope="session")
def chromium_browser(chromium_kind: Chromium) -> Iterator[Browser]:
    made = chromium_kind.start()
    yield made
    made.close()


@pytest.fixture(scope="session")
def chromium_profile(
    chromium_kind: Chromium, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """One profile for all: incognito refuses push. It follows each journey's story."""
    made = chromium_kind.start_with_profile(tmp_path_factory.mktemp("cr") / "profile")
    yield made
    made.close()


# Readers: a fresh one for each test ---------------------------------------------------


@pytest.fixture
def firefox(firefox_browser: Browser) -> Iterator[Guest]:
    """A reader with Firefox."""
    context = patient(firefox_browser.new_context())
    yield Guest("Firefox", context)
    context.close()


@pytest.fixture(scope="session")
def profile_homes() -> set[str]:
    """Where the profile has been: workers of earlier tests may still be at work."""
    return set()


@pytest.fixture
def chromium(
    chromium_profile: BrowserContext, profile_homes: set[str]
) -> Iterator[Guest]:
    """A reader with Chromium, as one who follows: with a profile."""
    yield Guest("Chromium", chromium_profile, profile_homes)
    for page in chromium_profile.pages[1:]:
        page.close()


@pytest.fixture
def incognito(chromium_browser: Browser) -> Iterator[Guest]:
    """A reader with Chromium in a private window."""
    context = patient(chromium_browser.new_context())
    yield Guest("Chromium", context)
    context.close()


@pytest.fixture(params=["firefox", "chromium"])
def reader(request: pytest.FixtureRequest) -> Guest:
    """A reader with either browser."""
    found: Guest = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["firefox", "incognito"])
def visitor(request: pytest.FixtureRequest) -> Guest:
    """A reader with either browser, who follows nothing."""
    found: Guest = request.getfixturevalue(request.param)
    return found


@pytest.fixture(autouse=True)
def watching(request: pytest.FixtureRequest) -> Iterator[dict[str, Watched]]:
    """In every journey: no request to another origin, no error in the console."""
    names = sorted({"firefox", "chromium", "incognito"} & set(_wanted(request)))
    with contextlib.ExitStack() as stack:
        yield {
            name: stack.enter_context(watched(request.getfixturevalue(name)))
            for name in names
        }


@pytest.fixture
def broken_connections(watching: dict[str, Watched]) -> None:
    """A server dies in this journey: browsers themselves report each connection that
    fails, and nothing else may be reported."""
    for seen in watching.values():
        seen.forgiven.append("(?i)connection|ERR_|NetworkError|interrupted|mercure")


def _wanted(request: pytest.FixtureRequest) -> list[str]:
    """Every fixture of the test; of "reader" and "visitor", who it is this time."""
    chosen = getattr(request.node, "callspec", None)
    return [*request.fixturenames, *map(str, chosen.params.values() if chosen else [])]


# The newsrooms ------------------------------------------------------------------------


@pytest.fixture(scope="session")
def stories(request: pytest.FixtureRequest) -> int:
    """How many stories this run's journeys ask for, and the one of their own newsrooms."""
    asked = [getattr(item, "fixturenames", []) for item in request.session.items]
    return 1 + sum(name in TAKES_A_STORY for names in asked for name in names)


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory, stories: int) -> Path:
    """A newsroom's data folder after its first start, its stories open and empty."""
    data = tmp_path_factory.mktemp("pattern") / "data"
    with Newsroom(data) as made:
        opened = [("story", f"story-{n}", "--title", TITLE) for n in range(stories)]
        made.run_all([[*words, "--json"] for words in opened])
    return data


@pytest.fixture(scope="session")
def newsroom(
    pattern: Path, tmp_path_factory: pytest.TempPathFactory, fcm: FCM
) -> Iterator[Newsroom]:
    """The real product, running; each journey has a story of its own in it."""
    data = tmp_path_factory.mktemp("newsroom") / "data"
    shutil.copytree(pattern, data)
    with Newsroom(data, settings=fcm.settings) as made:
        yield made


@pytest.fixture(scope="session")
def slugs(stories: int) -> Iterator[str]:
    """The stories that no journey has had yet."""

    def left() -> Iterator[str]:
        yield from (f"story-{n}" for n in range(stories))
        pytest.fail("No story left; is each fixture that takes one in TAKES_A_STORY?")

    return left()


@pytest.fixture
def story(newsroom: Newsroom, slugs: Iterator[str]) -> Story:
    """An open story with nothing in it."""
    return Story(newsroom, next(slugs))


@pytest.fixture
def other_story(newsroom: Newsroom, slugs: Iterator[str]) -> Story:
    """Another one."""
    return Story(newsroom, next(slugs))


@pytest.fixture
def own_newsroom(pattern: Path, tmp_path: Path, fcm: FCM) -> Iterator[Newsroom]:
    """A newsroom for a journey in which it is stopped, killed or followed whole."""
    data = tmp_path / "data"
    shutil.copytree(pattern, data)
    with Newsroom(data, settings=fcm.settings) as made:
        yield made


@pytest.fixture
def own_story(own_newsroom: Newsroom) -> Story:
    """An open story in it."""
    return Story(own_newsroom, "story-0")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """A newsroom with the demo story in it, to be looked at and not changed."""
    made = Newsroom(tmp_path_factory.mktemp("demo") / "data")
    filled = made.command("demo")
    assert filled.status == 0, filled.err
    with made:
        yield made
