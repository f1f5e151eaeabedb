"""`GET /api/v1/posts/<id>/broadcasts`: what followers were told about a post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ninja import Field, P, PathEx, Router, Schema

from stoppress.api.asking import READING, only, post_of
from stoppress.push import queries

if TYPE_CHECKING:
    from django.http import HttpRequest

router = Router()

Number = PathEx[int, P(description="The post's number.")]


class Broadcast(Schema):
    """One broadcast in numbers of followers. While it is being sent they still move."""

    nature: Literal["alert", "urgent", "correction", "retraction"] = Field(
        description="urgent: the alert once more, for those it was held back from, as a "
        "second editor agreed. A correction or retraction is for those who were alerted."
    )
    asked_at: str = Field(description="When it was asked for, ISO 8601 in UTC.")
    done: bool = Field(description="False while it is being sent.")
    meant: int = Field(description="Whom it is for, resting or not.")
    handed: int = Field(description="Their push service took it.")
    unsure: int = Field(description="Under way, or sent and not answered.")
    gone: int = Field(description="Their browser had given the address up.")
    refused: int = Field(description="Their push service refused it.")
    missed: int = Field(description="They were not reached in time.")
    held: int = Field(description="Of an alert: held back as they rested.")
    waiting: int = Field(description="Of these, who wait for their digest still.")
    clicks: int = Field(description="How often it was pressed, estimated.")
    ninety_after: float | None = Field(
        description="Seconds from publishing until nine in ten of those who can be told "
        "had it; null: not yet."
    )
    canary_after: float | None = Field(
        description="Seconds from publishing until the canary, a test follower, had read "
        "it; null: not yet, or there is none."
    )
    canary: Literal["awaited", "heard", "silent", "off"] = Field(
        description="What became of the canary's letter; silent: not read in time, which "
        "raises the alarm."
    )


class Broadcasts(Schema):
    """What followers were told about one post."""

    post: int = Field(description="The post's number.")
    told: int = Field(
        description="Followers who have its alert, or may have it, by whichever way it "
        "came: a correction would be sent to them."
    )
    broadcasts: list[Broadcast] = Field(
        description="In the order in which they were asked for; empty when nobody was "
        "told. Digests, which are about several posts, are not among them."
    )


@router.api_operation(
    READING,
    "/posts/{int:post_id}/broadcasts",
    response=Broadcasts,
    operation_id="broadcasts",
    summary="What became of a post's alert",
)
def broadcasts(request: HttpRequest, post_id: Number) -> Broadcasts:
    """Every broadcast about a post, the alert and what came after it, and what became of
    each."""
    only(request)
    post_of(post_id)
    return Broadcasts(
        post=post_id,
        told=queries.told(post_id),
        broadcasts=[Broadcast.model_validate(row) for row in queries.sent_of(post_id)],
    )
