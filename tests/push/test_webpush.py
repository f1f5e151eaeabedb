"""Web Push as a library: what docs/webpush.md promises to other programs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stoppress.push.webpush import (
    LEFT_ALONE,
    UNUSABLE,
    Answer,
    Message,
    Outcome,
    Sender,
    Ways,
    agree,
    new_key,
    public_key,
    read_key,
    receiver,
)
from tests.support.pushfar import GONE, PushFar, busy
from tests.support.receivers import HEADER, POINT, Receiver

PAGE = Path(__file__).parents[2] / "docs" / "webpush.md"
KEY = read_key(new_key())
CONTACT = "mailto:you@newsroom.example"


def message(reader: Receiver, text: bytes = b"{}") -> Message:
    keys = reader.subscription["keys"]
    return Message(reader.endpoint, keys["p256dh"], keys["auth"], text, topic="t")


def send(*messages: Message) -> dict[str, Answer]:
    with Sender(KEY, CONTACT, Ways(loopback=True)) as sender:
        return {one.endpoint: answer for one, answer in sender.send(messages)}


def test_the_pages_example_works(
    far: PushFar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """The example, as it stands in docs/webpush.md, tells those who are there and names
    those who are gone; only this machine must be allowed, which no example should do."""
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL))
    monkeypatch.chdir(tmp_path)
    code = code.replace('.example")', '.example", Ways(loopback=True))')
    assert "loopback" in code
    here, gone = far.receiver("here"), far.receiver("gone")
    far.always(GONE, to="gone")
    names = {"subscriptions": [here.subscription, gone.subscription], "Ways": Ways}
    exec(code, names)  # noqa: S102
    assert [each.receiver for each in far.deliveries] == ["here"]
    said = capsys.readouterr().out
    assert f"forget {gone.endpoint}" in said
    key = read_key((tmp_path / "vapid.pem").read_bytes())
    assert public_key(key) in said
    assert (tmp_path / "vapid.pem").stat().st_mode & 0o077 == 0


def test_nothing_of_django_is_loaded(tmp_path: Path) -> None:
    """A program that uses the library loads no Django, and needs no settings."""
    code = (
        "import sys, stoppress.push.webpush;"
        "print([name for name in sys.modules if name.startswith('django')])"
    )
    env = {"PATH": os.environ["PATH"]}
    ran = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", code],
        env=env,
        cwd=PAGE.parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "[]"


def test_material_made_before_is_what_is_sent_with(far: PushFar) -> None:
    """A message that brings its keying material goes out under its public key."""
    reader = far.receiver("a")
    keys = reader.subscription["keys"]
    known = receiver(keys["p256dh"], keys["auth"])
    made = agree(known.p256dh, known.auth)
    one = message(reader)
    prepared = Message(one.endpoint, one.p256dh, one.auth, b"{}", material=made)
    assert send(prepared)[one.endpoint].outcome is Outcome.DELIVERED
    [body] = far._keys.values()
    assert body[HEADER : HEADER + POINT] == made.public


def test_a_pause_is_for_all_of_a_service_and_for_no_other(far: PushFar) -> None:
    """Once a service asks for a pause, what is left for it is not sent and says so; each
    message has one answer, and another service has all of its own."""
    with PushFar() as other:
        far.always(busy(60))
        there = [message(far.receiver()) for _ in range(50)]
        here = [message(other.receiver()) for _ in range(50)]
        answers = send(*there, *here)
    assert len(answers) == 100
    assert len(far.requests) < 50
    assert [answers[one.endpoint] for one in there].count(LEFT_ALONE) >= 46
    assert {answers[one.endpoint].outcome for one in here} == {Outcome.DELIVERED}


def test_what_cannot_be_sent_is_answered_too(far: PushFar) -> None:
    """An address that is none, keys that are none, and a text that is too long are
    refused one by one, and what is good beside them goes."""
    good = far.receiver("good")
    bad = [
        Message("no address", "", "", b""),
        Message(f"{far.origin}/keys", "AAAA", "AAAA", b""),
        message(far.receiver("long"), b"x" * 4096),
    ]
    answers = send(*bad, message(good))
    assert [answers[one.endpoint] for one in bad] == [UNUSABLE] * 3
    assert answers[good.endpoint].outcome is Outcome.DELIVERED
    assert len(far.requests) == 1
