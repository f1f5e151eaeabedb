"""What the database or the system says when it fails, with what an operator can do."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from django.db import connection

from stoppress.lib.databases import PATIENCE
from stoppress.settings import FOLDER

if TYPE_CHECKING:
    from django.db import DatabaseError, InterfaceError

NO_ROOM = "Make room on the disk and do it again."
NOT_OURS = "Run the command as the user whom the newsroom belongs to."
READ_ONLY = f"{NOT_OURS[:-1]}, on a disk that is not read-only."

# What SQLite says (the texts of its result codes), and what is to be done.
SQLITE = {
    "database is locked": (
        f"Another program has been writing for more than {PATIENCE} seconds, perhaps a "
        "backup. Nothing was changed: wait until it is done and do it again."
    ),
    "readonly database": READ_ONLY,
    "unable to open database file": NOT_OURS,
    "disk is full": NO_ROOM,
    "disk I/O error": NO_ROOM,
    "malformed": "It is damaged: stop the server and restore the folder from a backup.",
    "not a database": "Restore the folder from a backup.",
}
# What PostgreSQL's driver says, likewise.
POSTGRESQL = {
    "connection": "See whether it runs and whether STOPPRESS_DATABASE is its address.",
    "does not exist": "See whether STOPPRESS_DATABASE is its address.",
}

SYSTEM = {
    errno.ENOSPC: NO_ROOM,
    errno.EDQUOT: NO_ROOM,
    errno.EACCES: NOT_OURS,
    errno.EPERM: NOT_OURS,
    errno.EROFS: "Mount its disk for writing, or name another folder with --data.",
}


def database_trouble(error: DatabaseError | InterfaceError) -> str:
    """One line: the database's own words, and the way out where it is known."""
    words = " ".join(str(error).split()).rstrip(".")
    known = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    found = [advice for sign, advice in known.items() if sign in words]
    name = connection.settings_dict["NAME"]
    return " ".join([f"The database {name} cannot be used: {words}.", *found[:1]])


def system_trouble(error: OSError) -> str:
    """One line: what the system refused, of which file, and the way out."""
    what = error.filename or FOLDER.root
    words = error.strerror or str(error)
    return " ".join(
        [f"{what}: {words}.", *filter(None, [SYSTEM.get(error.errno or 0)])]
    )
