"""The made-up push service refuses what a real one refuses, and decrypts the rest."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.parse
from collections.abc import Iterator

import pytest

from tests.support.pushfar import GONE, LOST, RESET, Answer, PushFar, busy
from tests.support.receivers import Receiver
from tests.support.sender import Sender, encrypt

MESSAGE = json.dumps(
    {
        "web_push": 8030,
        "notification": {
            "title": "Union of two",
            "body": "The talks go on, said the minister “in earnest”.",
            "navigate": "http://localhost:8000/posts/7",
            "tag": "post-7",
            "data": {"post": 7, "seq": 12, "kind": "alert"},
        },
    }
).encode()


@pytest.fixture
def far() -> Iterator[PushFar]:
    with PushFar() as service:
        yield service


@pytest.fixture
def sender() -> Sender:
    return Sender()


@pytest.fixture
def reader(far: PushFar) -> Receiver:
    return far.receiver("Anna")


def test_a_message_is_decrypted_and_counted(far, sender, reader):
    """A well-made message is taken, decrypted, and counted by receiver, tag and kind."""
    status = sender.post(reader.subscription, MESSAGE, Topic="post-7", Urgency="high")
    assert status == 201
    [got] = far.of("Anna")
    assert got.plaintext == MESSAGE
    assert got.notification["title"] == "Union of two"
    assert got.headers["topic"] == "post-7"
    assert got.claims["aud"] == far.origin
    assert far.counts == {("Anna", "post-7"): 1}
    assert far.kinds == {("Anna", "post-7", "alert"): 1}


def test_an_empty_message_is_taken(far, sender, reader):
    """A message may have no body at all."""
    assert sender.post(reader.subscription, None) == 201
    assert far.of("Anna")[0].plaintext == b""


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"TTL": "soon"}, 400),
        ({"Urgency": "urgent"}, 400),
        ({"Topic": "no spaces allowed"}, 400),
        ({"Topic": "x" * 33}, 400),
        ({"Content-Encoding": "aesgcm"}, 400),
        ({"Authorization": ""}, 401),
        ({"Authorization": "vapid t=a.b.c, k=d"}, 401),
    ],
)
def test_a_malformed_request_is_refused(far, sender, reader, headers, status):
    """What the standards forbid is refused with the status they name."""
    assert sender.post(reader.subscription, MESSAGE, **headers) == status
    assert far.deliveries == []
    assert far.requests[-1].status == status


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example"},
        {"exp": 1},
        {"exp": int(time.time()) + 25 * 3600},
        {"sub": "desk@example.org"},
    ],
    ids=["audience", "past", "far ahead", "subject"],
)
def test_a_signature_with_wrong_claims_is_refused(far, sender, reader, claims):
    """Audience, expiry and subject are checked by RFC 8292."""
    signed = sender.vapid(reader.endpoint, **claims)
    assert sender.post(reader.subscription, MESSAGE, Authorization=signed) == 401


def test_a_forged_signature_is_refused(far, sender, reader):
    """A token that another key signed is refused."""
    token = Sender().vapid(reader.endpoint).split(", k=")[0]
    forged = f"{token}, k={sender.public}"
    assert sender.post(reader.subscription, MESSAGE, Authorization=forged) == 401


def test_another_server_is_refused_where_the_key_is_known(far, sender):
    """A subscription made with one server's key takes messages from no other."""
    reader = far.receiver("Boris", key=Sender().public)
    assert sender.post(reader.subscription, MESSAGE) == 403
    own = far.receiver("Vera", key=sender.public)
    assert sender.post(own.subscription, MESSAGE) == 201


def test_a_message_for_someone_else_is_refused(far, sender, reader):
    """A body encrypted for another browser cannot be decrypted, and this shows."""
    body = encrypt(far.receiver("Boris").subscription, MESSAGE)
    headers = sender.headers(reader.endpoint, body)
    assert sender.send(reader.endpoint, body, headers) == 400
    assert "decrypted" in far.requests[-1].why


@pytest.mark.parametrize("body", [b"short", b"x" * 200])
def test_garbage_is_refused(far, sender, reader, body):
    """Bytes that are no aes128gcm message are refused."""
    headers = sender.headers(reader.endpoint, body)
    assert sender.send(reader.endpoint, body, headers) == 400


def test_too_large_a_message_is_refused(far, sender, reader):
    """3,993 bytes of plaintext fit into 4,096; one more is refused."""
    assert sender.post(reader.subscription, b"x" * 3993) == 201
    assert sender.post(reader.subscription, b"x" * 3994) == 413


def test_nobody_and_someone_gone_are_told_apart(far, sender, reader):
    """An unknown endpoint is 404, one that was given up is 410."""
    nobody = {**reader.subscription, "endpoint": f"{far.origin}/push/nobody"}
    assert sender.post(nobody, MESSAGE) == 404
    reader.gone = True
    assert sender.post(reader.subscription, MESSAGE) == 410


def test_answers_follow_the_script(far, sender, reader):
    """A test may say what the next requests, or one receiver's, are answered."""
    other = far.receiver("Boris")
    far.answers(busy(7), Answer(500))
    far.answers(GONE, to="Boris")
    assert sender.post(other.subscription, MESSAGE) == 410
    assert sender.post(reader.subscription, MESSAGE) == 429
    assert sender.post(reader.subscription, MESSAGE) == 500
    assert sender.post(reader.subscription, MESSAGE) == 201
    far.always(Answer(503), to="Anna")
    assert sender.post(reader.subscription, MESSAGE) == 503
    assert sender.post(other.subscription, MESSAGE) == 201


def test_retry_after_is_sent(far, reader):
    """The header that the script asks for is on the wire."""
    far.answers(busy(120, status=503))
    parts = urllib.parse.urlsplit(reader.endpoint)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
    connection.request("POST", parts.path, b"")
    answer = connection.getresponse()
    connection.close()
    assert (answer.status, answer.headers["Retry-After"]) == (503, "120")


@pytest.mark.parametrize(("answer", "delivered"), [(RESET, 0), (LOST, 1)])
def test_a_connection_may_be_cut(far, sender, reader, answer, delivered):
    """The connection can be cut before the message is taken, or after."""
    far.answers(answer)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        sender.post(reader.subscription, MESSAGE)
    assert len(far.deliveries) == delivered
    assert sender.post(reader.subscription, MESSAGE) == 201


def test_requests_can_be_held(far, sender, reader):
    """While held nothing is delivered; the waiting are counted and then answered."""
    far.hold()
    threads = [
        threading.Thread(target=sender.post, args=(reader.subscription, MESSAGE))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    far.wait(lambda: far.most_at_once == 3, "three requests open at once")
    assert far.deliveries == []
    far.release()
    far.wait(lambda: len(far.deliveries) == 3, "three deliveries")
    for thread in threads:
        thread.join()


def test_a_key_pair_used_twice_is_noticed(far, sender, reader):
    """Sending the same bytes again is a retry; another text under one key is not."""
    body = encrypt(reader.subscription, MESSAGE)
    headers = sender.headers(reader.endpoint, body)
    sender.send(reader.endpoint, body, headers)
    sender.send(reader.endpoint, body, headers)
    assert far.reused == []
    far._watch_keys(body[:-1] + bytes([body[-1] ^ 1]))
    assert len(far.reused) == 1


async def test_an_asyncio_test_can_wait(far, sender, reader):
    """The service runs beside a test's own loop and can be waited for on it."""
    thread = threading.Thread(target=sender.post, args=(reader.subscription, MESSAGE))
    thread.start()
    assert await far.until(lambda: far.of("Anna"), "a message for Anna")
    thread.join()


def test_a_wait_in_vain_says_what_came(far, sender, reader):
    """A failed wait shows the requests that were made."""
    sender.post(reader.subscription, MESSAGE, TTL="soon")
    with pytest.raises(AssertionError, match=r"Anna: 400 TTL"):
        far.wait(lambda: far.of("Anna"), "a message", timeout=0.01)
