"""The canary's endpoint: what our sender posts is heard, and nobody else has any use of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from stoppress.lib.clock import now
from stoppress.protocols import push_encryption, vapid
from stoppress.push import canary, rehearsal, vapid_key

WORDS = {"web_push": 8030, "notification": {"title": "A", "tag": "post-7"}}


@pytest.fixture(autouse=True)
def there(settings):
    """There is a canary, wherever it may be reached."""
    settings.CANARY = "http://127.0.0.1:9"


def sealed(text: bytes) -> bytes:
    sub = canary.subscription()
    receiver = push_encryption.receiver(sub.p256dh, sub.auth)
    return push_encryption.encrypt(text, receiver.p256dh, receiver.auth)


def signed(
    *, key: Any = None, audience: str = "http://testserver", age: int = 0
) -> str:
    return vapid.authorization(
        key or vapid_key.load(),
        audience,
        subject="mailto:editor@localhost",
        now=int(now().timestamp()) - age,
    )


def post(
    client: Client, *, guess: str = "", body: bytes | None = None, **changed: str
) -> Any:
    """A good letter, but for what is changed; an empty header is left out."""
    given = {
        "authorization": signed(),
        "content-encoding": "aes128gcm",
        "ttl": "60",
        "urgency": "high",
        "topic": "post-7",
    }
    given |= {name.replace("_", "-"): value for name, value in changed.items()}
    headers = {name: value for name, value in given.items() if value}
    return client.post(
        f"/canary/{guess or canary.token()}",
        sealed(json.dumps(WORDS).encode()) if body is None else body,
        content_type="application/octet-stream",
        headers=headers,
    )


def test_our_own_letter_is_heard(client):
    """A message that is signed by this newsroom and sealed for the canary is answered
    201, with no word more."""
    answer = post(client)
    assert (answer.status_code, answer.content) == (201, b"")


@pytest.mark.parametrize("guess", ["x", "x" * 43, "é", "a" * 5_000])
def test_a_guess_finds_nothing(client, guess):
    """Another token is answered as an address that is not there, however good the rest."""
    answer = post(client, guess=guess)
    assert (answer.status_code, answer.content) == (404, b"")


def test_without_a_canary_there_is_no_endpoint(client, settings):
    """Switched off, even the right address is none."""
    settings.CANARY = "no"
    assert post(client).status_code == 404


@pytest.mark.parametrize("method", ["get", "put", "delete", "options"])
def test_it_takes_letters_only(client, method):
    """Nothing can be read from it, put there or taken away."""
    assert getattr(client, method)(canary.subscription().endpoint).status_code == 405


def strangers() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    "header",
    [
        lambda: "",
        lambda: "Bearer abc",
        lambda: "vapid t=a.b.c, k=BP4z",
        lambda: signed(key=strangers()),
        lambda: signed(audience="http://elsewhere.example"),
        lambda: signed(age=2 * 24 * 3600),
        lambda: signed(age=-2 * 24 * 3600),
    ],
    ids=["none", "other", "nonsense", "stranger", "elsewhere", "expired", "ahead"],
)
def test_who_is_not_this_newsroom_is_refused(client, header):
    """Without this newsroom's own signature, made for this newsroom and now, it is 403."""
    assert post(client, authorization=header()).status_code == 403


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"content_encoding": ""}, 415),
        ({"content_encoding": "gzip"}, 415),
        ({"ttl": ""}, 400),
        ({"ttl": "-1"}, 400),
        ({"urgency": "very urgent"}, 400),
        ({"topic": "post-8"}, 400),
        ({"topic": ""}, 400),
    ],
)
def test_the_envelope_is_looked_at(client, changed, status):
    """What a push service would refuse is refused, and a Topic that is not the tag."""
    assert post(client, **changed).status_code == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (lambda: b"", 400),
        (lambda: b"x" * 200, 400),
        (lambda: b"x" * 4_097, 413),
        (lambda: sealed(b"{}")[:-1] + b"\0", 400),
        (lambda: sealed(b"not JSON"), 400),
        (lambda: sealed(b"[" * 3_000), 400),
        (lambda: sealed(b"[1]"), 400),
        (lambda: sealed(b'"notification"'), 400),
        (lambda: sealed(b'{"web_push":8030,"notification":{"tag":{}}}'), 400),
        (lambda: sealed(b'{"web_push":1,"notification":{"tag":"post-7"}}'), 400),
    ],
    ids=[
        *("nothing", "noise", "too long", "cut", "no JSON", "deep", "a list"),
        *("a word", "no tag", "not declarative"),
    ],
)
def test_the_message_is_opened_and_read(client, body, status):
    """What does not open, or says nothing that a browser would show, is not heard."""
    assert post(client, body=body()).status_code == status


def test_what_is_sealed_for_another_browser_is_not_heard(client):
    """Only the canary's own key opens what is heard."""
    other = strangers().public_key().public_numbers()
    point = b"\x04" + other.x.to_bytes(32, "big") + other.y.to_bytes(32, "big")
    body = push_encryption.encrypt(b"{}", point, canary.auth())
    assert post(client, body=body).status_code == 400


@pytest.mark.django_db
def test_nothing_is_written_and_nothing_read(client, django_assert_num_queries):
    """Whoever knocks, heard or not, the database is not asked."""
    with django_assert_num_queries(0):
        post(client)
        post(client, guess="x")
        post(client, authorization="")


def test_a_guess_fills_no_log(client, caplog):
    """Without the token nothing is logged; with it, what is wrong is."""
    post(client, guess="x")
    assert not [line for line in caplog.records if line.name.startswith("stoppress")]
    post(client, authorization=signed(audience="http://elsewhere.example"))
    assert "STOPPRESS_URL must be the same" in caplog.text


def test_its_secrets_come_from_its_key_alone():
    """Token and secret are not each other's part, and are as long as they must be."""
    assert len(canary.auth()) == 16
    assert len(canary.token()) == 43
    assert canary.subscription().auth not in canary.token()


@pytest.mark.django_db
def test_nobody_there_is_nobody_heard(settings):
    """Where no web server listens, the try-out says that nothing was heard."""
    settings.CANARY = "http://127.0.0.1:9"
    assert rehearsal.canary_hears() is None
