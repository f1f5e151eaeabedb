"""Sign-in links: made on the command line or by a chief at the desk, good for one sign-in
and one day."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.staff.models import Role, SignInLink, User

# A link lies in a terminal's scrollback; a day is enough to use it.
GOOD_FOR = timedelta(hours=24)


class StaffError(Exception):
    """Base of the staff's errors."""


class NoSuchEditor(StaffError):
    """Nobody of this name works here."""

    def __init__(self, name: str, known: list[str]) -> None:
        names = ", ".join(known) or "nobody yet"
        super().__init__(
            f"Nobody called {name!r} works here. Known: {names}. Someone new is made "
            f"with --new and a role: reporter, editor or chief."
        )


def first_editor() -> User | None:
    """Makes the newsroom's first editor, a chief called `editor`; None when there is
    anyone already."""
    if User.objects.exists():
        return None
    return editor_named("editor", role=Role.CHIEF)


def editor_named(name: str, *, role: Role) -> User:
    """The editor of this name, made with `role` when new. No password: links only."""
    user, new = User.objects.get_or_create(username=name, defaults={"role": role})
    if new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def make_link(name: str) -> str:
    """The path of a new sign-in link for the editor called `name`."""
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        known = User.objects.filter(is_active=True).order_by("username")
        raise NoSuchEditor(name, list(known.values_list("username", flat=True)))
    token = secrets.token_urlsafe(32)
    SignInLink.objects.filter(until__lt=now()).delete()
    SignInLink.objects.create(user=user, digest=_digest(token), until=now() + GOOD_FOR)
    return f"/desk/sign-in/{token}"


def whose(token: str) -> User | None:
    """The editor whom this link lets in, without using it up; None when it is spent."""
    link = SignInLink.objects.filter(
        digest=_digest(token), until__gte=now(), user__is_active=True
    ).first()
    return link.user if link else None


def use(token: str) -> User | None:
    """Uses the link up and returns its editor; None when it is spent or unknown."""
    with atomic():
        user = whose(token)
        spent, _ = SignInLink.objects.filter(digest=_digest(token)).delete()
        return user if spent else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
