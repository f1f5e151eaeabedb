"""A new key beside the old: nobody is lost, and each is told under their own."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from stoppress.cli import doctor
from stoppress.lib.datafolder import DataFolder
from stoppress.push import following, rekeying, vapid_key
from stoppress.push.errors import KeyInUse, NoSuchKey
from stoppress.push.models import Follower
from stoppress.push.refusals import UNTELLABLE
from stoppress.wire import reading
from tests.push.conftest import Desk
from tests.support.pushfar import Answer, PushFar
from tests.support.receivers import Receiver


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> Path:
    """A newsroom's keys of this test's own."""
    settings.FOLDER = DataFolder(tmp_path / "data")
    settings.FOLDER.make()
    return Path(settings.FOLDER.keys)


def ask(client: Client, what: str, **body: Any) -> Any:
    path = f"/followers{what and '/' + what}"
    return client.post(path, json.dumps(body), content_type="application/json")


def said(reader: Receiver) -> dict[str, Any]:
    """What the page says of this browser: its subscription, and the key it is under."""
    return {**reader.subscription, "applicationServerKey": reader.key}


def test_each_is_told_under_their_own_key(desk: Desk) -> None:
    """A tail that has sent already takes up a new key as it is made: old followers and
    new ones have the next alert, each signed with the key that they subscribed with."""
    desk.reader("Anna")
    desk.publish("First.")
    desk.settle()
    old, new = vapid_key.current(), rekeying.rotate()
    desk.reader("Ben")
    desk.publish("Second.")
    desk.settle()
    assert (len(desk.far.of("Anna")), len(desk.far.of("Ben"))) == (2, 1)
    assert {each.status for each in desk.far.requests} == {201}
    counts = [(each.id, each.followers) for each in rekeying.holdings()]
    assert counts == [(new.id, 1), (old.id, 1)]


def test_both_keys_outlive_a_restart(desk: Desk) -> None:
    """A process that starts after the change knows both keys."""
    desk.reader("Anna")
    rekeying.rotate()
    vapid_key._read.cache_clear()
    desk.restart()
    desk.publish()
    desk.settle()
    assert len(desk.far.of("Anna")) == 1


def test_a_new_key_is_said_on_the_wire_and_in_the_page(
    client: Client, desk: Desk
) -> None:
    """Pages are kept until the wire moves on: it does, and they carry the new key."""
    head = reading.head()
    made = rekeying.rotate()
    assert reading.head() == head + 1
    page = client.get("/follow").content.decode()
    assert re.findall(r'stoppress-push-key" content="([^"]+)"', page) == [made.public]


def test_a_browser_that_takes_up_the_new_key_is_the_same_follower(
    client: Client, desk: Desk, far: PushFar
) -> None:
    """It moves with the key that it says it is under, and follows what it followed."""
    before = desk.reader("Anna", "/stories/bridge", "*")
    [follower] = Follower.objects.all()
    made = rekeying.rotate()
    again = far.receiver("Anna again", key=made.public)
    answer = ask(client, "move", old=before.endpoint, subscription=said(again))
    assert answer.json()["follows"] == ["/stories/bridge", "*"]
    [moved] = Follower.objects.all()
    assert (moved.pk, moved.vapid) == (follower.pk, made.id)
    desk.publish()
    desk.settle()
    assert (far.of("Anna"), len(far.of("Anna again"))) == ([], 1)


def test_a_page_from_before_may_still_subscribe(client: Client, desk: Desk) -> None:
    """A page that was open during the change subscribes under the old key, says so, and
    its reader is told under it."""
    old = vapid_key.public()
    rekeying.rotate()
    late = desk.far.receiver("Late", key=old)
    assert ask(client, "", subscription=said(late), topic="*").status_code == 201
    desk.publish()
    desk.settle()
    assert len(desk.far.of("Late")) == 1


def test_a_wrong_note_of_the_key_is_put_right_on_a_visit(
    client: Client, desk: Desk
) -> None:
    """Where the books have another key than the browser's own, the browser is believed."""
    made = rekeying.rotate()
    reader = desk.reader("Anna")
    Follower.objects.update(vapid="00000000")
    ask(client, "state", subscription=said(reader))
    assert Follower.objects.get().vapid == made.id


@pytest.mark.parametrize("key", ["", "A" * 87, "B" * 10, 7, "B" + "é" * 86])
def test_a_key_that_is_none_is_refused(client: Client, desk: Desk, key: Any) -> None:
    """What is no public key is not taken for one."""
    sub = {**desk.far.receiver("x").subscription, "applicationServerKey": key}
    assert ask(client, "", subscription=sub, topic="*").status_code == 400
    assert not Follower.objects.exists()


def test_a_strangers_key_is_refused(client: Client, desk: Desk) -> None:
    """Who is under a key that is none of ours could not be told, and is not kept."""
    stranger = desk.far.receiver("x", key="B" + "A" * 86)
    answer = ask(client, "", subscription=said(stranger), topic="*")
    assert (answer.status_code, "Load it again" in answer.json()["error"]) == (
        409,
        True,
    )
    assert not Follower.objects.exists()


def test_an_old_key_ends_only_when_nobody_is_under_it(
    client: Client, desk: Desk
) -> None:
    """It is kept as long as a follower needs it; the one that is offered cannot end, and
    one that never was is named."""
    reader = desk.reader("Anna")
    old = vapid_key.current()
    with pytest.raises(KeyInUse, match="rotate"):
        rekeying.retire(old.id, let_go=True)
    assert Follower.objects.count() == 1
    rekeying.rotate()
    with pytest.raises(KeyInUse, match="1 followers"):
        rekeying.retire(old.id)
    with pytest.raises(NoSuchKey):
        rekeying.retire("00000000")
    following.unfollow(following.subscription(reader.subscription), "*")
    assert rekeying.retire(old.id) == 0
    assert list(vapid_key.pairs()) == [vapid_key.current().id]
    assert ask(client, "", subscription=said(reader), topic="*").status_code == 409


def test_a_key_that_got_out_ends_at_once(desk: Desk, keys: Path) -> None:
    """Asked to let its followers go, the old key ends with them and nobody else."""
    desk.reader("Anna")
    old, new = vapid_key.current(), rekeying.rotate()
    desk.reader("Ben")
    assert rekeying.retire(old.id, let_go=True) == 1
    assert [row.vapid for row in Follower.objects.all()] == [new.id]
    assert [each.name for each in keys.glob("*.pem")] == ["vapid.pem"]
    desk.publish()
    desk.settle()
    assert (len(desk.far.requests), len(desk.far.of("Ben"))) == (1, 1)


def test_every_key_is_closed_to_others(keys: Path) -> None:
    """Two changes leave three keys, each readable by its owner alone, and no draft."""
    for _ in range(2):
        rekeying_without_wire()
    assert len(vapid_key.pairs()) == 3
    found = list(keys.iterdir())
    assert len(found) == 3
    assert {stat.S_IMODE(each.stat().st_mode) for each in found} == {0o600}


def rekeying_without_wire() -> None:
    vapid_key.renew()


def test_a_lost_key_is_said_and_costs_its_own_followers_alone(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """A key file that is missing or damaged: its followers stay, are not told, and the log
    and `doctor` say why; all others are told."""
    desk.reader("Anna")
    old = vapid_key.current()
    rekeying.rotate()
    desk.reader("Ben")
    kept = next(p.file for p in vapid_key.pairs().values() if p.id == old.id)
    kept.unlink()
    for _ in range(UNTELLABLE + 1):
        desk.publish()
        desk.settle()
    assert Follower.objects.count() == 2
    assert (len(desk.far.of("Anna")), len(desk.far.of("Ben"))) == (0, UNTELLABLE + 1)
    said = [r for r in caplog.records if "cannot be told" in r.getMessage()]
    assert len(said) == 1
    found = {each.what: each for each in doctor._push_keys()}
    assert found[f"push key {old.id}"].state == "bad"
    kept.write_text("damaged")
    desk.publish()
    desk.settle()
    assert len(desk.far.of("Ben")) == UNTELLABLE + 2


def test_nobody_is_removed_for_a_key_that_is_refused_to_all(desk: Desk) -> None:
    """A service that refuses every letter under one key says that this key is wrong, and
    not its followers, though it accepts those under another."""
    for number in range(3):
        desk.reader(f"old {number}")
        desk.far.always(Answer(403), to=f"old {number}")
    rekeying.rotate()
    for number in range(3):
        desk.reader(f"new {number}")
    for _ in range(UNTELLABLE + 1):
        desk.publish()
        desk.settle()
    assert Follower.objects.count() == 6
    desk.far.always(Answer(403), to="new 0")
    for _ in range(UNTELLABLE):
        desk.publish()
        desk.settle()
    assert Follower.objects.count() == 5


def test_doctor_says_what_is_to_be_done_with_each_key(desk: Desk) -> None:
    """An older key is fine while someone is under it, and can end when nobody is."""
    desk.reader("Anna")
    old = vapid_key.current().id
    made = rekeying.rotate()
    found = {each.what: each for each in doctor._push_keys()}
    assert found[f"push key {made.id}"].state == "good"
    assert "1 followers" in found[f"push key {old}"].says
    Follower.objects.all().delete()
    found = {each.what: each for each in doctor._push_keys()}
    assert f"keys retire {old}" in found[f"push key {old}"].says
