"""The newsroom makes a new push key, and readers notice nothing."""

from __future__ import annotations

import json
from typing import Any

from tests.journeys.steps import following, known, subscription_of
from tests.support.newsroom import Newsroom
from tests.support.waiting import until


def keys(newsroom: Newsroom, *words: str) -> list[dict[str, Any]]:
    """The keys with their followers, after this command."""
    ran = newsroom.command("keys", *words, "--json")
    assert ran.status == 0, ran.err
    found: list[dict[str, Any]] = json.loads(ran.out)
    return found


def test_a_new_key_is_taken_up_on_the_next_visit(
    reader, own_newsroom, own_story, desktop
):
    """The key is changed beside the running server: the follower is told under the old
    one, the next page offers the new one, the browser takes it up as the same follower
    and is told again; then the old key can end."""
    page = reader.follow(own_story.url)
    before = subscription_of(page)
    page.close()
    new, old = keys(own_newsroom, "rotate")
    assert (new["followers"], old["followers"]) == (0, 1)
    own_story.post("Page closed.", headline="Under the old key", push=True)
    desktop.see(reader.app, title="Under the old key")
    page = reader.open(own_story.url)
    following(page)
    until(
        lambda: subscription_of(page)["endpoint"] != before["endpoint"],
        "a subscription under the new key",
    )
    topic = f"/stories/{own_story.slug}"
    until(
        lambda: known(own_newsroom, subscription_of(page)) == [topic],
        "the follow goes along",
    )
    assert [each["followers"] for each in keys(own_newsroom)] == [1, 0]
    page.close()
    keys(own_newsroom, "retire", old["id"])
    own_story.post("Page closed again.", headline="Under the new key", push=True)
    desktop.see(reader.app, title="Under the new key")


def test_who_came_from_another_system_keeps_what_they_follow(
    reader, own_newsroom, own_story
):
    """The browser remembers nothing of us, as when its follower was imported, and is
    under a key that is not offered: on its visit it takes up the new one, and the follow
    is found by the address that it had."""
    page = reader.follow(own_story.url)
    page.evaluate("caches.delete('stoppress-following')")
    page.close()
    keys(own_newsroom, "rotate")
    page = reader.open(own_story.url)
    following(page)
    until(
        lambda: [one["followers"] for one in keys(own_newsroom)] == [1, 0],
        "the follower is under the new key",
    )
    topic = f"/stories/{own_story.slug}"
    assert known(own_newsroom, subscription_of(page)) == [topic]
