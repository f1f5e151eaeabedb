"""Posting from the command line: what is refused leaves nothing behind."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from stoppress.cli import posting
from stoppress.cli.arguments import parser
from stoppress.cli.reading import read_text
from stoppress.posts import queries
from stoppress.posts.errors import BadCopy


@pytest.mark.django_db
def test_a_refused_post_opens_no_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """A post without text is refused, and the story it names is not opened for it."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b" \n")))
    given = parser().parse_args(["post", "--story", "brand-new", "-"])
    with pytest.raises(BadCopy):
        posting.post(given)
    assert queries.stories() == []


@pytest.mark.parametrize("content", [b"", b" \n\n"])
def test_an_empty_file_is_named(tmp_path: Path, content: bytes) -> None:
    """Of several files that a script posts, the empty one is named."""
    file = tmp_path / "noon.md"
    file.write_bytes(content)
    with pytest.raises(BadCopy, match=r"noon\.md is empty"):
        read_text(str(file))
