"""Makes a data folder's key when it is told to, at the same moment as others."""

from __future__ import annotations

import sys
from pathlib import Path

from stoppress.lib.datafolder import DataFolder

if __name__ == "__main__":
    folder = DataFolder(Path(sys.argv[1]))
    sys.stdout.write("ready\n")
    sys.stdin.readline()
    sys.stdout.write(folder.secret_key() + "\n")
