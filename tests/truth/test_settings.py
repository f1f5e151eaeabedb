"""The settings in the docs are the product's, and a wrong one stops the start."""

from __future__ import annotations

import os
import re
import runpy
import stat
from typing import Any

import pytest

from stoppress.cli import newsroom
from stoppress.lib.datafolder import DataFolder, DataFolderError
from stoppress.lib.env import Environment, SettingError
from stoppress.settings import FOLDER, SETTINGS
from tests.truth.documents import code_lines, coded, document, rows
from tests.truth.tree import PACKAGE, TESTS, files, named, sources, words_of

VARIABLE = re.compile(r"\bSTOPPRESS_[A-Z]+(?:_[A-Z]+)*\b")
FOR_TESTS = "STOPPRESS_TEST_"

A_FILE = str(PACKAGE / "settings.py")

# A value of the wrong shape for each setting; those for tests need their switch on.
WRONG = [
    ("DATA", A_FILE),
    ("DATABASE", "newsroom.sqlite3"),
    ("DATABASE", "mysql://host/name"),
    ("DATABASE", "postgresql://host:port/name"),
    ("URL", "live.example.org"),
    ("URL", "ftp://live.example.org"),
    ("URL", "https://live.example.org/news"),
    ("URL", "https://live.example.org?from=docs"),
    ("URL", "https://live.example.org:port"),
    ("PROXIES", "proxy.example.org"),
    ("PROXIES", "192.0.2.0/33"),
    ("HOSTS", "https://www.example.org"),
    ("HOSTS", "www.example.org/news"),
    ("METRICS_TOKEN", "too short"),
    ("LANGUAGE", "English please"),
    ("TIME_ZONE", "Europe/Atlantis"),
    ("HUB_ORIGINS", "www.example.org"),
    ("HUB_ORIGINS", "https://www.example.org/news"),
    ("HUB_PUBLISHER_KEY", "/nowhere/key.pem"),
    ("HUB_SUBSCRIBER_KEY", "/nowhere/key.pem"),
    ("CONTACT", "editor@example.org"),
    ("CONTACT", "mailto:"),
    ("PUSH_SERVICES", "https://push.example.org"),
    ("PUSH_SERVICES", "push.example.org push.example.net"),
    ("WORKER", "sw.js"),
    ("WORKER", "https://www.example.org/sw.js"),
    ("WORKER", "//www.example.org/sw.js"),
    ("WORKER_SCOPE", "follow"),
    ("PUSH_SILENT_DAYS", "7"),
    ("PUSH_SILENT_DAYS", "a year"),
    ("CANARY", "perhaps"),
    ("CANARY", "10.0.0.5:8000"),
    ("CANARY", "http://10.0.0.5:8000/canary"),
    ("ALARM_WEBHOOK", "http://hooks.example.org"),
    ("ALARM_WEBHOOK", "https://hooks.example.org/a b"),
    ("PUSH_LOOPBACK", "perhaps"),
    ("PUSH_CONNECT_TO", "push.example.org"),
    ("PUSH_CA", "/nowhere/authorities.pem"),
]
ANY_TEXT = {"NAME"}


@pytest.fixture
def start(monkeypatch, tmp_path):
    """Reads the settings as a starting program does, on an empty data folder."""

    def started(**given: str) -> dict[str, Any]:
        for name in [name for name in os.environ if name.startswith("STOPPRESS_")]:
            monkeypatch.delenv(name)
        for name, value in {"DATA": str(tmp_path / "data"), **given}.items():
            monkeypatch.setenv(f"STOPPRESS_{name}", value)
        return runpy.run_path(A_FILE)

    return started


def test_every_setting_is_in_the_docs_with_its_default():
    """docs/settings.md lists each setting, in the program's order, with its default."""
    table = rows(document("docs/settings.md"), "variable")
    assert [coded(row[0])[0] for row in table] == [one.variable for one in SETTINGS]
    for setting, (_variable, default, meaning) in zip(SETTINGS, table, strict=True):
        # A default in words is one that is worked out: see the next test.
        in_words = re.sub(r"`[^`]*`|[, ]", "", default)
        written = "" if in_words else ",".join(coded(default))
        assert written == setting.default, setting.variable
        assert meaning, setting.variable


def test_defaults_given_in_words_are_what_a_bare_start_works_out(start, tmp_path):
    """Unset, the database is SQLite in the data folder, and alerts have a contact."""
    bare, secure = start(), start(URL="https://live.example.org")
    database = bare["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == str(tmp_path / "data" / "newsroom.sqlite3")
    assert bare["PUSH_CONTACT"] == "mailto:editor@localhost"
    assert secure["PUSH_CONTACT"] == "https://live.example.org"


def test_without_a_public_address_it_is_where_the_server_listens(start, tmp_path):
    """Unset, STOPPRESS_URL is the address that the running server noted."""
    folder = DataFolder(tmp_path / "data")
    folder.make()
    folder.serve_at("http://localhost:8123")
    assert start()["SITE_URL"] == "http://localhost:8123"


def test_every_variable_that_is_named_anywhere_exists():
    """No doc, message or script names a STOPPRESS_* that the product does not read."""
    known = {setting.variable for setting in SETTINGS}
    for file in sources(TESTS):
        names = VARIABLE.findall(words_of(file))
        known |= {name for name in names if name.startswith(FOR_TESTS)}
    unknown = {
        f"{named(file)}: {name}"
        for file in files()
        if not file.is_relative_to(TESTS)  # where wrong names are tried on purpose
        for name in set(VARIABLE.findall(words_of(file))) - known
    }
    assert unknown == set()


def test_every_setting_has_a_wrong_value_here():
    """A new setting cannot come without a test that its wrong value is refused."""
    assert {name for name, _ in WRONG} | ANY_TEXT == {one.name for one in SETTINGS}


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_stops_the_start_and_is_named(start, name, value):
    """The start ends with a sentence that names the setting."""
    switch = {"PUSH_LOOPBACK": "yes"} if name.startswith("PUSH_C") else {}
    with pytest.raises(
        (SettingError, DataFolderError), match=rf"STOPPRESS_{name}\b.*[.]$"
    ):
        start(**{**switch, name: value})


def test_a_worker_cannot_be_registered_above_itself(start):
    """A scope that browsers would refuse stops the start, and is named."""
    assert (
        start(WORKER="/app/worker.js", WORKER_SCOPE="/app/")["WORKER_SCOPE"] == "/app/"
    )
    with pytest.raises(SettingError, match=r"STOPPRESS_WORKER_SCOPE\b.*[.]$"):
        start(WORKER="/app/worker.js")


@pytest.mark.parametrize("name", ["PUSH_CONNECT_TO", "PUSH_CA"])
def test_settings_for_tests_need_their_switch(start, name):
    """What weakens push is refused unless the switch for tests is on."""
    with pytest.raises(SettingError, match=f"STOPPRESS_PUSH_LOOPBACK|STOPPRESS_{name}"):
        start(**{name: A_FILE})


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_slip_in_a_name_stops_the_start_and_is_put_right(setting):
    """A variable with a letter missing is refused; the message gives the right name."""
    slip = setting.variable[:-1]
    with pytest.raises(SettingError, match=rf"^{slip} .*{setting.variable}\?$"):
        Environment({slip: "x"}, SETTINGS)


def test_a_name_like_no_setting_stops_the_start():
    """A STOPPRESS_* that resembles nothing is refused by its name."""
    name = "STOPPRESS_" + "QQQ"
    with pytest.raises(
        SettingError, match=rf"^{name} is not a setting of Stop Press\.$"
    ):
        Environment({name: "x"}, SETTINGS)


def test_variables_of_others_are_left_alone():
    """What does not begin with STOPPRESS_ is nobody's slip."""
    assert Environment({"STOPPRESSED": "1"}, SETTINGS).text("NAME") == "Stop Press"


@pytest.mark.django_db
def test_the_keys_that_the_docs_name_are_made_and_closed_to_others():
    """The first start makes each key of docs/settings.md, readable by its owner alone."""
    newsroom.prepare()
    written = {
        line.split()[0].removeprefix("DATA/keys/")
        for line in code_lines(document("docs/settings.md"))
        if line.startswith("DATA/keys/")
    }
    made = {path.name: path.stat() for path in FOLDER.keys.iterdir()}
    assert made.keys() == written
    assert {stat.S_IMODE(key.st_mode) for key in made.values()} == {0o600}


def test_a_careless_umask_does_not_open_the_newsroom(tmp_path):
    """Folders and keys are closed to others even where new files are open to all."""
    folder = DataFolder(tmp_path / "data")
    before = os.umask(0)
    try:
        folder.secret_key()
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in folder.root.rglob("*")}
    assert modes.pop(folder.keys / "secret.key") == 0o600
    assert {*modes.values(), stat.S_IMODE(folder.root.stat().st_mode)} == {0o700}
