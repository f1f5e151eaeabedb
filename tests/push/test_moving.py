"""Followers move out to another system and in from one: whole, checked, and never twice."""

from __future__ import annotations

import io
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stoppress.cli import failures
from stoppress.cli import followers as command
from stoppress.cli.arguments import parser
from stoppress.lib.datafolder import DataFolder
from stoppress.posts import stories
from stoppress.posts.errors import BadCopy
from stoppress.protocols import vapid
from stoppress.push import arriving, following, leaving, muting, rekeying, vapid_key
from stoppress.push.models import Follow, Follower
from stoppress.push.rest import Rest
from tests.push.conftest import STORY, Desk
from tests.support.pushfar import PushFar
from tests.support.receivers import Receiver

NIGHT = Rest("Europe/Minsk", 22 * 60, 7 * 60, 5)


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> Path:
    """A newsroom's keys of this test's own."""
    settings.FOLDER = DataFolder(tmp_path / "data")
    settings.FOLDER.make()
    return Path(settings.FOLDER.keys)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "followers.jsonl"


def run(*words: str) -> int:
    """The command's exit code, as the shell has it."""
    with failures.explained() as outcome:
        outcome.code = command.followers(parser().parse_args(["followers", *words]))
    return outcome.code


def elsewhere(settings: Any, tmp_path: Path) -> None:
    """From here on it is another newsroom: no followers, and a key of its own."""
    Follower.objects.all().delete()
    settings.FOLDER = DataFolder(tmp_path / "other")
    settings.FOLDER.make()


def line(reader: Receiver, **more: Any) -> dict[str, Any]:
    """What another system has of a browser."""
    return {**reader.subscription, **more}


def written(file: Path, *lines: Any) -> str:
    file.write_text(
        "".join(
            f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in lines
        )
    )
    return str(file)


def test_a_newsroom_moves_with_all_its_followers(
    desk: Desk, file: Path, settings: Any, tmp_path: Path
) -> None:
    """Exported with the keys and taken in by another newsroom, each follows what they
    followed, as they chose, and the next alert arrives under the key that they know."""
    anna = desk.resting("Anna", NIGHT, STORY, "*")
    stories.open_story("ferry", "The ferry")
    muting.mute(following.subscription(anna.subscription), "/stories/ferry")
    old = vapid_key.current().id
    rekeying.rotate()
    ben = following.subscription(desk.reader("Ben", STORY).subscription)
    following.choose(ben, STORY, key_only=True)
    before = list(leaving.followers())
    assert run("export", str(file), "--with-keys") == 0
    elsewhere(settings, tmp_path)
    assert run("import", str(file)) == 0
    after = list(leaving.followers())
    for one in (*before, *after):
        del one["seen"]  # an import counts as a visit
    assert after == before
    assert [one["topic"] for one in before[0]["mutes"]] == ["/stories/ferry"]
    assert {row.vapid for row in Follower.objects.all()} >= {old}
    desk.restart()
    desk.publish(key_event=True)
    desk.settle()
    assert len(desk.far.of("Ben")) == 1
    assert {each.status for each in desk.far.requests} == {201}


def test_the_file_is_closed_to_others_and_says_that_it_is_secret(
    desk: Desk, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Mode 0600 whatever the umask, never over another file; private keys only when they
    are asked for; the command says what the file is."""
    desk.reader("Anna")
    assert run("export", str(file)) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    said = capsys.readouterr()
    assert "Secret" in said.err
    assert said.out == "Exported 1 followers.\n"
    assert "privateKey" not in file.read_text()
    assert run("export", str(file)) == 3
    assert "cannot be made" in capsys.readouterr().err
    assert run("export", "-", "--json") == 0
    said = capsys.readouterr()
    assert said.out == file.read_text()
    assert '{"followers": 1}' in said.err


def test_an_export_that_fails_leaves_no_half_file(
    desk: Desk, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A follower that does not open with this folder's key stops it, with a sentence."""
    desk.reader("Anna")
    Follower.objects.update(sealed=b"x" * 64)
    assert run("export", str(file)) == 6
    assert "vault.key" in capsys.readouterr().err
    assert not file.exists()


@pytest.mark.parametrize("form", ["pem", "web-push"])
def test_followers_of_another_system_come_in(
    desk: Desk, far: PushFar, file: Path, tmp_path: Path, form: str
) -> None:
    """The subscriptions of a pywebpush or web-push based system, with its key in a file
    of its own: they follow what the command says and are told under that key; pages go
    on offering ours."""
    ours = vapid_key.public()
    private = vapid.read_key(vapid.new_key())
    theirs = vapid.public_key(private)
    pair = {"publicKey": theirs, "privateKey": vapid.bare_key(private)}
    key = tmp_path / "their.key"
    key.write_bytes(vapid.pem(private) if form == "pem" else json.dumps(pair).encode())
    readers = [far.receiver(name, key=theirs) for name in ("Anna", "Ben")]
    name = written(file, *map(line, readers))
    assert run("import", name, "--key", str(key), "--topic", STORY) == 0
    assert set(Follow.objects.values_list("topic", flat=True)) == {STORY}
    desk.publish()
    desk.settle()
    assert (len(far.of("Anna")), len(far.of("Ben"))) == (1, 1)
    assert vapid_key.public() == ours
    kept = vapid_key.pairs()[vapid_key.id_of(theirs)].file
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_the_same_file_twice_is_once(
    desk: Desk, far: PushFar, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever is here stays as they chose here since; a line that stands twice in the
    file is one follower."""
    key = vapid_key.public()
    readers = [far.receiver(name, key=key) for name in ("Anna", "Ben")]
    lines = [line(one, applicationServerKey=key) for one in readers]
    name = written(file, *lines, lines[0])
    assert run("import", name, "--json") == 0
    first = json.loads(capsys.readouterr().out)
    assert first == {"lines": 3, "new": 2, "known": 1, "bad": 0, "keys": 0}
    anna = following.subscription(readers[0].subscription)
    following.follow(anna, STORY)
    following.unfollow(anna, "*")
    assert run("import", name, "--json") == 0
    assert json.loads(capsys.readouterr().out)["known"] == 3
    assert following.state(anna) == [STORY]
    assert (Follower.objects.count(), Follow.objects.count()) == (2, 2)


BAD: dict[str, Callable[[dict[str, Any]], Any]] = {
    "not JSON": lambda _: "nonsense",
    "no push subscription": lambda _: [],
    "longer than": lambda good: {**good, "x": "x" * arriving.LINE_AT_MOST},
    "does not send to the push service": lambda good: {
        **good,
        "endpoint": "https://evil.example/x",
    },
    "endpoint cannot be used": lambda good: {**good, "endpoint": "nonsense"},
    "keys cannot be used": lambda good: {
        **good,
        "keys": {**good["keys"], "p256dh": "B" + "A" * 86},
    },
    "not complete": lambda good: {**good, "keys": {}},
    "under which key": lambda good: {**good, "applicationServerKey": None},
    "under a key that is not here": lambda good: {
        **good,
        "applicationServerKey": "B" + "A" * 86,
    },
    "follows nothing": lambda good: {**good, "follows": [{"topic": "/stories/none"}]},
    "no list": lambda good: {**good, "follows": [{"topic": "*"}] * 101},
    "no topic": lambda good: {**good, "follows": [{"topic": 7}]},
    "no JSON object": lambda good: {**good, "follows": ["*"]},
    "no time": lambda good: {**good, "since": "2026-11-24"},
    "quarter of an hour": lambda good: {
        **good,
        "rest": {"zone": "UTC", "from": 7, "to": 9, "most": 0},
    },
    "no privateKey": lambda _: {"vapid": {"publicKey": "x"}},
    "not a private key": lambda _: {"vapid": {"privateKey": "A" * 43}},
    "does not belong": lambda _: {
        "vapid": {"publicKey": "x", "privateKey": "A" * 42 + "E"}
    },
}


@pytest.mark.parametrize("why", BAD)
def test_a_bad_line_is_named_and_the_others_come_in(
    desk: Desk, far: PushFar, file: Path, capsys: pytest.CaptureFixture[str], why: str
) -> None:
    """The line's number and what is wrong with it are said, the exit code says that
    there was one, and the good lines around it are followers."""
    key = vapid_key.public()
    a, b, c = (line(far.receiver(), applicationServerKey=key) for _ in range(3))
    name = written(file, a, BAD[why](c), "", b)
    assert run("import", name) == 3
    said = capsys.readouterr()
    assert said.err.startswith("Line 2: ")
    assert why in said.err
    assert "Followers: 2 new" in said.out
    assert Follower.objects.count() == 2


def test_a_story_that_is_closed_is_left_out_and_said(
    desk: Desk, far: PushFar, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a line that follows an open story and a closed one, the open one is taken."""
    stories.open_story("ferry", "The ferry")
    stories.close_story("ferry")
    follows = [{"topic": STORY}, {"topic": "/stories/ferry"}, {"topic": "\ud800"}]
    one = line(far.receiver(), applicationServerKey=vapid_key.public(), follows=follows)
    assert run("import", written(file, one)) == 0
    assert "Line 1: '/stories/ferry' is left out." in capsys.readouterr().err
    assert list(Follow.objects.values_list("topic", flat=True)) == [STORY]


def test_a_file_of_any_length_takes_the_same_memory(
    desk: Desk, far: PushFar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines are read as they are entered: no more than a batch is held, and each batch
    is in the database before the next is read."""
    monkeypatch.setattr(arriving, "AT_ONCE", 2)
    key = vapid_key.public()
    made = (
        json.dumps(line(far.receiver(), applicationServerKey=key)).encode() + b"\n"
        for _ in range(6)
    )

    class Endless(io.BytesIO):
        read_ahead = 0

        def readline(self, _limit: int | None = -1) -> bytes:
            self.read_ahead += 1
            assert self.read_ahead - Follower.objects.count() <= 2 + 1
            return next(made, b"")

    source = Endless()
    taken = arriving.Arriving("", "*", lambda *_: None)
    assert [totals.new for totals in taken.take(source)] == [2, 4, 6, 6]


def test_words_that_do_not_belong_together_are_refused(
    desk: Desk, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An option of the other direction, a missing file, a file that is no key: each ends
    with a sentence, and nothing is written."""
    nothing = str(tmp_path / "none")
    for words in (
        ("export", str(file), "--key", nothing),
        ("import", nothing, "--with-keys"),
        ("import", nothing),
        ("import", nothing, "--key", nothing),
        ("import", nothing, "--key", written(tmp_path / "key", "no key")),
    ):
        assert run(*words) == 3
        assert capsys.readouterr().err
    assert not file.exists()
    assert not Follower.objects.exists()
    with pytest.raises(BadCopy):
        command._key_of(nothing)
