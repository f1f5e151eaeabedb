"""Followers, what they follow, and the broadcasts with their ledgers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Follower(models.Model):
    """A browser that asked to be told. Nothing here says who sits before it.

    The endpoint and keys are sealed at rest (`push/vault.py`); `address` is a keyed
    digest of the endpoint, enough to find a follower again by its own subscription.
    """

    address = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    # The push service's origin: one service's trouble is handled for all its browsers.
    service = models.CharField(max_length=200)
    since = models.DateTimeField()
    # The last visit, to the day: for the desk's picture of its audience. Nobody is struck
    # out for staying away: who reads each notice and never visits follows all the same,
    # and browsers that are no more are reported by their push services (404, 410).
    seen_at = models.DateTimeField()
    # Alerts in a row in which its push service refused our key for it, and accepted it
    # for others (push/campaign.py).
    refusals = models.PositiveSmallIntegerField(default=0)
    # When it was last sent a sample: one in a minute (push/sample.py).
    sample_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"follower {self.pk} at {self.service}"


class Follow(models.Model):
    """One topic that a follower follows: `*` for everything, or a story's path."""

    follower = models.ForeignKey(
        Follower, on_delete=models.CASCADE, related_name="follows"
    )
    topic = models.CharField(max_length=200)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["follower", "topic"], name="followed_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["topic", "follower"], name="follow_topic")
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.topic}"


class Broadcast(models.Model):
    """One entry pushed to its audience. The bitmaps are its ledger: serialised
    roaring bitmaps of follower ids, written as each batch ends."""

    class Nature(models.TextChoices):
        ALERT = "alert"
        CORRECTION = "correction"
        RETRACTION = "retraction"

    # The wire's entry that asked for it.
    seq = models.BigIntegerField(unique=True)
    post_id = models.BigIntegerField()
    nature = models.CharField(max_length=10, choices=Nature.choices)
    message: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    # Who is meant: whoever followed any of the topics when it was asked for, that is
    # up to the follow with this number; or, for what chases an alert, exactly `named`.
    topics: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    through = models.BigIntegerField(default=0)
    named = models.BinaryField(default=bytes)
    # The ledger, by the push services' answers.
    handed = models.BinaryField(default=bytes)
    unsure = models.BinaryField(default=bytes)
    gone = models.BinaryField(default=bytes)
    refused = models.BinaryField(default=bytes)
    missed = models.BinaryField(default=bytes)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["seq"]
        constraints: ClassVar = [
            # Editing, re-publishing, restarting: a post never alerts a second time.
            models.UniqueConstraint(
                fields=["post_id"],
                condition=models.Q(nature="alert"),
                name="one_alert_a_post",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["seq"], condition=models.Q(done_at=None), name="broadcast_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.nature} for post {self.post_id}"
