"""Editors, their roles, the links that let them in, and machines with their tokens."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

# Django's own bound.
MAX_USERNAME = 150

MAX_MACHINE_NAME = 60


class Role(models.TextChoices):
    """What someone may do; each role may do what the one before it may."""

    REPORTER = "reporter", "Reporter: writes"
    EDITOR = "editor", "Editor: publishes and pushes"
    CHIEF = "chief", "Chief: everything, and who works here"


class User(AbstractUser):
    """Someone who works in the newsroom."""

    role = models.CharField(max_length=10, choices=Role.choices, default=Role.REPORTER)

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def may_publish(self) -> bool:
        return self.role in {Role.EDITOR, Role.CHIEF}

    @property
    def is_chief(self) -> bool:
        return self.role == Role.CHIEF


class SignInLink(models.Model):
    """A link that signs one editor in, once. Only a digest of its secret is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["until"]

    def __str__(self) -> str:
        return f"link for {self.user} until {self.until:%Y-%m-%d %H:%M}"


class Machine(models.Model):
    """A program that may ask by the API, and the token by which it is known. Only a
    digest of that is kept. Whose token was revoked stays in the list; another may have
    its name."""

    name = models.CharField(max_length=MAX_MACHINE_NAME)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    # To the hour: nobody's question costs a write (staff/machines.py).
    used_at = models.DateTimeField(null=True)
    # The token is good before this moment; None: until it is revoked.
    until = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["made_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(revoked_at=None),
                name="one_token_a_machine",
            )
        ]

    def __str__(self) -> str:
        return self.name
