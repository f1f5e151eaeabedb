"""Followers, what they follow, the broadcasts, and who sends them and writes the books."""

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
    # The id of the key of ours that it subscribed under (push/vapid_key.py).
    vapid = models.CharField(max_length=8)
    since = models.DateTimeField()
    # The last visit, to the day. Nobody is struck out for staying away alone: who reads
    # each notice and never visits follows all the same (push/silence.py).
    seen_at = models.DateTimeField()
    # Alerts in a row in which its push service refused our key for it, and accepted it
    # for others (push/campaign.py).
    refusals = models.PositiveSmallIntegerField(default=0)
    # When it was last sent a sample: one in a minute (push/sample.py).
    sample_at = models.DateTimeField(null=True)
    # The reader's own time: an IANA name, '' until a rule below needs it.
    zone = models.CharField(max_length=40, default="")
    # No alert from then to then, in minutes after midnight there (push/quiet.py).
    quiet_from = models.PositiveSmallIntegerField(null=True)
    quiet_to = models.PositiveSmallIntegerField(null=True)
    # Alerts wanted in one day of theirs; 0: as many as there are.
    most_a_day = models.PositiveSmallIntegerField(default=0)

    class Meta:
        # Whoever rests now is found zone by zone, from the index alone.
        indexes: ClassVar = [
            models.Index(
                fields=["zone", "quiet_from", "quiet_to"],
                condition=models.Q(quiet_from__isnull=False),
                name="follower_quiet",
            ),
            models.Index(
                fields=["zone", "most_a_day"],
                condition=models.Q(most_a_day__gt=0),
                name="follower_capped",
            ),
        ]

    def __str__(self) -> str:
        return f"follower {self.pk} at {self.service}"


class Follow(models.Model):
    """One topic that a follower follows: `*` for everything, or the path of a section, a
    person or a story."""

    follower = models.ForeignKey(
        Follower, on_delete=models.CASCADE, related_name="follows"
    )
    topic = models.CharField(max_length=200)
    since = models.DateTimeField()
    # Alerts of key events alone; otherwise each one that an editor sends.
    key_only = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["follower", "topic"], name="followed_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["topic", "follower", "key_only"], name="follow_topic")
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.topic}"


class Mute(models.Model):
    """A story that a follower of everything, of a section or of a person wants no alerts of.
    Gone with the last such follow, or when the story itself is followed."""

    follower = models.ForeignKey(
        Follower, on_delete=models.CASCADE, related_name="mutes"
    )
    topic = models.CharField(max_length=200)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["follower", "topic"], name="muted_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["topic", "follower"], name="mute_topic")
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} mutes {self.topic}"


class Broadcast(models.Model):
    """One entry pushed to its audience. The bitmaps are serialised roaring bitmaps of
    follower ids."""

    class Nature(models.TextChoices):
        ALERT = "alert"
        URGENT = "urgent"  # the alert, for those who were held back from it
        DIGEST = "digest"  # alerts that waited for their readers' day
        CORRECTION = "correction"
        RETRACTION = "retraction"
        FAREWELL = "farewell"  # a story is closed

    class Canary(models.TextChoices):
        AWAITED = "awaited"
        HEARD = "heard"
        SILENT = "silent"  # not heard in time, and said so
        OFF = "off"  # there was none, or the broadcast was stopped before

    # The wire's entry that asked for it; a digest has the newest of its posts'.
    seq = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    nature = models.CharField(max_length=10, choices=Nature.choices)
    message: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    # Who is meant: whoever followed any of the topics when it was asked for, that is
    # up to the follow with this number, and of an ordinary post's alert not those who
    # want key events only; or exactly `named`.
    topics: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    through = models.BigIntegerField(default=0)
    key_event = models.BooleanField(default=False)
    named = models.BinaryField(default=bytes)
    # Of an alert: `held` had quiet hours, or enough, when its sending began, as was
    # found out once (`sifted`); `waiting` of them still wait for a digest. An urgent
    # one holds nobody back.
    urgent = models.BooleanField(default=False)
    sifted = models.BooleanField(default=False)
    held = models.BinaryField(default=bytes)
    waiting = models.BinaryField(default=bytes)
    waits = models.BooleanField(default=False)
    # The digests and the urgent broadcast that carried this alert to those it held.
    carried: models.JSONField[list[int], list[int]] = models.JSONField(default=list)
    # Of a digest: its posts, newest first.
    posts: models.JSONField[list[int], list[int]] = models.JSONField(default=list)
    # Once it is done, whoever of `named` follows nothing any more is forgotten.
    forgets = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    # How it went (push/figures.py): seconds from publishing until nine in ten had it,
    # and until the canary had read it.
    ninety_after = models.FloatField(null=True)
    canary_after = models.FloatField(null=True)
    canary = models.CharField(
        max_length=8, choices=Canary.choices, default=Canary.AWAITED
    )

    class Meta:
        ordering: ClassVar = ["seq"]
        constraints: ClassVar = [
            # Editing, re-publishing, restarting: a post never alerts a second time.
            models.UniqueConstraint(
                fields=["post_id"],
                condition=models.Q(nature="alert"),
                name="one_alert_a_post",
            ),
            models.UniqueConstraint(
                fields=["seq"],
                condition=~models.Q(nature="digest"),
                name="one_broadcast_an_entry",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["seq"], condition=models.Q(done_at=None), name="broadcast_open"
            ),
            models.Index(
                fields=["seq"], condition=models.Q(waits=True), name="broadcast_waits"
            ),
            models.Index(
                fields=["seq"], condition=models.Q(forgets=True), name="broadcast_ends"
            ),
            models.Index(
                fields=["seq"],
                condition=models.Q(canary="awaited"),
                name="broadcast_canary",
            ),
            models.Index(fields=["asked_at"], name="broadcast_day"),
            models.Index(fields=["post_id"], name="broadcast_post"),
        ]

    def __str__(self) -> str:
        about = "" if self.post_id is None else f" for post {self.post_id}"
        return f"{self.nature}{about}"


class Book(models.Model):
    """What one courier wrote down about one broadcast: bitmaps of follower ids by the
    push services' answers. All its books together are a broadcast's ledger."""

    broadcast = models.ForeignKey(
        Broadcast, on_delete=models.CASCADE, related_name="books"
    )
    owner = models.CharField(max_length=200)
    handed = models.BinaryField(default=bytes)
    unsure = models.BinaryField(default=bytes)
    gone = models.BinaryField(default=bytes)
    refused = models.BinaryField(default=bytes)
    missed = models.BinaryField(default=bytes)
    # The shares in which nobody is left to be told.
    through: models.JSONField[list[int], list[int]] = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["broadcast", "owner"], name="one_book_each")
        ]

    def __str__(self) -> str:
        return f"book of broadcast {self.broadcast_id} by {self.owner}"


class Courier(models.Model):
    """A process that sends, and until when it is not to be taken for dead."""

    owner = models.CharField(max_length=200, primary_key=True)
    held_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"courier {self.owner}"


class Share(models.Model):
    """A range of followers, by their numbers, and the courier that sends to them. One
    whose courier is no more is free."""

    number = models.BigIntegerField(primary_key=True)
    owner = models.CharField(max_length=200, default="")

    def __str__(self) -> str:
        return f"share {self.number} of {self.owner or 'nobody'}"


class Clicks(models.Model):
    """How often a broadcast's notices were pressed: a number, and nothing of whom. A row
    of its own, for the broadcast's has books of 100 KB, which a click must not rewrite."""

    broadcast = models.OneToOneField(
        Broadcast, on_delete=models.CASCADE, primary_key=True, related_name="clicks"
    )
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.count} clicks on broadcast {self.broadcast_id}"


class Plea(models.Model):
    """Someone asked that a post's alert be urgent, and perhaps another one agreed."""

    post_id = models.BigIntegerField(unique=True)
    # Whoever asked, from the staff; None from the command line, where nobody has a name.
    asked_by = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"urgent: post {self.post_id}"


class Dispatcher(models.Model):
    """A process that sends, and its numbers (push/tally.py) as of `at`."""

    name = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()
    numbers: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict
    )

    def __str__(self) -> str:
        return self.name
