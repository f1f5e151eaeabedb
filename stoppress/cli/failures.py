"""Errors as an operator reads them: one sentence and an exit code, never a traceback
for what is not our own fault."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError

from stoppress.cli import say
from stoppress.cli.exits import Exit, WrongWords
from stoppress.cli.newsroom import NotReady
from stoppress.cli.troubles import database_trouble, system_trouble
from stoppress.intake import errors as intake
from stoppress.live.errors import LiveError
from stoppress.posts.errors import BadCopy, BadSlug, NotFound, Refused
from stoppress.push.errors import KeyInUse, NoSuchKey, VaultError
from stoppress.staff.machines import BadMachineName, MachineTaken, NoSuchMachine
from stoppress.staff.signing_in import NoSuchEditor
from stoppress.wire.errors import WireError

if TYPE_CHECKING:
    from collections.abc import Iterator

# What an option was given cannot be that.
WRONG_OPTION = (
    BadSlug,
    BadMachineName,
    intake.NotADateError,
    intake.AmbiguousDateError,
    intake.FutureDateError,
    intake.StoryNeededError,
    intake.BadStorySlugError,
)

# The first that fits counts.
CODES: tuple[tuple[tuple[type[Exception], ...], Exit], ...] = (
    ((WrongWords, ImproperlyConfigured, *WRONG_OPTION), Exit.USAGE),
    ((BadCopy, intake.IntakeError), Exit.BAD_INPUT),
    ((NotFound, NoSuchEditor, NoSuchMachine, NoSuchKey), Exit.NOT_FOUND),
    ((Refused, MachineTaken, KeyInUse), Exit.REFUSED),
    ((NotReady, LiveError, WireError, VaultError), Exit.UNAVAILABLE),
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
