"""uvicorn's private parts that the hub's door stands on: told apart from our own mistakes.

Everything else in this folder tests what the door does. When uvicorn changes, this says so
first, so that nobody looks for the mistake in the hub.
"""

from __future__ import annotations

import hashlib
import inspect

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import (
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import Server, ServerState

from stoppress.live.takeover import HubProtocol

READ_THE_DIFFERENCE = (
    "uvicorn has changed where stoppress/live/takeover.py and server.py stand on it. Read "
    "what is different, run the tests of this folder, then write the new digest here."
)

DIGESTS = {
    HttpToolsProtocol: "18fdf324b11bf160",
    RequestResponseCycle: "e67d470d435dcc1c",
    Server: "06e799f7c58f8be6",
}


@pytest.mark.parametrize("part", DIGESTS, ids=lambda part: part.__name__)
def test_unchanged(part):
    """What we override and read in uvicorn is what it was when we wrote this."""
    found = hashlib.sha256(inspect.getsource(part).encode()).hexdigest()[:16]
    assert found == DIGESTS[part], READ_THE_DIFFERENCE


def test_version():
    """The minor version is the one that the door was built for."""
    assert uvicorn.__version__.startswith("0.54."), READ_THE_DIFFERENCE


@pytest.mark.parametrize(
    "name",
    [
        "on_headers_complete",
        "on_body",
        "on_message_complete",
        "_should_upgrade",
        "data_received",
        "on_response_complete",
        "resume_writing",
        "connection_lost",
    ],
)
def test_overridden(name):
    """Each method that the door overrides is one that uvicorn has, and calls."""
    assert name in vars(HubProtocol)
    assert name in vars(HttpToolsProtocol)


@pytest.mark.parametrize(
    "name",
    [
        "self.app",
        "self.cycle",
        "self.headers",
        "self.loop",
        "self.parser",
        "self.scheme",
        "self.server_state",
        "self.transport",
        "self.url",
        "def _unset_keepalive_if_required(self)",
        "self.connections.discard(self)",
        "app = self.app",
        "on_response=self.on_response_complete",
    ],
)
def test_relied_on(name):
    """Each private name that the door uses is still used by uvicorn in this way."""
    assert name in inspect.getsource(HttpToolsProtocol), READ_THE_DIFFERENCE


def test_relied_on_elsewhere():
    """So it is with the server's and the cycle's."""
    assert "self.response_complete = False" in inspect.getsource(RequestResponseCycle)
    assert "self._captured_signals" in inspect.getsource(Server)
    assert "default_headers" in inspect.getsource(ServerState)
