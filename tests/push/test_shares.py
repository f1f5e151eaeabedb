"""Several processes send: each to its share of the followers, in a book of its own."""

from __future__ import annotations

import pytest

from stoppress.posts import publishing
from stoppress.posts.copy import Change
from stoppress.push import queries, shares
from stoppress.push.campaign import Campaign
from stoppress.push.keying import Keying
from stoppress.push.keyring import Keyring
from stoppress.push.ledger import enter
from stoppress.push.models import Broadcast, Follower
from stoppress.push.tail import PushTail
from tests.push.conftest import READERS, Desk
from tests.push.sharing import expire, handle_newest, held, pages, settle
from tests.support.pushfar import ACCEPTED, busy


def test_two_share_an_alert(crowd: Desk, helper: PushTail) -> None:
    """Both send, each to its own share; every follower has the alert once; the desk's
    count is what both wrote; and it is done only when both are through."""
    alert = crowd.publish()
    while crowd.along.step():
        pass
    [view] = queries.broadcast_of(alert.post_id)
    assert 0 < view["handed"] < READERS
    assert not view["done"]
    settle(crowd, helper)
    assert set(crowd.far.counts.values()) == {1}
    [view] = queries.broadcast_of(alert.post_id)
    assert (view["handed"], view["unsure"], view["done"]) == (READERS, 0, True)
    ours, theirs = pages().values()
    assert ours
    assert theirs
    assert not ours & theirs


def test_a_correction_reaches_whoever_told(crowd: Desk, helper: PushTail) -> None:
    """Corrected and retracted, the post's alert is chased to those whom either told."""
    alert = crowd.publish()
    settle(crowd, helper)
    publishing.correct(alert.post_id, Change(text="On Tuesday."), "It is Tuesday.")
    settle(crowd, helper)
    publishing.retract(alert.post_id, "It was a rumour.")
    settle(crowd, helper)
    kinds = [f"{kind}" for _, _, kind in crowd.far.kinds]
    for kind in ("alert", "correction", "retraction"):
        assert kinds.count(kind) == READERS
    assert queries.told(alert.post_id) == READERS


def test_a_courier_in_its_first_moment_is_not_taken_for_dead(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another signs on, and takes what is free, while the first one looks who has what:
    the first one knows it, and takes nothing from it."""
    first, second = shares.Shares(), shares.Shares()
    look = shares._owners

    def meanwhile() -> dict[int, str]:
        monkeypatch.setattr(shares, "_owners", look)
        assert second.look(spare=False) == frozenset(range(shares.count()))
        return look()

    monkeypatch.setattr(shares, "_owners", meanwhile)
    assert first.look(spare=False) == frozenset()
    assert set(look().values()) == {second.owner}


def test_followers_are_dealt_out_evenly(crowd: Desk, helper: PushTail) -> None:
    """Each share has one courier, and neither has more than one more than the other; who
    leaves is followed at once, and who comes gets its part only of what is not under way."""
    ours, theirs = held(crowd.tail), held(helper)
    assert sorted(queries.couriers().values()) == sorted([len(ours), len(theirs)])
    assert not ours & theirs
    assert ours | theirs == frozenset(range(shares.count()))
    assert abs(len(ours) - len(theirs)) <= 1
    helper.close()
    crowd.along.step()
    assert held(crowd.tail) == ours | theirs
    crowd.far.hold()
    crowd.publish()
    while not crowd.tail._broadcasting._outbox.followers:
        crowd.along.step()
    late = PushTail()
    late.help()
    crowd.along.step()
    late.help()
    assert not held(late)
    crowd.far.release()
    settle(crowd, late)
    late.close()
    assert held(late)
    assert set(crowd.far.counts.values()) == {1}


def test_shares_change_hands_in_the_middle_of_a_broadcast(
    crowd: Desk, helper: PushTail
) -> None:
    """While a push service asks for a pause nothing is under way: another process comes
    and gets its part; of both parts nobody is left out and nobody told twice."""
    helper.close()
    crowd.along.step()
    crowd.far.always(busy(300))
    crowd.publish()
    while crowd.along.step():
        pass
    assert not crowd.far.deliveries
    late = PushTail()
    late.help()
    crowd.along.step()
    late.help()
    assert held(late)
    assert held(crowd.tail)
    crowd.far.always(ACCEPTED)
    for tail in (crowd.tail, late):
        for origin in tail._broadcasting._origins.values():
            origin._until = 0
    settle(crowd, late)
    late.close()
    assert len(crowd.far.counts) == READERS
    assert set(crowd.far.counts.values()) == {1}


def test_a_small_newsroom_is_one_share(
    desk: Desk, helper: PushTail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few followers are sent to by one process; the other stands by until it goes."""
    monkeypatch.setattr(shares, "SPAN", 1 << 16)
    desk.reader("a")
    desk.along.step()
    helper.help()
    desk.along.step()
    assert held(desk.tail) == {0}
    assert not held(helper)
    expire(desk.tail)
    desk.publish()
    handle_newest(desk)
    while helper.help():
        pass
    assert held(helper) == {0}
    assert len(desk.far.of("a")) == 1


def test_who_died_is_followed_from_what_is_written(
    crowd: Desk, helper: PushTail
) -> None:
    """A courier falls silent in the middle of its share: the other tells those who are
    left, and nobody of whom it is written that they were told."""
    crowd.publish()
    crowd.along.step()
    helper._broadcasting._ahead = 2
    helper.help()
    alone = len(pages()[helper._broadcasting._shares.owner])
    assert 0 < alone < READERS // 2 - 2
    expire(helper)
    while crowd.along.step():
        pass
    assert set(crowd.far.counts.values()) == {1}
    assert len(crowd.far.counts) == READERS
    assert not Broadcast.objects.filter(done_at=None).exists()


def test_who_was_only_slow_spoils_nothing(crowd: Desk, helper: PushTail) -> None:
    """A courier that comes back after another has told its followers sends to nobody,
    changes no book but its own, and has a share of the next alert."""
    crowd.publish()
    crowd.along.step()
    helper._broadcasting._ahead = 2
    helper.help()
    expire(helper)
    while crowd.along.step():
        pass
    before = pages()
    lost = helper._broadcasting._shares.owner
    told = len(crowd.far.deliveries)
    while helper.help():
        pass
    assert len(crowd.far.deliveries) == told == READERS
    after = pages()
    assert {who: after[who] for who in before if who != lost} == {
        who: before[who] for who in before if who != lost
    }
    assert helper._broadcasting._shares.owner != lost
    settle(crowd, helper)
    crowd.publish("The second.")
    settle(crowd, helper)
    assert set(crowd.far.counts.values()) == {1}
    assert len(crowd.far.counts) == 2 * READERS
    assert held(helper)


def test_a_share_that_is_through_is_not_looked_at_again(desk: Desk) -> None:
    """Whoever takes a share up of which it is written that nobody is left asks for no
    audience, and has nothing to do or to write."""
    desk.reader("a")
    desk.publish()
    handle_newest(desk)
    row = Broadcast.objects.get()
    enter(row.pk, "who has left", through=list(range(shares.count())))
    campaign = Campaign(row, "a courier")
    campaign.goes_on(row, frozenset(range(shares.count())))
    assert not campaign.calling
    assert not campaign.through
    assert not Broadcast.objects.get().sifted


def test_each_keys_its_own(crowd: Desk) -> None:
    """The ring holds keys for the followers of the held shares; a share that comes is
    keyed too, and one that went leaves nothing."""
    ring = Keyring()
    keying = Keying(ring)
    keying._free.set()
    numbers = set(Follower.objects.values_list("pk", flat=True))
    first, second, third = sorted({shares.of(pk) for pk in numbers})[1:4]
    for of in ({first, second}, {second, third}):
        keying._given = frozenset(of)
        while keying.fill():
            pass
        assert {pk for pk in numbers if pk in ring} == numbers & set(shares.ids(of))
