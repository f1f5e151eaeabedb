"""The product's own settings, on a data folder of this test run.

STOPPRESS_TEST_DATABASE names a PostgreSQL database address to run on instead of SQLite.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="stoppress-test-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith("STOPPRESS_")]:
    if not _name.startswith("STOPPRESS_TEST_"):
        del os.environ[_name]
_tests = {
    n: os.environ.pop(n) for n in list(os.environ) if n.startswith("STOPPRESS_TEST_")
}
os.environ |= {
    "STOPPRESS_DATA": str(_folder),
    "STOPPRESS_DATABASE": _tests.get("STOPPRESS_TEST_DATABASE", ""),
    "STOPPRESS_URL": "http://testserver",
    "STOPPRESS_PUSH_LOOPBACK": "yes",
}

from stoppress.settings import *  # noqa: E402, F403
from stoppress.settings import DATABASES, FOLDER  # noqa: E402

os.environ |= _tests
FOLDER.make()
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: other threads and processes must see it, as in a newsroom.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
