"""What ticking "Tell followers" will do, said beside the box before it is ticked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms

from stoppress.posts.people_queries import people
from stoppress.posts.queries import post_topics, topics
from stoppress.push import pleas
from stoppress.push.queries import broadcast_of, reach, told
from stoppress.staff.people import everyone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoppress.posts.views import PostView
    from stoppress.push.queries import BroadcastView, Reach
    from stoppress.staff.models import User

URGENT = (
    "It passes quiet hours and daily limits once another editor confirms it. All others "
    "are told at once."
)

NAMES = {
    "alert": "Alert",
    "urgent": "Urgent, to those who rested",
    "correction": "Correction",
    "retraction": "Retraction",
}

# What is counted of a broadcast, and how it is called.
COUNTS = (
    ("handed", "handed to the delivery services"),
    ("unsure", "under way or without an answer"),
    ("gone", "gone: their browsers gave the address up"),
    ("refused", "refused by the delivery services"),
    ("missed", "missed: not reached in time"),
)

# Below this, tenths of a second say something.
TENTHS_BELOW = 10  # seconds

NOBODY_BUT = "Nobody follows this story yet."
NOBODY_FOLLOWS = "Nobody follows this story yet: no one would be told."
NAMED = "Whoever follows somebody whom it names is told too."
UNCONFIRMED = "It was asked that those who rest be told too, and nobody confirmed it."
EDITORS = "An editor must confirm it."
NOBODY = (
    "Nobody here can confirm it: that takes an editor who neither asked for it nor wrote "
    "the post. Those who rest are told when their rest is over."
)


@dataclass(frozen=True, slots=True)
class Urgent:
    """What is said of a request, and whether this editor can confirm it."""

    words: str
    confirmable: bool


def chase() -> forms.BooleanField:
    """The box that sends a correction after the alert."""
    return forms.BooleanField(
        label="Tell those who were alerted", required=False, initial=True
    )


def count_told(form: forms.Form, post_id: int) -> None:
    """Says beside that box how many they are; without an alert there is no box."""
    if not broadcast_of(post_id):
        del form.fields["push"]
        return
    many = told(post_id)
    form.fields["push"].help_text = (
        "One follower has the alert. Only that one is told."
        if many == 1
        else f"{many:,} followers have the alert. Only they are told."
    )


def books(post_id: int) -> list[str]:
    """What became of each broadcast about this post, in a line each."""
    return [_booked(row) for row in broadcast_of(post_id)]


def urgent(post_id: int, user: User) -> Urgent | None:
    """Where the request that this post's alert be urgent stands; None: there is none."""
    plea = pleas.of(post_id)
    if plea is None:
        return None
    if plea.confirmed_at is not None:
        return Urgent("Urgent: confirmed by a second editor.", confirmable=False)
    if over := pleas.reason_over(plea):
        return Urgent(f"{UNCONFIRMED} {over}", confirmable=False)
    against = pleas.reason_against(plea, user) if user.may_publish else EDITORS
    if against and not any(pleas.may_confirm(plea, one) for one in everyone()):
        against = NOBODY
    asked = "It is asked that those who rest be told too."
    return Urgent(f"{asked} {against}".strip(), confirmable=not against)


def _booked(row: BroadcastView) -> str:
    counts: dict[str, int] = {name: row[name] for name, _ in COUNTS}  # type: ignore[literal-required]
    said = [f"{counts[name]:,} {words}" for name, words in COUNTS if counts[name]]
    if row["held"]:
        still = f", {row['waiting']:,} of them still wait" if row["waiting"] else ""
        said.append(f"{row['held']:,} held back while they rest{still}")
    if row["clicks"]:
        presses = "press" if row["clicks"] == 1 else "presses"
        said.append(f"about {row['clicks']:,} {presses}")
    end = "" if row["done"] else " It is still being sent."
    name = NAMES.get(row["nature"], row["nature"])
    return f"{name}: {'; '.join(said) or 'nobody'}.{_pace(row)}{end}"


def _pace(row: BroadcastView) -> str:
    """How fast it went."""
    said = []
    if row["ninety_after"] is not None:
        said.append(f"90 % in {_seconds(row['ninety_after'])}")
    if row["canary_after"] is not None:
        said.append(f"canary after {_seconds(row['canary_after'])}")
    elif row["canary"] == "silent":
        said.append("the canary heard nothing")
    words = "; ".join(said)
    return f" {words[0].upper()}{words[1:]}." if words else ""


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < TENTHS_BELOW else f"{seconds:,.0f} s"


def warning(slug: str) -> str:
    """Whom an alert of a new post in this story would reach now, in sentences. Whom the
    post will name is not known yet."""
    of = topics(slug)
    if not people(limit=1):
        return _reached(of)
    return f"{_reached(of, nobody=NOBODY_BUT)} {NAMED}"


def warning_of(post: PostView) -> str:
    """Whom an alert of this draft would reach now."""
    return _reached(post_topics(post))


def _reached(of: Sequence[str], nobody: str = NOBODY_FOLLOWS) -> str:
    found = reach(of)
    if not found["key_event"]:
        return nobody
    return " ".join(filter(None, [_who(found), _held(found), _had(found)]))


def _who(found: Reach) -> str:
    told, key = found["ordinary"], found["key_event"]
    end = "It cannot be called back."
    if told == key:
        return f"{_many(told)} an alert. {end}"
    if not told:
        return (
            f"{_many(key)} an alert of a key event, and nobody of any other post. {end}"
        )
    return f"{_many(told)} an alert, and {key:,} of a key event. {end}"


def _held(found: Reach) -> str:
    reasons = []
    if found["quiet"]:
        reasons.append(f"{_are(found['quiet'])} in quiet hours now")
    if found["enough"]:
        count = found["enough"]
        had = f"{count:,} has had" if count == 1 else f"{count:,} have had"
        reasons.append(f"{had} as many as they want today")
    if not reasons:
        return ""
    return f"Of these, {' and '.join(reasons)}: they get it later, in a digest."


def _had(found: Reach) -> str:
    one, two, three = found["had"]
    counts = {"one": one - two, "two": two - three, "three or more": three}
    said = [f"{many:,} had {words}" for words, many in counts.items() if many]
    return f"In the last 24 hours {', '.join(said)}." if said else ""


def _many(count: int) -> str:
    return "One follower gets" if count == 1 else f"{count:,} followers get"


def _are(count: int) -> str:
    return f"{count:,} is" if count == 1 else f"{count:,} are"
