"""The wire's rows: entries, cursors, parked entries."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

# A kind is a name, not a sentence.
MAX_KIND = 40


class Entry(models.Model):
    """One thing that happened. Never changed; `seq` order is commit order."""

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=MAX_KIND)
    topics: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    payload: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict
    )

    class Meta:
        ordering: ClassVar = ["seq"]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class Cursor(models.Model):
    """How far a tail has read, and which process reads for it."""

    tail = models.CharField(max_length=40, primary_key=True)
    seq = models.BigIntegerField(default=0)
    owner = models.CharField(max_length=200, default="")
    held_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.tail} at {self.seq}"


class Parked(models.Model):
    """An entry that a tail could not handle, set aside so the others go on."""

    tail = models.CharField(max_length=40)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    error = models.TextField()

    class Meta:
        ordering: ClassVar = ["seq"]
        verbose_name_plural = "parked"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tail", "seq"], name="parked_once_a_tail")
        ]

    def __str__(self) -> str:
        return f"{self.tail} could not handle {self.seq}"
