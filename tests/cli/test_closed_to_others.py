"""What a newsroom keeps is not for other users of the machine."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path


def test_nothing_in_the_folder_can_be_read_by_others(tmp_path: Path) -> None:
    """Also in a folder that was made with looser modes beforehand: the database with its
    sessions and drafts, the keys and the photos are their owner's alone."""
    folder = tmp_path / "news"
    folder.mkdir(mode=0o755)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("STOPPRESS_")}
    command = [sys.executable, "-m", "stoppress.cli", "demo", "--data", str(folder)]
    subprocess.run(  # noqa: S603  our own program
        command, check=True, env=kept, umask=0o022, capture_output=True
    )
    made = [path for path in folder.rglob("*") if path.is_file()]
    assert {"newsroom.sqlite3", "secret.key"} <= {path.name for path in made}
    assert [p for p in made if stat.S_IMODE(p.stat().st_mode) & 0o077] == []
