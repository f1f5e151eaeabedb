"""Urgent: an alert that passes quiet hours and daily limits, when two editors want it to.

Whoever asks does not wait for the other: the alert goes out at once to all who do not rest.
Confirmed, it goes to those whom it was held back from as well. So a second pair of eyes
costs no reader a second, and one pair of eyes wakes nobody.

Neither who asked nor who wrote the post can confirm, chief or not. In a newsroom of one
there is nobody to confirm, and nothing is urgent.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.posts import queries
from stoppress.push import messages
from stoppress.push.errors import NotUrgent
from stoppress.push.ledger import bits, stored
from stoppress.push.models import Broadcast, Plea
from stoppress.wire.append import append

if TYPE_CHECKING:
    from stoppress.staff.models import User
    from stoppress.wire.models import Entry

# Later than this, nobody is woken for it.
IN_TIME = timedelta(hours=2)

Nature = Broadcast.Nature


def ask(post_id: int, by: User | None) -> None:
    """Asks that the post's alert be urgent, in the transaction that publishes it. `by`
    is None on the command line."""
    Plea.objects.get_or_create(
        post_id=post_id,
        defaults={"asked_by": by.pk if by else None, "asked_at": now()},
    )


def confirm(post_id: int, by: User) -> None:
    """Another editor agrees. NotUrgent when nobody asked, it was confirmed already, or
    these eyes are not the second pair."""
    with atomic():
        plea = Plea.objects.select_for_update().filter(post_id=post_id).first()
        if plea is None:
            raise NotUrgent("Nobody asked that this alert be urgent.")
        if against := reason_against(plea, by):
            raise NotUrgent(against)
        plea.confirmed_by, plea.confirmed_at = by.pk, now()
        plea.save(update_fields=["confirmed_by", "confirmed_at"])
        append("alert.confirmed", [], {"alert": post_id})


def of(post_id: int) -> Plea | None:
    """What was asked for this post."""
    return Plea.objects.filter(post_id=post_id).first()


def waiting() -> list[int]:
    """The posts whose alerts another editor may still confirm, the oldest first."""
    rows = Plea.objects.filter(confirmed_at=None, asked_at__gte=now() - IN_TIME)
    asked = list(rows.order_by("asked_at").values_list("post_id", flat=True))
    standing = queries.standing(asked)
    return [post_id for post_id in asked if post_id in standing]


def may_confirm(plea: Plea, by: User) -> bool:
    """Whether this one is a second pair of eyes, who works here and may publish."""
    return by.is_active and by.may_publish and not reason_against(plea, by)


def reason_over(plea: Plea) -> str:
    """Why nobody can confirm it any more; '' while another editor may."""
    post = queries.any_post(plea.post_id)
    hours = IN_TIME // timedelta(hours=1)
    over = {
        "It is confirmed already.": plea.confirmed_at is not None,
        "The post was taken back.": not post or post["state"] != "published",
        "The story was closed.": not queries.standing([plea.post_id]),
        f"It was asked for over {hours} hours ago, and is no news any more.": (
            now() - plea.asked_at > IN_TIME
        ),
    }
    return next((words for words, true in over.items() if true), "")


def reason_against(plea: Plea, by: User) -> str:
    """Why this editor cannot confirm it now; '' when they can."""
    against = {
        "You asked for it: another editor must confirm it.": plea.asked_by == by.pk,
        "You wrote the post: another editor must confirm it.": (
            queries.written_by(plea.post_id, by.pk)
        ),
    }
    own = (words for words, true in against.items() if true)
    return reason_over(plea) or next(own, "")


def release(entry: Entry) -> None:
    """Lets the alert go to those who were held back, in the tail's transaction."""
    alerts = Broadcast.objects.select_for_update().filter(nature=Nature.ALERT)
    alert = alerts.filter(post_id=entry.payload["alert"]).first()
    if alert is None:
        return
    if not alert.sifted:
        alert.urgent = True
        alert.save(update_fields=["urgent"])
        return
    waiting = bits(alert.waiting)
    if not waiting:
        return
    post = queries.any_post(entry.payload["alert"])
    if post is None or post["state"] != "published":
        return
    urgent = Broadcast.objects.create(
        seq=entry.seq,
        post_id=alert.post_id,
        nature=Nature.URGENT,
        message=messages.compose(post, Nature.ALERT, post["seq"]),
        named=stored(waiting),
        asked_at=now(),
    )
    alert.waiting, alert.waits = b"", False
    alert.carried = [*alert.carried, urgent.pk]
    alert.save(update_fields=["waiting", "waits", "carried"])
