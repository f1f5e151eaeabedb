"""What a follower reads with the page closed, made from the post as everyone sees it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings

from stoppress.posts.addresses import absolute
from stoppress.protocols import declarative
from stoppress.protocols.declarative import Action, Notification
from stoppress.protocols.push_request import Urgency
from stoppress.push.models import Broadcast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stoppress.posts.views import PostView, StoryRef

# Some bridges between push services take no more (measured: 2,744 bytes pass).
MESSAGE_AT_MOST = 2744  # bytes

# No desktop shows more of a body, and it leaves room for the rest.
BODY_AT_MOST = 400  # bytes

# One post of a digest, so that one that has no headline does not fill it.
LINE_AT_MOST = 120  # bytes

# How long a push service keeps it for a browser that is away. An alert older than a day
# is history; the page tells it better.
TTL = 24 * 3600  # seconds

Nature = Broadcast.Nature

# What a browser that shows the notice by itself adds to the address, so that the page it
# opens can say that it was pressed (static/js/pressed.js): the broadcast's number.
PRESSED = "alert"

# What is said of what ends with its followers' follows.
ENDED = {
    "story": "This story is closed",
    "section": "This section is no more",
    "person": "This page is no more",
}

# Where on a story's page the choice stands that a button of the notice makes.
CHOICE = "#follow-title"


def compose(post: PostView, nature: str, seq: int) -> dict[str, Any]:
    """The fields of the notification for this post, as a broadcast's row keeps them.

    All messages about one post have one tag: each takes the place of the one before. A
    correction does so silently; a retraction is heard, for what it takes back was.
    """
    title, body = _words(post, nature)
    notification = Notification(
        title=title,
        body=declarative.shorten(" ".join(body.split()), BODY_AT_MOST),
        navigate=absolute(post["url"]),
        tag=tag(post["id"]),
        lang=settings.LANGUAGE_CODE,
        silent=nature == Nature.CORRECTION,
        image=_image(post),
        actions=_actions(post["story"]),
        data={
            "post": post["id"],
            "seq": seq,
            "kind": nature,
            "topic": post["story"]["url"],
            "story": declarative.shorten(post["story"]["title"], LINE_AT_MOST),
        },
    )
    urgent = nature == Nature.ALERT and post["key_event"]
    return addressed(notification, Urgency.HIGH if urgent else Urgency.NORMAL)


def digest(posts: Sequence[PostView], newest: int) -> dict[str, Any]:
    """One message for the posts that waited for a reader, newest first, in the words
    that they have now. One alone is the alert that it would have been. `newest`: the
    wire's number of the newest of these alerts, which makes the tag."""
    if len(posts) == 1:
        return compose(posts[0], Nature.ALERT, posts[0]["seq"])
    stories = {post["story"]["url"] for post in posts}
    notification = Notification(
        title=f"{len(posts)} updates waited for you",
        body=declarative.shorten("\n".join(map(_line, posts)), BODY_AT_MOST),
        navigate=absolute(stories.pop() if len(stories) == 1 else "/"),
        tag=f"digest-{newest}",
        lang=settings.LANGUAGE_CODE,
        data={"seq": max(post["seq"] for post in posts), "kind": Nature.DIGEST},
    )
    return addressed(notification, Urgency.NORMAL)


def farewell(ended: Mapping[str, str], what: str, seq: int) -> dict[str, Any]:
    """The last message about a story that is closed, and stays to be read, or about a
    section or person that is no more. Silent: there is nothing to hurry for."""
    stays = what == "story"
    notification = Notification(
        title=ended["name" if what == "person" else "title"],
        body=f"{ENDED[what]}, and nothing more is sent to you about it. "
        "Thank you for following.",
        navigate=absolute(ended["url"] if stays else "/"),
        tag=f"closed-{seq}",
        lang=settings.LANGUAGE_CODE,
        silent=True,
        data={"seq": seq, "kind": Nature.FAREWELL, "topic": ended["url"]},
    )
    return addressed(notification, Urgency.NORMAL)


def plaintext(message: dict[str, Any], broadcast: int) -> bytes:
    """The message of the broadcast with this number as it is sealed: Declarative Web Push
    JSON."""
    fields = dict(message["notification"])
    fields["actions"] = [Action(**one) for one in fields["actions"]]
    fields["navigate"] += f"?{urlencode({PRESSED: broadcast})}"
    fields["data"] = {**fields["data"], "broadcast": broadcast}
    return declarative.message(Notification(**fields), limit=MESSAGE_AT_MOST)


def tag(post_id: int) -> str:
    """The notification's tag, and the Topic under which a push service keeps it."""
    return f"post-{post_id}"


def addressed(notification: Notification, urgency: Urgency) -> dict[str, Any]:
    """The message as a broadcast's row keeps it."""
    return {"notification": asdict(notification), "urgency": urgency.value}


def _image(post: PostView) -> str:
    """The post's photo. A retracted post has none."""
    photo = post["photo"]
    return absolute(photo["url"]) if photo and photo["url"] else ""


def _actions(story: StoryRef) -> list[Action]:
    """Both buttons: one message goes to all. Our worker shows those that fit its reader
    (static/js/acting.js)."""
    choice = absolute(story["url"]) + CHOICE
    return [
        Action("follow", "Follow story", choice),
        Action("mute", "Not this story", choice),
    ]


def _line(post: PostView) -> str:
    words = post["headline"] or " ".join(post["plain"].split())
    mark = " (corrected)" if post["corrections"] else ""
    return declarative.shorten(words, LINE_AT_MOST) + mark


def _words(post: PostView, nature: str) -> tuple[str, str]:
    title = post["headline"] or post["story"]["title"]
    if nature == Nature.RETRACTION:
        reason = post["retraction"]["reason"] if post["retraction"] else ""
        return f"Retracted: {post['story']['title']}", reason
    if nature == Nature.CORRECTION:
        note = post["corrections"][-1]["note"] if post["corrections"] else post["plain"]
        return f"Correction: {title}", note
    return title, post["plain"]
