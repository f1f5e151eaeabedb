"""What a command prints: a line for people, or one JSON object for programs."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stoppress.cli.exits import Exit
from stoppress.settings import FOLDER

if TYPE_CHECKING:
    from stoppress.posts.publishing import Posted


NAME = "stoppress"


def tell(line: str) -> None:
    """Prints one line on standard output, at once: it may be read by another program."""
    print(line, flush=True)  # noqa: T201


def note(line: str) -> None:
    """Prints one line on standard error: for the person, never part of the result."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def as_typed(*words: str) -> str:
    """A command on this newsroom that can be typed as it stands: by the name that this
    program was called by, with the folder."""
    return shlex.join([_called(), *words, "--data", str(FOLDER.root)])


def tell_json(value: Any) -> None:
    """Prints one JSON object on one line."""
    tell(json.dumps(value, ensure_ascii=False))


def tell_posted(verb: str, posted: Posted, *, as_json: bool, **more: Any) -> int:
    """Tells what was done to a post. Returns the exit code of success."""
    if as_json:
        tell_json({"id": posted.post_id, "url": posted.url, "seq": posted.seq, **more})
    elif posted.seq is None:
        tell(f"Draft {posted.post_id} kept: {posted.url}")
    else:
        tell(f"{verb} post {posted.post_id}: {posted.url} (wire {posted.seq})")
    return Exit.DONE


def _called() -> str:
    """`stoppress` where the shell finds this one under that name, else its path."""
    typed = sys.argv[0]
    found = shutil.which(NAME)
    if Path(typed).name != NAME or (found and Path(found).samefile(typed)):
        return NAME
    return typed
