"""The address of a server, as it is told and as others may call it."""

from __future__ import annotations

import os

import pytest

from stoppress import cli
from stoppress.cli.arguments import parser
from stoppress.lib import shapes
from stoppress.settings import FOLDER
from tests.support.newsroom import Newsroom

OTHERS = "Other machines get the answer 400"


@pytest.fixture
def told(monkeypatch, capsys):
    """What a server that listens at this host says before it starts."""

    def told(host: str, **given: str) -> str:
        monkeypatch.setenv("STOPPRESS_URL", given.get("URL", ""))
        monkeypatch.setenv("STOPPRESS_HOSTS", given.get("HOSTS", ""))
        monkeypatch.setenv("STOPPRESS_DATA", str(FOLDER.root))
        words = ["serve", "--host", host, "--port", "8123"]
        cli._settle(parser().parse_args(words))
        said = capsys.readouterr()
        assert said.out == ""
        return str(said.err)

    before = os.umask(0)
    os.umask(before)
    yield told
    os.umask(before)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104
def test_who_listens_to_other_machines_is_told_to_name_itself(told, host):
    """A server that listens everywhere and answers to no name but localhost says which
    settings let others in; with a name it says nothing."""
    said = told(host)
    assert OTHERS in said
    assert "STOPPRESS_URL=http://name-or-address:8123" in said
    assert "STOPPRESS_HOSTS" in said
    assert told(host, URL="http://desk.example.org:8123") == ""
    assert told(host, HOSTS="desk.example.org") == ""


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.7"])
def test_who_listens_at_one_address_is_told_nothing_of_others(told, host):
    """Such a server answers to the address that it listens at."""
    assert told(host) == ""


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://localhost:80"),
        ("::", "http://localhost:80"),
        ("192.0.2.7", "http://192.0.2.7:80"),
        ("2001:db8::7", "http://[2001:db8::7]:80"),
    ],
)
def test_the_address_can_be_opened_as_it_is_printed(host, address):
    """The address of a server is one that a browser and the settings take."""
    assert cli.nearby(host, 80) == address
    assert shapes.SITE.fullmatch(address)


def test_a_second_server_on_one_folder_says_what_it_takes_over(tmp_path):
    """Commands ask the server that started last: it says so while another answers, and
    says nothing of one that has ended."""
    said = "Another server of this newsroom answers at"
    with Newsroom(tmp_path / "data") as first:
        assert said not in first.log
        with Newsroom(first.data) as second:
            assert f"{said} {first.url}." in second.log
    with Newsroom(first.data) as third:
        assert third.log.count(said) == 1  # all three write into one log
