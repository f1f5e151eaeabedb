"""A correction travels exactly as far as the error did."""

from __future__ import annotations

from stoppress.posts import publishing
from stoppress.posts.copy import Change
from stoppress.push import queries
from tests.push.conftest import Desk
from tests.support.pushfar import LOST, Answer


def kinds(desk: Desk, name: str) -> list[str]:
    return [delivery.kind for delivery in desk.far.of(name)]


def correct(post_id: int) -> None:
    change = Change(text="It opens on Tuesday.")
    publishing.correct(post_id, change, "It said Monday; it is Tuesday.")


def test_a_correction_reaches_exactly_those_who_were_alerted(desk):
    """Those who got the alert get its correction; who followed later does not."""
    desk.reader("early")
    posted = desk.publish()
    desk.settle()
    desk.reader("late")
    correct(posted.post_id)
    desk.settle()
    assert kinds(desk, "early") == ["alert", "correction"]
    assert kinds(desk, "late") == []
    alert, correction = desk.far.of("early")
    assert alert.tag == correction.tag
    note = correction.notification
    assert note["title"] == "Correction: The bridge opens"
    assert note["body"] == "It said Monday; it is Tuesday."
    assert (alert.notification["silent"], note["silent"]) == (False, True)


def test_a_retraction_reaches_those_who_were_alerted(desk):
    """A retraction takes the alert's place and says why."""
    desk.reader("a")
    posted = desk.publish()
    desk.settle()
    publishing.retract(posted.post_id, "The report could not be confirmed.")
    desk.settle()
    assert kinds(desk, "a") == ["alert", "retraction"]
    note = desk.far.of("a")[1].notification
    assert note["title"] == "Retracted: The bridge"
    assert note["body"] == "The report could not be confirmed."


def test_a_correction_of_what_was_not_pushed_stays_on_the_page(desk):
    """Nobody is told of a correction whose error they were never told."""
    desk.reader("a")
    posted = desk.publish(push=False)
    correct(posted.post_id)
    desk.settle()
    assert desk.far.requests == []


def test_a_correction_overtakes_the_alert(desk):
    """While the alert is on its way, the rest gets the corrected words at once and
    only those who have the error get the correction."""
    desk.tail._broadcasting._ahead = 1
    for name in ("first", "second"):
        desk.reader(name)
    posted = desk.publish()
    desk.along.step()
    [told] = desk.far.deliveries
    correct(posted.post_id)
    desk.settle()
    other = {"first", "second"} - {told.receiver}
    assert kinds(desk, told.receiver) == ["alert", "correction"]
    [late] = desk.far.of(other.pop())
    assert late.kind == "alert"
    assert late.notification["body"] == "It opens on Tuesday."


def test_a_retraction_stops_the_alert(desk):
    """Who has not been told yet is not told any more."""
    desk.tail._broadcasting._ahead = 1
    for name in ("first", "second"):
        desk.reader(name)
    posted = desk.publish()
    desk.along.step()
    [told] = desk.far.deliveries
    publishing.retract(posted.post_id, "Not true.")
    desk.settle()
    other = ({"first", "second"} - {told.receiver}).pop()
    assert kinds(desk, told.receiver) == ["alert", "retraction"]
    assert kinds(desk, other) == []
    assert queries.open_broadcasts() == 0


def test_who_may_have_it_is_corrected_too(desk, no_pauses):
    """A reader whose alert was lost on the way back may have it, and is corrected."""
    desk.reader("a")
    desk.far.answers(LOST)
    desk.far.always(Answer(500))
    posted = desk.publish()
    desk.along.step()
    desk.far.always(Answer())
    publishing.retract(posted.post_id, "Not true.")
    desk.settle()
    assert kinds(desk, "a") == ["alert", "retraction"]


def test_a_second_correction_overtakes_the_first(desk):
    """Two corrections in a row: each told reader ends with the last one."""
    desk.reader("a")
    posted = desk.publish()
    desk.settle()
    correct(posted.post_id)
    publishing.correct(posted.post_id, Change(text="On Friday."), "It is Friday.")
    desk.settle()
    assert kinds(desk, "a")[0] == "alert"
    assert desk.far.of("a")[-1].notification["body"] == "It is Friday."
