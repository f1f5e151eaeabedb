"""`GET /api/v1/audience`: whom an alert would reach, before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ninja import Field, P, QueryEx, Router, Schema

from stoppress.api.asking import READING, only, post_of
from stoppress.api.problems import Refusal
from stoppress.lib.clock import iso, now
from stoppress.posts import people_queries, queries
from stoppress.posts.addresses import PEOPLE
from stoppress.posts.copy import MAX_PEOPLE
from stoppress.push.queries import meant

if TYPE_CHECKING:
    from django.http import HttpRequest

    from stoppress.posts.views import PersonView
    from stoppress.push.queries import Meant

router = Router()

Story = QueryEx[
    str | None,
    P(
        pattern=r"^[-a-zA-Z0-9_]+$",
        max_length=200,
        description="The slug of an open story, in which a post would stand.",
    ),
]
Post = QueryEx[
    int | None,
    P(
        ge=1,
        description="In place of a story: the number of a post or draft, as if it were "
        "published now.",
    ),
]
KeyEvent = QueryEx[
    bool | None,
    P(
        description="Whether the post is a key event, which more followers are told of. "
        "Unless it is said: what the post is; false for a story."
    ),
]


People = QueryEx[
    tuple[str, ...],
    P(
        max_length=MAX_PEOPLE,
        description="With a story: the slug of somebody whom the post would name, again "
        "for each. Their followers are told as well.",
    ),
]


class Asleep(Schema):
    """Who of those meant rests now. They get the alert later, in a digest, unless a
    second editor makes it urgent."""

    total: int = Field(description="Followers who rest now, for either reason.")
    quiet_hours: int = Field(
        description="Followers in whose quiet hours this moment is."
    )
    had_enough: int = Field(
        description="Followers, not in quiet hours, who had as many alerts as they want "
        "in this day of theirs."
    )


class Had(Schema):
    """How many of those meant had how many alerts in the last 24 hours, by this newsroom,
    of whatever story. Each is counted once."""

    none: int = Field(description="Followers who had no alert.")
    one: int = Field(description="Followers who had one.")
    two: int = Field(description="Followers who had two.")
    three_or_more: int = Field(description="Followers who had three or more.")


class Audience(Schema):
    """Whom an alert would reach if it were sent at this moment. A follower is a browser,
    counted once, whatever it follows."""

    at: str = Field(description="The moment, ISO 8601 in UTC.")
    story: str = Field(description="The story's slug.")
    post: int | None = Field(description="The post's number, where it was asked for.")
    people: list[str] = Field(
        description="The slugs of those whom the post names, or would name."
    )
    key_event: bool = Field(description="Whether this is about a key event.")
    meant: int = Field(description="Followers whom the alert is for.")
    at_once: int = Field(description="Of them, those who do not rest now.")
    asleep: Asleep
    had_in_24_hours: Had


@router.api_operation(
    READING,
    "/audience",
    response=Audience,
    operation_id="audience",
    summary="Whom an alert would reach",
)
def audience(
    request: HttpRequest,
    story: Story = None,
    post: Post = None,
    key_event: KeyEvent = None,
    person: People = (),
) -> Audience:
    """Counts those who would be told by an alert of a post, before it is sent: how many
    are meant, how many of them rest, and how many had how many alerts lately. Say `story`
    or `post`. Nothing is sent and nothing changes."""
    only(request, "story", "post", "key_event", several="person")
    if (story is None) == (post is None):
        raise Refusal(422, "Say either story, by its slug, or post, by its number.")
    if post is None:
        named = [_person(slug)["url"] for slug in dict.fromkeys(person)]
        return _audience(_open(str(story)), None, named, key_event=bool(key_event))
    if person:
        raise Refusal(422, "Say person with a story: a post says itself whom it names.")
    found = post_of(post)
    if found["state"] == "retracted":
        raise Refusal(409, f"Post {post} was retracted: there is no alert of it.")
    named = [one["url"] for one in found["people"]]
    key_event = found["key_event"] if key_event is None else key_event
    return _audience(_open(found["story"]["slug"]), post, named, key_event=key_event)


def _open(slug: str) -> str:
    found = queries.story(slug)
    if found is None:
        raise Refusal(404, f"There is no story {slug!r}.")
    if found["closed"]:
        raise Refusal(409, f"The story {slug!r} is closed: nothing is posted in it.")
    return slug


def _person(slug: str) -> PersonView:
    found = people_queries.person(slug)
    if found is None:
        raise Refusal(404, f"There is no person {slug!r}.")
    return found


def _audience(
    slug: str, post: int | None, named: list[str], *, key_event: bool
) -> Audience:
    found = meant([*queries.topics(slug), *named], key_event=key_event)
    asleep = found["quiet"] + found["enough"]
    return Audience(
        at=iso(now()),
        story=slug,
        post=post,
        people=[path.removeprefix(PEOPLE) for path in named],
        key_event=key_event,
        meant=found["meant"],
        at_once=found["meant"] - asleep,
        asleep=Asleep(
            total=asleep, quiet_hours=found["quiet"], had_enough=found["enough"]
        ),
        had_in_24_hours=_had(found),
    )


def _had(found: Meant) -> Had:
    one, two, three = found["had"]
    return Had(
        none=found["meant"] - one, one=one - two, two=two - three, three_or_more=three
    )
