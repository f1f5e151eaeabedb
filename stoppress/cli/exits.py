"""What each exit code of a command means; docs/commands.md has the same list."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes, so that a script can tell what happened."""

    DONE = 0
    FAILED = 1  # something that should not happen, or doctor found a fault
    USAGE = 2  # the command line or a setting is wrong
    BAD_INPUT = 3  # the text, page, picture or file that was handed in cannot be used
    NOT_FOUND = 4  # no such story, post, editor or machine
    REFUSED = 5  # the state of the post or story does not allow it
    UNAVAILABLE = 6  # the newsroom cannot be reached: folder, database, port


class WrongWords(Exception):
    """The words of the command line do not go together; the message says what would."""
