"""A machine that lacks programs: their tests are left out, or nothing may be left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
START = 60.0  # seconds for a run that does nothing, on a busy machine


JOURNEYS = "tests/journeys/test_whole_job.py"
FRONTS = "tests/conformance/fronts/test_fronts.py"


def without_programs(
    tests: str, folder: Path, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run tests where no program is found."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "STOPPRESS_", "DJANGO_"))
    }
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", "-q", tests],
        cwd=ROOT,
        env={**kept, "PATH": str(folder), **settings},
        capture_output=True,
        text=True,
        timeout=START,
        check=False,
    )


@pytest.mark.timeout(START)
def test_without_browsers_the_journeys_are_skipped_with_one_line(tmp_path):
    """An ordinary run leaves them out and says once how to have them."""
    ran = without_programs(JOURNEYS, tmp_path)
    assert ran.returncode == 0, ran.stdout
    told = [line for line in ran.stdout.splitlines() if "apt-get install" in line]
    assert len(told) == 1
    assert "firefox-esr chromium dbus-daemon" in told[0]
    assert "2 skipped" in ran.stdout


@pytest.mark.timeout(START)
def test_where_nothing_may_be_left_out_a_missing_browser_is_a_failure(tmp_path):
    """With STOPPRESS_TEST_ALL the run fails, and says the same."""
    ran = without_programs(JOURNEYS, tmp_path, STOPPRESS_TEST_ALL="1")
    assert ran.returncode != 0
    assert "apt-get install" in ran.stderr
    assert "firefox-esr chromium dbus-daemon" in ran.stderr


@pytest.mark.timeout(START)
def test_without_proxies_the_fronts_are_skipped_with_one_line(tmp_path):
    """An ordinary run leaves them out and says once how to have them."""
    ran = without_programs(FRONTS, tmp_path)
    assert ran.returncode == 0, ran.stdout
    told = [line for line in ran.stdout.splitlines() if "apt-get install" in line]
    assert len(told) == 1
    assert told[0].endswith("caddy")
    assert "passed" not in ran.stdout


@pytest.mark.timeout(START)
def test_where_nothing_may_be_left_out_a_missing_proxy_is_a_failure(tmp_path):
    """With STOPPRESS_TEST_ALL the run fails, and says the same."""
    ran = without_programs(FRONTS, tmp_path, STOPPRESS_TEST_ALL="1")
    assert ran.returncode != 0
    assert "apt-get install" in ran.stdout + ran.stderr
