"""Who works here: brought in, given another role, shut out, let in again.

There is always a chief who can come in: whoever would be the last to leave or to be made
less stays. All chiefs' rows are locked for that, or two could shut out each other at the
same moment.
"""

from __future__ import annotations

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError

from stoppress.lib.transactions import atomic
from stoppress.staff.models import MAX_USERNAME, Role, SignInLink, User
from stoppress.staff.signing_in import StaffError, editor_named


class BadName(StaffError):
    """Nobody can be called that here."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name!r} cannot be a name here: use letters, digits and . + - _ @, at "
            f"most {MAX_USERNAME} of them, without spaces."
        )


class NameTaken(StaffError):
    """Someone of this name works here, or did."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Someone called {name!r} is here already.")


class LastChief(StaffError):
    """Without a chief nobody could let anyone in."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is the only chief: make someone else chief first. "
            "Nothing was changed."
        )


class ThatAlready(StaffError):
    """What was asked for is so already."""


def everyone() -> list[User]:
    """All who work here, and then those who are shut out, by name."""
    return list(User.objects.order_by("-is_active", "username"))


def person(user_id: int) -> User | None:
    """Who has this number."""
    return User.objects.filter(pk=user_id).first()


def bring_in(name: str, role: Role) -> User:
    """Someone new. BadName, NameTaken."""
    with atomic():
        if User.objects.filter(username__iexact=checked_name(name)).exists():
            raise NameTaken(name)
        return editor_named(name, role=role)


def checked_name(name: str) -> str:
    """The name under which someone works here. BadName for one that cannot be."""
    try:
        UnicodeUsernameValidator()(name)
    except ValidationError as error:
        raise BadName(name) from error
    if len(name) > MAX_USERNAME:
        raise BadName(name)
    return name


def give_role(user_id: int, role: Role) -> None:
    """Another role, from the next request on. LastChief, ThatAlready."""
    with atomic():
        user = _locked(user_id, stays_chief=role == Role.CHIEF)
        if user.role == role:
            raise ThatAlready(f"{user} is {role} already.")
        user.role = role
        user.save(update_fields=["role"])


def shut_out(user_id: int) -> None:
    """Ends their work here: their sessions and their links are void at once, and stay so
    when they are let in again. LastChief, ThatAlready."""
    with atomic():
        user = _locked(user_id, stays_chief=False)
        if not user.is_active:
            raise ThatAlready(f"{user} is shut out already.")
        user.is_active = False
        # No password either, but another one: each session holds a digest of it.
        user.set_unusable_password()
        user.save(update_fields=["is_active", "password"])
        SignInLink.objects.filter(user=user).delete()


def let_in(user_id: int) -> None:
    """Lets them work here again, with the role they had; they need a new link.
    ThatAlready."""
    with atomic():
        user = _locked(user_id, stays_chief=True)
        if user.is_active:
            raise ThatAlready(f"{user} works here already.")
        SignInLink.objects.filter(user=user).delete()
        user.is_active = True
        user.save(update_fields=["is_active"])


def _locked(user_id: int, *, stays_chief: bool) -> User:
    """Their row, behind all the chiefs' rows. LastChief when there would be none left."""
    rows = User.objects.select_for_update()
    chiefs = list(rows.filter(role=Role.CHIEF, is_active=True).order_by("pk"))
    user = rows.get(pk=user_id)
    if not stays_chief and chiefs == [user]:
        raise LastChief(str(user))
    return user
