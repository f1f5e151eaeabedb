"""The throw-away PostgreSQL."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.support import postgres

PROBE = """
import os, sys
import psycopg
url = os.environ["STOPPRESS_TEST_DATABASE"]
with psycopg.connect(url) as connection:
    (folder,) = connection.execute("SHOW data_directory").fetchone()
with open(sys.argv[1], "w") as file:
    file.write(folder)
raise SystemExit(7)
"""


def test_a_command_runs_beside_a_cluster_that_is_gone_afterwards(tmp_path):
    """The command finds a database that answers; its exit code comes back; nothing of
    the cluster is left."""
    told = tmp_path / "told"
    assert postgres.main([sys.executable, "-c", PROBE, str(told)]) == 7
    folder = Path(told.read_text())
    assert folder.name == "cluster"
    assert not folder.parent.exists()


def test_without_a_command_it_says_how_it_is_used(capsys):
    """Nothing to run is an error of usage."""
    assert postgres.main([]) == 2
    assert postgres.USAGE in capsys.readouterr().err


@pytest.mark.parametrize(("everything", "code"), [("", 0), ("1", 127)])
def test_what_is_missing_is_named(monkeypatch, capsys, everything, code):
    """Where there is no PostgreSQL the command is not run and what brings it is told in
    one line; that is a failure where nothing may be left out."""
    monkeypatch.setattr(postgres, "programs", lambda: None)
    monkeypatch.setenv("STOPPRESS_TEST_ALL", everything)
    assert postgres.missing() == ["postgresql"]
    assert postgres.main(["false"]) == code
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert "apt-get install postgresql" in told[0]


def test_the_newest_is_taken(monkeypatch, tmp_path):
    """Of several versions the highest number is used, also past nine."""
    for version in ("9", "15", "16"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()
    monkeypatch.setattr(postgres, "DEBIAN", tmp_path)
    assert postgres.programs() == tmp_path / "16" / "bin"


@pytest.fixture(autouse=True)
def _signals_as_they_were():
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)
