"""Filling a newsroom with the demo: all of it or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from stoppress.cli import demonstrating
from stoppress.cli.demo_story.story import load
from stoppress.lib.transactions import in_transaction
from stoppress.posts import photos, publishing, queries
from stoppress.wire import reading

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("acts", [0, 1, 4, 20])
def test_killed_midway(monkeypatch: pytest.MonkeyPatch, acts: int) -> None:
    """Ended after any number of posts, the demo has left nothing behind, and the next
    start fills the newsroom as if it were the first."""
    publish, left = publishing.publish, [acts]

    def until_killed(*given: Any, **named: Any) -> publishing.Posted:
        if not left[0]:
            raise Killed
        left[0] -= 1
        return publish(*given, **named)

    monkeypatch.setattr(publishing, "publish", until_killed)
    with pytest.raises(Killed):
        demonstrating.fill()
    assert queries.stories() == []
    assert reading.head() == 0
    monkeypatch.setattr(publishing, "publish", publish)
    assert demonstrating.fill() is True
    assert demonstrating.fill() is False
    [story] = queries.stories()
    new = sum(step.kind in {"update", "article"} for step in load().steps)
    assert story["posts"] == new + len(load().background())


def test_its_pictures_keep_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a running newsroom the demo's pictures are drawn before it begins to
    write, each once, and its articles have their own dates."""
    drawn: list[bool] = []
    decode = photos._decoded

    def watched(data: bytes) -> Image.Image:
        drawn.append(in_transaction())
        return decode(data)

    monkeypatch.setattr(photos, "_decoded", watched)
    demonstrating.fill()
    pictured = [article for article in load().articles if article.picture]
    assert drawn == [False] * len(pictured)
    shown = queries.of_story(load().slug, limit=100)
    dated = {p["headline"]: p["published_at"][:10] for p in shown if p["published_on"]}
    for article in load().background():
        assert dated[article.headline] == f"{article.published:%Y-%m-%d}"
