"""Machines that ask by the API: each has a token, made and revoked on the command line.

A token is shown once, when it is made. What is kept is its digest, which is also how it
is found again: one look in an index, whether there is such a token or not. A plain
SHA-256 will do for that: a token is drawn, not thought up, and nobody can try them all.

Whoever has a token may read what the API tells, and nothing else.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from django.db import IntegrityError
from django.db.models import F

from stoppress.lib.clock import now
from stoppress.lib.transactions import atomic
from stoppress.staff.models import MAX_MACHINE_NAME, Machine
from stoppress.staff.signing_in import StaffError

if TYPE_CHECKING:
    from datetime import datetime

# By this, whoever finds a token in a file or a log knows what it is, and so do programs
# that look for secrets.
PREFIX = "stoppress_"
OCTETS = 32  # drawn for each

# Between two notes that a token was used. Stops each question from being a write.
NOTED_ANEW = timedelta(hours=1)

NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MAX_MACHINE_NAME - 1}}}")

State = Literal["valid", "ended", "revoked"]


class BadMachineName(StaffError):
    """No machine can be called that."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name!r} cannot be a machine's name: it begins with a letter or a digit and "
            f"has letters, digits and . _ - alone, at most {MAX_MACHINE_NAME}."
        )


class MachineTaken(StaffError):
    """A machine of this name has a token."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name!r} has a token already, and nobody can be shown it again. Revoke that "
            "one first, or choose another name."
        )


class NoSuchMachine(StaffError):
    """No machine of this name has a token."""

    def __init__(self, name: str, known: list[str]) -> None:
        names = ", ".join(known) or "none yet"
        super().__init__(f"No machine called {name!r} has a token. Known: {names}.")


def give_token(name: str, *, until: datetime | None = None) -> str:
    """A new token for the machine called `name`, good before `until`; this is the only
    time that it is to be had. BadMachineName, MachineTaken."""
    if not NAME.fullmatch(name):
        raise BadMachineName(name)
    token = PREFIX + secrets.token_urlsafe(OCTETS)
    try:
        with atomic():
            Machine.objects.create(
                name=name, digest=_digest(token), made_at=now(), until=until
            )
    except IntegrityError as error:
        raise MachineTaken(name) from error
    return token


def all_machines() -> list[Machine]:
    """All machines, those whose token was revoked last."""
    return list(
        Machine.objects.order_by(F("revoked_at").asc(nulls_first=True), "name", "pk")
    )


def state(machine: Machine) -> State:
    """What its token is worth now."""
    if machine.revoked_at is not None:
        return "revoked"
    if machine.until is not None and machine.until <= now():
        return "ended"
    return "valid"


def revoke(name: str) -> None:
    """Ends the machine's token, from its next request on. NoSuchMachine."""
    standing = Machine.objects.filter(revoked_at=None)
    if not standing.filter(name=name).update(revoked_at=now()):
        names = standing.order_by("name").values_list("name", flat=True)
        raise NoSuchMachine(name, list(names))


def whose(token: str) -> Machine | None:
    """The machine that shows this token, noted as having used it; None when the token is
    unknown, ended or revoked."""
    machine = Machine.objects.filter(digest=_digest(token)).first()
    if machine is None or state(machine) != "valid":
        return None
    moment = now()
    if machine.used_at is None or machine.used_at <= moment - NOTED_ANEW:
        Machine.objects.filter(pk=machine.pk).update(used_at=moment)
    return machine


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
