"""The live room's one table: what each web process has to say of itself."""

from __future__ import annotations

from typing import Any

from django.db import models


class Process(models.Model):
    """A web process that runs, and its numbers (numbers.py) as of `at`."""

    name = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()
    numbers: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict
    )

    def __str__(self) -> str:
        return self.name
