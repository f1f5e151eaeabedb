"""Posting from the command line: what is refused leaves nothing behind."""

from __future__ import annotations

import io
from importlib import import_module
from pathlib import Path

import pytest

from stoppress.cli import posting
from stoppress.cli.arguments import parser
from stoppress.cli.exits import Exit
from stoppress.cli.failures import explained
from stoppress.cli.reading import read_text
from stoppress.posts import queries
from stoppress.posts.errors import BadCopy
from stoppress.wire import reading
from tests.builders import a_post, a_story


@pytest.mark.django_db
def test_a_refused_post_opens_no_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """A post without text is refused, and the story it names is not opened for it."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b" \n")))
    given = parser().parse_args(["post", "--story", "brand-new", "-"])
    with pytest.raises(BadCopy):
        posting.post(given)
    assert queries.stories() == []


WRONG = (
    "post --story ferry --urgent FILE",
    "post --story ferry --urgent --push --draft FILE",
    "post --story ferry --push --draft FILE",
    "post --story ferry --photo FILE FILE",
    "post --story ferry --photo FILE --photo-alt= FILE",
    "post --story ferry --photo-alt Quay FILE",
    "post --story ferry --published 2026-13-45 FILE",
    "post --story ferry --published 7/8/2016 FILE",
    "post --story ferry --published 2999-01-01 FILE",
    "post --story Ferry! FILE",
    "amend POST",
    "correct POST --reason late",
    "story Ferry!",
    "import FILE --published 2026-13-45 --story ferry",
    "import FILE --story Ferry!",
    "import FILE",
)


@pytest.mark.django_db
@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_command_line_ends_with_its_code(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Options that do not go together, and what an option cannot be given, are the fault
    of the command line and not of the text: 2, and nothing is posted."""
    file = tmp_path / "noon.md"
    file.write_text(
        "The ferry is late\n\nThe ferry that was due at noon came at four.\n"
    )
    posted = a_post(story="ferry").post_id
    a_story("bridge")
    before = reading.head()
    words = {"FILE": str(file), "POST": str(posted)}
    assert run(*(words.get(word, word) for word in line.split())) == Exit.USAGE
    assert reading.head() == before
    assert "stoppress: " in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line",
    [
        "post --story ferry FILE",
        "post --story ferry --photo FILE --photo-alt Quay TEXT",
        "import FILE --story ferry",
    ],
)
def test_what_was_handed_in_has_a_code_of_its_own(line: str, tmp_path: Path) -> None:
    """A file that is empty, no picture or no page ends with 3."""
    for name, content in (("FILE", ""), ("TEXT", "Late.")):
        (tmp_path / name).write_text(content)
    words = {name: str(tmp_path / name) for name in ("FILE", "TEXT")}
    given = [words.get(word, word) for word in line.split()]
    assert run(*given) == Exit.BAD_INPUT


def run(*words: str) -> int:
    """The command, as `main` runs it once Django has started; its exit code."""
    given = parser().parse_args(words)
    room = import_module(f"stoppress.cli.{given.room}")
    with explained() as outcome:
        outcome.code = getattr(room, given.verb)(given)
    return outcome.code


@pytest.mark.parametrize("content", [b"", b" \n\n"])
def test_an_empty_file_is_named(tmp_path: Path, content: bytes) -> None:
    """Of several files that a script posts, the empty one is named."""
    file = tmp_path / "noon.md"
    file.write_bytes(content)
    with pytest.raises(BadCopy, match=r"noon\.md is empty"):
        read_text(str(file))
