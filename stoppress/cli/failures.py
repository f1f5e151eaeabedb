"""Errors as an operator reads them: one sentence and an exit code, never a traceback
for what is not our own fault."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError

from stoppress.cli import say
from stoppress.cli.exits import Exit
from stoppress.cli.newsroom import NotReady
from stoppress.cli.troubles import database_trouble, system_trouble
from stoppress.intake.errors import IntakeError
from stoppress.live.errors import LiveError
from stoppress.posts.errors import BadCopy, NotFound, Refused
from stoppress.push.errors import KeyInUse, NoSuchKey, VaultError
from stoppress.staff.signing_in import NoSuchEditor
from stoppress.wire.errors import WireError

if TYPE_CHECKING:
    from collections.abc import Iterator

CODES: tuple[tuple[tuple[type[Exception], ...], Exit], ...] = (
    ((BadCopy, IntakeError), Exit.BAD_INPUT),
    ((NotFound, NoSuchEditor, NoSuchKey), Exit.NOT_FOUND),
    ((Refused, KeyInUse), Exit.REFUSED),
    ((NotReady, LiveError, WireError, VaultError), Exit.UNAVAILABLE),
    ((ImproperlyConfigured,), Exit.USAGE),
)


@dataclass
class Outcome:
    """How the command ended."""

    code: int = Exit.FAILED


@contextmanager
def explained() -> Iterator[Outcome]:
    """Turns the rooms' named errors into a sentence and an exit code."""
    outcome = Outcome()
    try:
        yield outcome
    except (DatabaseError, InterfaceError) as error:
        outcome.code = say(database_trouble(error), Exit.UNAVAILABLE)
    except BrokenPipeError:
        raise  # whoever read our output has left: not an error of what was handed in
    except OSError as error:
        outcome.code = say(system_trouble(error), Exit.UNAVAILABLE)
    except Exception as error:
        code = _code(error)
        if code is None:
            raise
        outcome.code = say(str(error), code)


def _code(error: Exception) -> Exit | None:
    for kinds, code in CODES:
        if isinstance(error, kinds):
            return code
    return None
