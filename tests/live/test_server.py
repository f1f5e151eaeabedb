"""Starting and stopping: in a thread, and as a process that is told to go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from stoppress.live import server
from stoppress.live.errors import WireUnreadable
from tests.live.paper import STORY
from tests.live.reader import Connection, Reader
from tests.live.stand import Stand
from tests.live.standalone import COMMAND
from tests.support.closing import Closing

ROOT = Path(__file__).resolve().parents[2]


def test_pages_are_finished():
    """A server that is told to stop lets its readers go at once, finishes the page that
    is being made, and then ends."""
    with Stand() as stand:
        reader = stand.reader()
        page = stand.connection()
        page.send(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
        assert stand.site.waiting.wait(10)
        stand.server.should_exit = True
        assert reader.until_ended().retry
        assert stand._thread.is_alive()
        stand.site.gate.set()
        assert page.answer()[2] == b"GET /wait"
        stand._thread.join(10)
        assert not stand._thread.is_alive()


def test_reader_on_an_old_connection_while_stopping():
    """A stream that is asked for on an open connection after the hub has closed is not
    answered, so that the reader asks again."""
    with Stand() as stand:
        page = stand.connection()
        page.send(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
        assert stand.site.waiting.wait(10)
        page.send(b"GET /.well-known/mercure?topic=* HTTP/1.1\r\nHost: x\r\n\r\n")
        first = stand.reader()
        stand.server.should_exit = True
        first.until_ended()
        stand.site.gate.set()
        assert page.answer()[0] == 200
        assert page.is_closed()


def test_wire_that_cannot_be_read():
    """A server whose wire cannot be read does not start, and leaves nothing running."""
    before = set(threading.enumerate())
    stand = Stand()
    stand.wire.trouble = WireUnreadable("the paper is torn")
    with pytest.raises(WireUnreadable):
        stand.start()
    stand._thread.join(10)
    assert set(threading.enumerate()) <= before


def test_heartbeat(stand, monkeypatch):
    """A quiet stream is told the place on the wire from time to time, so that the reader
    of a quiet story does not fall behind on the others'."""
    quiet = stand.reader("/stories/quiet")
    assert quiet.until_at(0).events == []
    seq = stand.wire.append("elsewhere", "/stories/loud")
    stand.until_given_out(seq)
    stand.on_loop(stand.live._beat)
    assert [event.type for event in quiet.until_at(seq).events] == ["beat"]


class Process(Closing):
    """`serve` in a process of its own, with the real wire; see standalone.py."""

    def __init__(self, data: Path, port: int = 0) -> None:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("STOPPRESS_", "DJANGO_", "PYTEST_"))
        }
        self.process = subprocess.Popen(  # noqa: S603  our own command
            [sys.executable, "-W", "error", "-c", COMMAND, str(port)],
            cwd=ROOT,
            env={
                **environment,
                "STOPPRESS_DATA": str(data),
                "DJANGO_SETTINGS_MODULE": "stoppress.settings",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._said().removeprefix("ready "))

    def append(self, text: str) -> int:
        """Has it put an entry on the wire."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()
        return int(self._said().removeprefix("on the wire "))

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Sends the signal; its exit code and what it said last."""
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=20)
        return self.process.returncode, said

    def _said(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        assert line, "the process ended"
        return line

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate(timeout=20)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A newsroom's folder; the database in it is made once."""
    return tmp_path_factory.mktemp("newsroom")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop(data, number):
    """A server that is told to stop gives out what is on the wire, tells its readers when
    to come back, and gives control back to whoever called it."""
    with Process(data) as server, Reader(server.port) as reader:
        seq = server.append("last words")
        code, said = server.end(number)
        assert reader.until_ended().seqs == [seq]
        assert (code, said) == (0, "put away\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_restart(data, number):
    """Over a restart, and over a killed server, a reader that comes back with its id has
    each entry once, and a page drawn before it goes on where it was."""
    with Process(data) as server:
        drawn_at = server.append("before")
        reader = Reader(server.port, STORY, last=drawn_at)
        seqs = [server.append("one"), server.append("two")]
        assert reader.until_seq(seqs[-1]).seqs == seqs
        server.end(number)
        reader.until_ended()
        port = server.port
    with Process(data, port) as server:
        seqs.append(server.append("three"))
        with (
            Reader(port, STORY, last=drawn_at, header=reader.last_event_id) as back,
            Reader(port, "*", last=drawn_at) as page,
        ):
            seqs.append(server.append("four"))
            assert reader.seqs + back.until_seq(seqs[-1]).seqs == seqs
            assert page.until_seq(seqs[-1]).seqs == seqs
        reader.close()
        with Connection(port) as visitor:
            visitor.send(b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
            assert visitor.answer()[2] == b"GET /page"
        server.end(signal.SIGTERM)


def test_leaving(monkeypatch):
    """A server whose place is taken lets its readers go over a time; who asks it for a
    stream meanwhile is not answered, and asks the other one."""
    monkeypatch.setattr(server, "LEAVE_OVER", 0.4)
    with Stand() as stand:
        page = stand.connection()
        page.send(b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
        assert page.answer()[0] == 200
        readers = [stand.reader() for _ in range(8)]
        stand.server.leave()
        readers[0].until_ended()
        page.send(b"GET /.well-known/mercure?topic=* HTTP/1.1\r\nHost: x\r\n\r\n")
        assert page.is_closed()
        assert all(reader.until_ended().retry for reader in readers)
        stand._thread.join(10)
        assert not stand._thread.is_alive()
