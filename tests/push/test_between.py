"""What another process does between a courier's look and its letters."""

from __future__ import annotations

import pytest

from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.posts import publishing, stories
from stoppress.posts.copy import Change
from stoppress.push import pleas, shares
from stoppress.push.audience import held_back
from stoppress.push.campaign import Campaign
from stoppress.push.errors import SharesLost
from stoppress.push.models import Broadcast
from stoppress.push.rest import Rest
from stoppress.push.tail import PushTail
from tests.builders import an_editor
from tests.push.conftest import STORY, Desk
from tests.push.sharing import expire, handle_newest, held, settle


def test_who_lost_its_lease_between_look_and_letter_sends_none(
    crowd: Desk, helper: PushTail
) -> None:
    """The lease is looked at in the transaction that writes down who is about to be sent
    to: taken for dead just before it, a courier sends nothing."""
    crowd.publish()
    crowd.along.step()
    told = len(crowd.far.deliveries)
    campaigns = helper._broadcasting._open()
    expire(helper)
    crowd.along.step()
    between = len(crowd.far.deliveries)
    assert between > told
    assert helper._broadcasting._set_out(campaigns) == []
    assert not held(helper)
    with pytest.raises(SharesLost), atomic():
        helper._broadcasting._shares.confirm()


def test_a_retraction_is_not_overtaken_by_another_process(
    crowd: Desk, helper: PushTail
) -> None:
    """Retracted after a courier looked at the broadcast and before its letters set out,
    they do not set out; corrected, they set out with the new words."""
    alert = crowd.publish()
    crowd.along.step()
    campaigns = helper._broadcasting._open()
    publishing.correct(alert.post_id, Change(headline="Put right"), "It was wrong.")
    crowd.along.step()
    letters = helper._broadcasting._set_out(campaigns)
    assert letters
    assert b"Put right" in letters[0].words.text
    helper._broadcasting._outbox.round(letters)
    helper.close()
    other = PushTail()
    other.help()
    settle(crowd, other)
    second = crowd.publish("Another.")
    crowd.along.step()
    campaigns = other._broadcasting._open()
    publishing.retract(second.post_id, "It was a rumour.")
    crowd.along.step()
    assert campaigns
    assert other._broadcasting._set_out(campaigns) == []
    other.close()


def test_confirmed_while_another_takes_it_up_nobody_is_held_back(desk: Desk) -> None:
    """An alert becomes urgent just after another process has read its row: it goes to
    those who rest as well."""
    asleep = (now().hour * 60 + now().minute) // 15 * 15
    desk.resting("asleep", Rest("UTC", asleep, (asleep + 120) % 1440))
    alert = desk.publish()
    pleas.ask(alert.post_id, an_editor("ada"))
    handle_newest(desk)
    row = Broadcast.objects.get()
    pleas.confirm(alert.post_id, an_editor("bo"))
    handle_newest(desk)
    assert not held_back(row)
    assert not Broadcast.objects.get().sifted


def test_closed_while_another_takes_its_alert_up_everybody_is_told(desk: Desk) -> None:
    """The story's follows end just after another process has read its alert's row: the
    alert goes to them all the same."""
    desk.reader("a", STORY)
    desk.publish()
    handle_newest(desk)
    row = Broadcast.objects.get()
    stories.close_story("bridge")
    handle_newest(desk)
    campaign = Campaign(row, "a courier")
    campaign.goes_on(row, frozenset(range(shares.count())))
    assert campaign.calling
