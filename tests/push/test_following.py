"""Follow and unfollow: strangers' input, and nothing lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from stoppress.posts import stories
from stoppress.push import following, vault
from stoppress.push.errors import (
    BadSubscription,
    BadTopic,
    TopicOver,
    UnknownService,
)
from stoppress.push.models import Follow, Follower
from stoppress.push.services import service_of
from stoppress.push.webpush.addresses import public
from tests.push.conftest import STORY
from tests.support.pushfar import PushFar
from tests.support.receivers import Receiver


@pytest.fixture
def reader(far: PushFar) -> Receiver:
    return far.receiver("Anna")


def ask(client: Client, what: str, **body: Any) -> Any:
    path = f"/followers{what and '/' + what}"
    return client.post(path, json.dumps(body), content_type="application/json")


def test_follow_and_unfollow(client, desk, reader):
    """A browser follows a story and everything, sees both, and stops one by one."""
    sub = reader.subscription
    answer = ask(client, "", subscription=sub, topic=STORY)
    assert (answer.status_code, answer.json()) == (201, {"follows": [STORY]})
    assert ask(client, "", subscription=sub, topic="*").json()["follows"] == [
        STORY,
        "*",
    ]
    assert ask(client, "state", subscription=sub).json()["follows"] == [STORY, "*"]
    left = ask(client, "unfollow", subscription=sub, topic=STORY).json()
    assert left == {"follows": ["*"]}
    assert Follower.objects.count() == 1


def test_who_follows_nothing_is_forgotten(client, desk, reader):
    """With the last follow the follower goes, and nothing is kept."""
    sub = reader.subscription
    ask(client, "", subscription=sub, topic="*")
    assert ask(client, "unfollow", subscription=sub, topic="*").json() == {
        "follows": []
    }
    assert not Follower.objects.exists()
    assert not Follow.objects.exists()


def test_following_twice_is_following_once(client, desk, reader):
    """Pressing the button again changes nothing."""
    for _ in range(2):
        ask(client, "", subscription=reader.subscription, topic="*")
    assert (Follower.objects.count(), Follow.objects.count()) == (1, 1)


def test_no_cookie_is_set_or_needed(client, desk, reader):
    """Following leaves no cookie and varies with none."""
    answer = ask(client, "", subscription=reader.subscription, topic="*")
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_endpoints_are_sealed_at_rest(client, desk, reader):
    """A stolen database shows no endpoint and no key."""
    ask(client, "", subscription=reader.subscription, topic="*")
    follower = Follower.objects.get()
    kept = (
        bytes(follower.sealed) + follower.address.encode() + follower.service.encode()
    )
    for secret in (reader.endpoint, *reader.subscription["keys"].values()):
        assert secret.encode() not in kept
    assert vault.unseal(bytes(follower.sealed)).endpoint == reader.endpoint


def test_only_the_browser_itself_sees_its_follows(client, desk, reader):
    """Whoever knows the endpoint but not its secret sees and changes nothing."""
    sub = reader.subscription
    ask(client, "", subscription=sub, topic="*")
    forged = {**sub, "keys": {**sub["keys"], "auth": "A" * 22}}
    assert ask(client, "state", subscription=forged).json()["follows"] == []
    ask(client, "unfollow", subscription=forged, topic="*")
    assert ask(client, "state", subscription=sub).json()["follows"] == ["*"]


def test_a_moved_browser_keeps_its_follows(client, desk, far, reader):
    """A new subscription for an old endpoint: same follower, follows kept, also those
    that the new one has already."""
    ask(client, "", subscription=reader.subscription, topic=STORY)
    new = far.receiver("Anna again")
    ask(client, "", subscription=new.subscription, topic="*")
    answer = ask(client, "move", old=reader.endpoint, subscription=new.subscription)
    assert sorted(answer.json()["follows"]) == ["*", STORY]
    assert Follower.objects.count() == 1
    assert (
        ask(client, "state", subscription=reader.subscription).json()["follows"] == []
    )


def test_closed_and_unknown_stories_cannot_be_followed(client, desk, reader):
    """The reader is told why, the browser that it need not ask again; nothing is kept."""
    stories.close_story("bridge")
    for topic in (STORY, "/stories/none", "nonsense", "/posts/1"):
        answer = ask(client, "", subscription=reader.subscription, topic=topic)
        assert answer.status_code == 410
        assert answer.json()["error"]
        assert answer.json()["over"] is True
    assert not Follower.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://evil.example/push/1",
        "https://fcm.googleapis.com.evil.example/1",
        "https://evil.example/@fcm.googleapis.com/",
        "https://user@fcm.googleapis.com/1",
        "https://fcm.googleapis.com:8443/1",
        "http://fcm.googleapis.com/1",
        "https://169.254.169.254/latest",
        "https://10.0.0.7/1",
        "https://push.apple.com/1",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "https://fcm.googleapis.com\\@evil.example/",
        "",
        "nonsense",
    ],
)
def test_other_peoples_addresses_are_refused(desk, reader, endpoint):
    """An endpoint outside the known push services never gets in."""
    with pytest.raises(BadSubscription):
        following.subscription({**reader.subscription, "endpoint": endpoint})


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://jmt17.google.com/fcm/send/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-par02p.notify.windows.com/w/?token=abc",
    ],
)
def test_the_browsers_own_services_are_known(endpoint):
    """The services of the browsers in use are known without any setting."""
    assert service_of(endpoint).startswith("https://")


def test_loopback_is_for_tests_only(settings):
    """Without the setting for tests, this machine is no push service."""
    settings.PUSH_LOOPBACK = False
    with pytest.raises(UnknownService):
        service_of("http://127.0.0.1:9/push")
    assert not public("127.0.0.1")


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104  compared, not bound
        "224.0.0.1",
        "fe80::1",
        "fc00::1",
        "::ffff:10.0.0.1",
        "::",
        "fe80::1%eth0",
        "nonsense",
    ],
)
def test_no_private_address_is_connected_to(address):
    """Whatever a name resolves to, a private address is never connected to."""
    assert not public(address)


@pytest.mark.parametrize("address", ["142.250.74.42", "2a00:1450:4001:80b::200a"])
def test_public_addresses_are_connected_to(address):
    """Real push services are reached."""
    assert public(address)


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": "", "auth": ""},
        {"p256dh": "AAAA", "auth": "A" * 22},
        {"p256dh": "B" + "A" * 86, "auth": "A" * 22},
        {"p256dh": 7, "auth": None},
        {},
        None,
        "keys",
    ],
)
def test_keys_that_are_none_are_refused(desk, reader, keys):
    """A key that is not on the curve, or no key, never gets in."""
    with pytest.raises(BadSubscription):
        following.subscription({"endpoint": reader.endpoint, "keys": keys})


@pytest.mark.parametrize(
    "body", ["", "[]", "nonsense", "[" * 10_000, "{}", '{"topic": 1}']
)
def test_nonsense_gets_a_sentence(client, desk, body):
    """Whatever is posted, the answer is a sentence and not an accident."""
    answer = client.post("/followers", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_other_sites_cannot_ask(client, desk, reader):
    """Another site's page, or a form, cannot make a browser follow."""
    body = json.dumps({"subscription": reader.subscription, "topic": "*"})
    other = client.post(
        "/followers",
        body,
        content_type="application/json",
        headers={"Origin": "https://evil.example"},
    )
    form = client.post("/followers", {"topic": "*"})
    assert (other.status_code, form.status_code) == (400, 400)
    assert client.get("/followers").status_code == 405
    assert not Follower.objects.exists()


def test_the_public_address_may_ask_behind_a_proxy(client, desk, reader, settings):
    """A proxy that keeps the Host header to itself does not stop readers' browsers."""
    settings.SITE_URL = "https://live.example.org"
    answer = client.post(
        "/followers",
        json.dumps({"subscription": reader.subscription, "topic": "*"}),
        content_type="application/json",
        headers={"Origin": "https://live.example.org"},
    )
    assert answer.status_code == 201


def test_a_visit_is_noted_once_a_day(client, desk, reader):
    """Readers whom an alert brings all at once are not a write each."""
    ask(client, "", subscription=reader.subscription, topic="*")
    first = Follower.objects.get().seen_at
    ask(client, "state", subscription=reader.subscription)
    assert Follower.objects.get().seen_at == first
    Follower.objects.update(seen_at=first - following.SEEN_ANEW)
    ask(client, "state", subscription=reader.subscription)
    assert Follower.objects.get().seen_at >= first


def test_a_browser_cannot_follow_without_end(desk, reader, monkeypatch):
    """The number of follows is bounded; that passes, so the browser is not told that the
    story is over. What is followed already may be asked for again."""
    monkeypatch.setattr(following, "MAX_FOLLOWS", 1)
    sub = following.subscription(reader.subscription)
    following.follow(sub, "*")
    with pytest.raises(BadTopic) as refused:
        following.follow(sub, STORY)
    assert not isinstance(refused.value, TopicOver)
    assert following.follow(sub, "*") == ["*"]
