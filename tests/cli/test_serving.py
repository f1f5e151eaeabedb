"""What a server says as it goes on the air."""

from __future__ import annotations

import pytest

from stoppress import cli
from stoppress.cli import serving
from stoppress.cli.arguments import parser
from stoppress.lib import shapes

OTHERS = "Other machines get the answer 400"


def welcomed(capsys: pytest.CaptureFixture[str], host: str) -> str:
    given = parser().parse_args(["serve", "--host", host, "--port", "8123"])
    serving._welcome(given, None)
    return capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104
def test_who_listens_to_other_machines_is_told_to_name_itself(settings, capsys, host):
    """A server that listens everywhere and answers to no name but localhost says which
    settings let others in; with a name it says nothing."""
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    said = welcomed(capsys, host)
    assert OTHERS in said
    assert "STOPPRESS_URL=http://name-or-address:8123" in said
    assert "STOPPRESS_HOSTS" in said
    settings.ALLOWED_HOSTS = ["desk.example.org", *settings.ALLOWED_HOSTS]
    assert OTHERS not in welcomed(capsys, host)


def test_who_listens_to_this_machine_alone_is_told_nothing_of_others(settings, capsys):
    """The usual start has no word about other machines."""
    settings.ALLOWED_HOSTS = ["localhost"]
    assert OTHERS not in welcomed(capsys, "127.0.0.1")


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
    assert cli._address(host, 80) == address
    assert shapes.SITE.fullmatch(address)
