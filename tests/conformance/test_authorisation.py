"""draft-07 "Authorization": who may publish and who may read what is private."""

from __future__ import annotations

import pytest

from tests.conformance.house import (
    SCORES,
    SITE,
    a_token,
    bearer,
    datas,
    heard,
    on_the_wire,
)
from tests.conformance.musts import proves

ALL = ["*"]


def cookie(token: str) -> dict[str, str]:
    return {"Cookie": f"a=b; mercureAuthorization={token}; c=d"}


@proves("publish-authorised")
def test_publishing_takes_a_token(house):
    """Without a token the answer is 401 with a challenge that names no error."""
    answer = house.post({"topic": SCORES}, token="")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert not on_the_wire()


@proves("publish-claim", "publish-nothing-else")
@pytest.mark.parametrize(
    "claims", [{}, {"publish": []}, {"subscribe": ALL}, {"publish": None}]
)
def test_a_token_that_may_not_publish(house, claims):
    """A token without `mercure.publish`, or with an empty one, publishes nothing."""
    answer = house.post({"topic": SCORES}, token=a_token(**claims))
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    assert not on_the_wire()


@proves("publish-every-topic", "publish-nothing-else")
def test_each_topic_must_be_allowed(house):
    """One topic that is not covered, and nothing is dispatched on any."""
    token = a_token(publish=["weather", "https://scores.example/{match}"])
    fine = [("topic", "weather"), ("topic", SCORES)]
    assert house.post(fine, token=token).status_code == 200
    answer = house.post([*fine, ("topic", "tides")], token=token)
    assert answer.status_code == 403
    assert len(on_the_wire()) == 1


@proves("subscribe-claim", "subscribe-private")
def test_private_updates(house):
    """A private update goes to those whose token covers it, not to the anonymous, not to
    those whose token covers other topics, nor to those who could but did not ask."""
    covered = a_token(subscribe=["https://scores.example/{match}"])
    readers = {
        "covered": house.read("*", token=covered),
        "everything": house.read(SCORES, token=a_token(subscribe=ALL)),
        "anonymous": house.read("*"),
        "another's": house.read("*", token=a_token(subscribe=["weather"])),
        "publisher's": house.read("*", token=a_token(publish=ALL)),
        "elsewhere": house.read("weather", token=a_token(subscribe=ALL)),
        "old": house.read("*", http="1.0"),
    }
    house.publish("secret", private="on")
    last = house.post([("topic", SCORES), ("topic", "weather"), ("data", "open")]).text
    heard_by = {who: datas(reader, until=last) for who, reader in readers.items()}
    assert heard_by.pop("covered") == ["secret", "open"]
    assert heard_by.pop("everything") == ["secret", "open"]
    assert set(map(tuple, heard_by.values())) == {("open",)}


@proves("subscribe-any-topic")
def test_an_alternate_topic_opens_a_private_update(house):
    """Who asks for the canonical topic and may read an alternate one has the update."""
    mine = "https://scores.example/users/ada/{?topic}"
    reader = house.read(SCORES, token=a_token(subscribe=[mine]))
    alternate = (
        "https://scores.example/users/ada/?topic=https%3A%2F%2Fscores.example%2F7"
    )
    form = [("topic", SCORES), ("topic", alternate), ("private", "on"), ("data", "x")]
    assert house.post(form).status_code == 200
    house.publish("not hers", private="on")
    assert datas(reader, until=house.publish("end")) == ["x", "end"]


@proves("subscribe-private")
def test_private_updates_are_not_replayed_to_others(house):
    """What was private is private to whoever comes later, from memory and from the wire."""
    begin = int(house.publish("secret", private="on")[1:]) - 1
    last = house.publish("open")
    memory = house.live.memory
    for forget in (False, True):
        if forget:
            house.on_loop(lambda: memory.begin(memory.head))
        for asked in (begin, "earliest"):
            assert datas(house.read(last=asked), until=last) == ["open"]
            mine = house.read(last=asked, token=a_token(subscribe=ALL))
            assert datas(mine, until=last) == ["secret", "open"]


@proves("bearer", "parameter")
def test_three_ways_to_bring_a_token(house):
    """Header, parameter and cookie each open what is private."""
    token = a_token(subscribe=ALL)
    readers = [
        house.read(token=token),
        house.read(also={"Authorization": f"bearer {token}"}),
        house.read(query=f"authorization={token}"),
        house.read(also=cookie(token)),
        house.read(also={**cookie(token), "Referer": f"{SITE}/stories/x"}),
    ]
    last = house.publish("secret", private="on")
    assert all(datas(reader, until=last) == ["secret"] for reader in readers)


@proves("header-wins", "parameter-wins")
def test_which_token_counts(house):
    """Of several tokens the header's counts, then the parameter's; a bad one that counts
    is not made good by another."""
    good, none = a_token(subscribe=ALL), a_token(subscribe=[])
    header = house.read(
        query=f"authorization={none}", also={**cookie(none), **bearer(good)}
    )
    first = house.read(query=f"authorization={good}", also=cookie(none))
    not_mine = house.read(query=f"authorization={good}", also=bearer(none))
    house.publish("secret", private="on")
    last = house.publish("open")
    assert datas(header, until=last) == datas(first, until=last) == ["secret", "open"]
    assert datas(not_mine, until=last) == ["open"]
    bad = house.refused(SCORES, query=f"&authorization={good}", headers=bearer("x.y.z"))
    assert bad.status_code == 401
    assert (
        house.refused(SCORES, query="&authorization=", headers=cookie(good)).status_code
        == 401
    )


@proves("csrf")
def test_a_cookie_publishes_from_our_own_pages_only(house):
    """Another site's page, or one that does not say which it is, publishes nothing by the
    cookie that the browser sends along; a page of ours does."""
    good = cookie(a_token(publish=ALL))
    for more, status in [
        ({"Origin": SITE}, 200),
        ({"Referer": f"{SITE}/desk/"}, 200),
        ({}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": f"{SITE}.evil.example"}, 403),
        ({"Referer": f"https://evil.example/{SITE}/"}, 403),
        ({"Origin": "https://evil.example", "Referer": f"{SITE}/"}, 403),
        ({"Referer": "http://[broken"}, 403),
    ]:
        answer = house.post({"topic": SCORES}, token="", headers={**good, **more})
        assert answer.status_code == status, more


def test_a_cookie_reads_for_no_other_site(house):
    """A page of another site does not read by the reader's cookie what is private."""
    also = {**cookie(a_token(subscribe=ALL)), "Origin": "https://evil.example"}
    reader = house.read(also=also)
    house.publish("secret", private="on")
    assert datas(reader, until=house.publish("open")) == ["open"]
    assert "access-control-allow-credentials" not in reader.headers


def test_events_have_our_ids_for_those_with_tokens(house):
    """A reader with a token has the same ids as one without."""
    readers = [house.read(), house.read(token=a_token(subscribe=ALL))]
    last = house.publish("x")
    assert [heard(one, until=last)[-1].last_event_id for one in readers] == [last] * 2
