"""Urgent: past quiet hours and limits, when a second editor agrees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from stoppress.posts import publishing
from stoppress.push import pleas
from stoppress.push.errors import NotUrgent
from stoppress.push.models import Plea
from stoppress.push.pleas import IN_TIME, reason_against
from stoppress.push.rest import Rest
from tests.builders import an_editor
from tests.push.conftest import Desk, Hands

NIGHT = Rest("Europe/Minsk", 22 * 60, 7 * 60)


@pytest.fixture
def night(desk: Desk, hands: Hands) -> Desk:
    """One reader asleep, one awake."""
    hands.set("2027-03-01T23:30+03:00")
    desk.resting("asleep", NIGHT)
    desk.reader("awake")
    return desk


def kinds(desk: Desk, name: str) -> list[str]:
    return [one.kind for one in desk.far.of(name)]


def test_a_second_editor_wakes_those_who_rest(night):
    """The alert goes at once to those awake; confirmed, to the others too, once, and no
    digest repeats it. A correction reaches both."""
    ada, bo = an_editor("ada"), an_editor("bo")
    posted = night.publish()
    pleas.ask(posted.post_id, ada)
    night.settle()
    assert (kinds(night, "awake"), kinds(night, "asleep")) == (["alert"], [])
    pleas.confirm(posted.post_id, bo)
    night.settle()
    assert (kinds(night, "awake"), kinds(night, "asleep")) == (["alert"], ["alert"])
    publishing.retract(posted.post_id, "Not true.")
    night.settle()
    for name in ("awake", "asleep"):
        assert kinds(night, name) == ["alert", "retraction"]


def test_confirmed_before_it_is_sent(night):
    """Confirmed within the moment before the sending begins, it holds nobody back."""
    posted = night.publish()
    pleas.ask(posted.post_id, an_editor("ada"))
    pleas.confirm(posted.post_id, an_editor("bo"))
    night.settle()
    assert (kinds(night, "awake"), kinds(night, "asleep")) == (["alert"], ["alert"])


def test_no_one_confirms_their_own(night):
    """Neither who asked nor who wrote it; from the command line, where nobody has a
    name, any editor at the desk; and each once, in time, while the post stands."""
    ada, bo = an_editor("ada"), an_editor("bo")
    mine = night.publish(by=bo).post_id
    pleas.ask(mine, ada)
    for editor in (ada, bo):
        with pytest.raises(NotUrgent, match="another editor"):
            pleas.confirm(mine, editor)
    other = night.publish().post_id
    with pytest.raises(NotUrgent, match="Nobody asked"):
        pleas.confirm(other, bo)
    pleas.ask(other, None)
    pleas.confirm(other, bo)
    with pytest.raises(NotUrgent, match="already"):
        pleas.confirm(other, ada)


def test_it_must_be_news_and_stand(night, hands):
    """Hours later nobody is woken; nor for what was taken back."""
    ada, bo = an_editor("ada"), an_editor("bo")
    post = night.publish().post_id
    pleas.ask(post, ada)
    plea = Plea.objects.get()
    assert reason_against(plea, bo) == ""
    hands.moment += IN_TIME + timedelta(seconds=1)
    assert "no news" in reason_against(plea, bo)
    hands.moment -= IN_TIME
    publishing.retract(post, "Not true.")
    assert "taken back" in reason_against(plea, bo)
    night.settle()
    assert kinds(night, "asleep") == []
