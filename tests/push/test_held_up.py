"""A tail that was held up: paused by a push service, or asleep while another took over."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoppress.lib.clock import now
from stoppress.posts import publishing
from stoppress.push import outbox
from stoppress.push.ledger import Ledger
from stoppress.push.models import Broadcast, Courier
from stoppress.push.origins import TRIAL
from stoppress.push.tail import PushTail
from stoppress.push.webpush import line
from stoppress.wire import ownership
from stoppress.wire.tail import Follower as Along
from tests.push.conftest import Desk
from tests.support.pushfar import ACCEPTED, busy


def test_what_another_process_wrote_into_a_ledger_stays(desk: Desk) -> None:
    """Two processes that were at one broadcast leave a ledger with what both of them
    know, whoever writes last."""
    desk.reader("a")
    desk.publish()
    desk.settle()
    row = Broadcast.objects.get()
    ours, theirs = Ledger(), Ledger()
    theirs.handed.add(7001)
    theirs.unsure.add(7002)
    theirs.write(row.pk, "they", {1})
    ours.handed.add(7002)
    ours.gone.add(7003)
    ours.write(row.pk, "we", {2})
    theirs.write(row.pk, "they", {1})
    kept = Ledger.of(row)
    assert {7001, 7002} <= set(kept.handed)
    assert set(kept.gone) == {7003}
    assert not kept.unsure, "handed after all"
    assert kept.through == {0, 1, 2}


def test_a_broadcast_that_has_to_wait_writes_nothing(desk: Desk) -> None:
    """While a push service asks for a pause, the tail's steps leave the database alone:
    each write would wake the tail, which would step and write again."""
    desk.reader("a")
    desk.far.always(busy(300))
    desk.publish()
    desk.settle()
    with CaptureQueriesContext(connection) as asked:
        assert not desk.along.step()
    assert not [q for q in asked.captured_queries if not q["sql"].startswith("SELECT")]


def test_open_broadcasts_take_turns(desk: Desk) -> None:
    """Each step sends a batch of one broadcast, and the next step one of another."""
    desk.reader("a")
    first, second = desk.publish(), desk.publish("The second.")
    desk.along.step()
    assert [each.tag for each in desk.far.deliveries] == [f"post-{first.post_id}"]
    desk.along.step()
    assert [each.tag for each in desk.far.deliveries][1:] == [f"post-{second.post_id}"]


def test_a_round_is_over_before_the_lease() -> None:
    """The longest round is far shorter than what is left of the cursor's lease when it
    begins, and a letter is answered or given up within a lease."""
    assert ownership.ENOUGH.total_seconds() > 10 * outbox.ROUND
    assert ownership.ENOUGH.total_seconds() > line.TIMEOUT


def test_a_retraction_reaches_those_whose_answers_were_never_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the messages were taken and before the ledger was written, a tail
    leaves nobody with an alert that is retracted before it is sent again."""
    desk.reader("a")
    posted = desk.publish()
    with monkeypatch.context() as killed:
        killed.setattr(Ledger, "write", _dies)
        with pytest.raises(KeyboardInterrupt):
            desk.settle()
    desk.restart()
    publishing.retract(posted.post_id, "It was a rumour.")
    desk.settle()
    assert [each.kind for each in desk.far.of("a")] == ["alert", "retraction"]


def test_who_was_told_to_wait_has_no_alert_to_take_back(desk: Desk) -> None:
    """A follower whose push service took nothing is not told of a retraction."""
    desk.reader("a")
    desk.far.always(busy(300))
    posted = desk.publish()
    desk.settle()
    publishing.retract(posted.post_id, "It was a rumour.")
    desk.far.always(ACCEPTED)
    desk.restart()
    desk.settle()
    assert not desk.far.deliveries


def _dies(*_: object) -> None:
    raise KeyboardInterrupt


def test_who_comes_back_does_not_repeat_what_another_told(desk: Desk) -> None:
    """A process that was taken for dead in the middle of a broadcast, and another did
    its work meanwhile, tells nobody again who was told."""
    for number in range(3 * TRIAL):
        desk.reader(f"reader {number}")
    post = desk.publish()
    desk.along.step()
    ours, along = desk.tail, desk.along
    assert 0 < len(desk.far.deliveries) < 3 * TRIAL
    desk.tail = PushTail()
    desk.along = Along(desk.tail, "another", lambda _: None)
    along.release()
    Courier.objects.update(held_until=now())
    desk.far.answers(ACCEPTED, ACCEPTED, busy(300))
    desk.settle()
    desk.along.release()
    desk.tail.close()
    told = len(desk.far.deliveries)
    assert told < 3 * TRIAL
    while along.step():
        pass
    ours.close()
    assert len(desk.far.deliveries) == 3 * TRIAL
    assert set(desk.far.counts) == {
        (f"reader {n}", f"post-{post.post_id}") for n in range(3 * TRIAL)
    }
