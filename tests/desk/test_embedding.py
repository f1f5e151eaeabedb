"""Where an editor finds the line by which another site shows a story."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from stoppress.posts import stories
from tests.desk.conftest import STORY
from tests.pages.reading import only, parsed

BAD = "\"'><script>alert(1)</script>&amp;"


def pasted(client: Client, slug: str = STORY) -> list[Any]:
    """What a copy of each field would put into another page."""
    tree = parsed(client.get(f"/desk/stories/{slug}"))
    lines = [
        only(tree, f"//textarea[@id='embed-{way}']") for way in ("element", "frame")
    ]
    assert all(line.get("readonly") is not None for line in lines)
    return [parsed(f"<div>{line.text}</div>") for line in lines]


@pytest.mark.parametrize("who", ["editor", "reporter"])
def test_the_line_is_on_the_storys_page(who, story, request, client):
    """Everyone at the desk finds both lines, and every address in them is answered."""
    element, frame = pasted(request.getfixturevalue(who))
    tag = only(element, "//stop-press")
    assert tag.get("story") == STORY
    addresses = [
        only(element, "//script[@type='module']").get("src"),
        only(tag, "./a").get("href"),
        only(frame, "//iframe").get("src"),
    ]
    for address in addresses:
        assert address.startswith("http://testserver/")
        assert client.get(address.removeprefix("http://testserver")).status_code == 200


def test_a_title_that_is_markup_is_none_where_it_is_pasted(editor):
    """The line holds the title as words, also in an attribute, and runs nothing else."""
    stories.open_story("bad", BAD)
    element, frame = pasted(editor, "bad")
    assert only(element, "//stop-press/a").text_content() == BAD
    assert only(frame, "//iframe").get("title") == BAD
    assert len(element.xpath("//script")) == 1
    assert not frame.xpath("//script")
