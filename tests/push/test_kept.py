"""What is kept about a browser: shown to it alone, whole, and erased for good."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from stoppress.posts import stories
from stoppress.push import kept, vapid_key
from stoppress.push.models import Follow, Follower
from tests.push.conftest import STORY


def ask(client: Client, what: str, subscription: dict[str, Any]) -> Any:
    body = json.dumps({"subscription": subscription})
    answer = client.post(f"/followers/{what}", body, content_type="application/json")
    assert answer.status_code == 200
    return answer.json()


def forged(subscription: dict[str, Any]) -> dict[str, Any]:
    """The same endpoint in the hands of one who does not have its secret."""
    return {**subscription, "keys": {**subscription["keys"], "auth": "A" * 22}}


def test_what_is_followed_is_listed_in_words(client, desk):
    """Each follow has its title and address; a story that has ended says so."""
    reader = desk.reader("Anna", STORY, "*")
    stories.close_story("bridge")
    said = ask(client, "mine", reader.subscription)
    assert said["follows"] == [STORY, "*"]
    lines = [(row["title"], row["url"], row["over"]) for row in said["listed"]]
    assert lines == [("The bridge", STORY, True), ("Everything", "/", False)]


def test_all_that_is_kept_is_handed_over(client, desk):
    """The export holds every field of the follower's rows, opened, and the posts that it
    was told of; not those that only others were told of."""
    reader = desk.reader("Anna", STORY)
    posted = desk.publish()
    desk.settle()
    later = desk.reader("Ben", STORY)
    about = ask(client, "export", reader.subscription)["kept"]
    assert about["delivery_address"] == reader.endpoint
    assert about["keys"] == reader.subscription["keys"]
    assert about["delivery_service"] == Follower.objects.earliest("pk").service
    assert about["key_of_ours"] == vapid_key.current().id
    assert [row["topic"] for row in about["follows"]] == [STORY]
    assert [row["what"] for row in about["told"]] == ["alert"]
    assert about["told"][0]["about"].endswith(f"/posts/{posted.post_id}")
    assert ask(client, "export", later.subscription)["kept"]["told"] == []
    assert (about["last_sample"], about["refusals_in_a_row"]) == (None, 0)
    fields = {field.name for field in Follower._meta.concrete_fields}
    # The digest and the sealed form are made of what is handed over; the number is ours.
    assert fields == {
        "id",
        "address",
        "sealed",
        "service",
        "vapid",
        "since",
        "seen_at",
        "sample_at",
        "refusals",
        "zone",
        "quiet_from",
        "quiet_to",
        "most_a_day",
    }


def test_the_search_through_the_books_is_bounded(client, desk, monkeypatch):
    """However many broadcasts there were, one question opens so many books."""
    monkeypatch.setattr(kept, "TOLD_AT_MOST", 1)
    reader = desk.reader("Anna", STORY)
    desk.publish("First.")
    desk.settle()
    last = desk.publish("Second.")
    desk.settle()
    told = ask(client, "export", reader.subscription)["kept"]["told"]
    assert [row["about"].rsplit("/", 1)[-1] for row in told] == [str(last.post_id)]


def test_erased_is_erased(client, desk):
    """Nothing of this browser is left in a table, and it is told of nothing more; the
    others are."""
    reader, other = desk.reader("Anna", STORY, "*"), desk.reader("Ben", STORY)
    assert ask(client, "erase", reader.subscription) == {"follows": []}
    assert (Follower.objects.count(), Follow.objects.count()) == (1, 1)
    assert ask(client, "export", reader.subscription)["kept"] == {}
    desk.publish()
    desk.settle()
    assert [one.receiver for one in desk.far.deliveries] == [other.name]


def test_only_the_browser_itself_sees_and_erases(client, desk):
    """Whoever knows the endpoint but not its secret is shown nothing and erases nothing."""
    reader = desk.reader("Anna", STORY)
    stranger = forged(reader.subscription)
    seen = ask(client, "mine", stranger)
    assert (seen["follows"], seen["listed"], seen["rest"]["zone"]) == ([], [], "")
    assert ask(client, "export", stranger) == {"follows": [], "kept": {}}
    ask(client, "erase", stranger)
    assert ask(client, "state", reader.subscription)["follows"] == [STORY]
