"""The keyring: made before there is news, used once, made anew; never waited for."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pyroaring import BitMap

from stoppress.protocols import push_encryption
from stoppress.protocols.base64url import decode
from stoppress.push import following, keyring, vault
from stoppress.push.keying import Keying
from stoppress.push.keyring import Keyring
from stoppress.push.models import Follower
from tests.push.conftest import Desk
from tests.support.receivers import HEADER, POINT

LABEL = b"abcd"

# RFC 8291 appendix A.
PLAINTEXT = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx"
    "aOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def material(auth: bytes = bytes(16)) -> push_encryption.KeyingMaterial:
    receiver = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = receiver.public_numbers()
    octets = b"\x04" + point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big")
    return push_encryption.agree(octets, auth)


def test_the_standards_example_comes_out_of_the_ring() -> None:
    """Keying material that lay in the ring seals to the very octets of RFC 8291's
    appendix A, with the appendix's key and salt."""
    ring = Keyring()
    key = ec.derive_private_key(int.from_bytes(decode(SENDER), "big"), ec.SECP256R1())
    agreed = push_encryption.agree(decode(RECEIVER), decode(AUTH), private_key=key)
    ring.put(7, LABEL, agreed)
    kept = ring.take(7, LABEL)
    assert kept is not None
    assert push_encryption.seal(kept, PLAINTEXT, decode(SALT)) == decode(BODY)


def test_a_row_is_used_and_wanted_anew() -> None:
    """What was taken is to be made anew; until then it is there for a second message,
    whose salt, and so whose key and nonce, are others."""
    ring = Keyring()
    ring.put(7, LABEL, material())
    assert ring.wanted(10) == []
    first, second = ring.take(7, LABEL), ring.take(7, LABEL)
    assert first is not None
    assert first == second
    assert ring.wanted(10) == [7]
    bodies = {push_encryption.seal(first, b"x")[:16] for _ in range(100)}
    assert len(bodies) == 100, "a salt came twice"
    ring.put(7, LABEL, material())
    assert ring.wanted(10) == []
    assert ring.take(7, LABEL) != first


def test_other_keys_make_a_row_worthless() -> None:
    """A row that was made for the follower's keys before is not given out, and whoever
    has no row is noted."""
    ring = Keyring()
    ring.put(7, LABEL, material())
    assert ring.take(7, b"dcba") is None
    assert ring.take(8, LABEL) is None
    assert ring.wanted(10) == [7, 8]


def test_neighbours_do_not_touch_and_the_gone_leave_nothing() -> None:
    """Each follower has its own row, on the page's edges too; who is forgotten is wiped,
    and a page without rows is given back."""
    ring = Keyring()
    rows = {n: material() for n in (0, 1, keyring.PAGE - 1, keyring.PAGE, 10**9)}
    for number, one in rows.items():
        assert ring.put(number, LABEL, one)
    assert {n: ring.take(n, LABEL) for n in rows} == rows
    page = ring._pages[0]
    ring.keep(BitMap([keyring.PAGE]))
    assert not any(page)
    assert len(ring) == len(ring._pages) == 1
    assert ring.wanted(10) == [keyring.PAGE]


def test_the_ring_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers far apart cannot fill the memory: who does not fit has no row, and is not
    asked for again and again."""
    monkeypatch.setattr(keyring, "PAGES_AT_MOST", 1)
    ring = Keyring()
    ring.put(1, LABEL, material())
    assert ring.take(10**6, LABEL) is None
    assert not ring.put(10**6, LABEL, material())
    assert (len(ring), ring.wanted(10)) == (1, [])


def test_the_ring_is_filled_with_the_followers_own_keys(desk: Desk) -> None:
    """Keying makes rows for all followers; what is sealed with them their browsers open,
    and it is the row's key that arrives. After use, rows are made anew."""
    for number in range(3):
        desk.reader(f"reader {number}")
    ring = desk.tail._broadcasting._keyring
    keying = Keying(ring)
    keying._free.set()
    assert keying.fill() == 3
    rows = Follower.objects.values_list("pk", "sealed")
    kept = [ring.take(pk, vault.label(bytes(sealed))) for pk, sealed in rows]
    publics = {one.public for one in kept if one}
    desk.publish()
    desk.settle()
    assert len(desk.far.deliveries) == 3
    assert {body[HEADER : HEADER + POINT] for body in desk.far._keys.values()} == (
        publics
    )


def test_new_keys_of_a_browser_are_used_at_once(desk: Desk) -> None:
    """A browser that renewed its keys after its row was made reads its alert."""
    reader = desk.reader("a")
    ring = desk.tail._broadcasting._keyring
    keying = Keying(ring)
    keying._free.set()
    keying.fill()
    desk.far.receivers.pop("a")
    anew = desk.far.receiver("a", key=reader.key)
    following.move(reader.endpoint, following.subscription(anew.subscription))
    desk.publish()
    desk.settle()
    assert [each.kind for each in desk.far.of("a")] == ["alert"]


def test_who_is_gone_leaves_the_ring(desk: Desk) -> None:
    """A follower who is no more has no row after the next look."""
    desk.reader("a")
    ring = Keyring()
    keying = Keying(ring)
    keying._free.set()
    keying.fill()
    Follower.objects.all().delete()
    assert len(ring) == 1
    keying.sweep()
    assert len(ring) == 0
