"""draft-07 "Authorization": which tokens are good, and whose."""

from __future__ import annotations

import hmac
import json
import logging
import stat

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from django.conf import settings

from stoppress.live import tokens
from stoppress.live.errors import BadHubKey
from stoppress.protocols import base64url, mercure_token
from tests.conformance.house import (
    SCORES,
    SITE,
    a_token,
    datas,
    in_seconds,
    on_the_wire,
)
from tests.conformance.musts import proves

ALL = ["*"]


def signed_with(secret: bytes, claims: object) -> str:
    """HS256 by hand: a library would not take a public key for a secret."""
    parts = [{"typ": "JWT", "alg": "HS256"}, claims]
    text = ".".join(base64url.encode(json.dumps(one).encode()) for one in parts)
    signature = hmac.digest(secret, text.encode(), "sha256")
    return f"{text}.{base64url.encode(signature)}"


def forged() -> dict[str, str]:
    own = tokens.own().material
    ours = jwt.encode({"mercure": {"publish": ALL, "subscribe": ALL}}, own)
    head, body, signature = ours.split(".")
    rs256 = base64url.encode(b'{"alg":"RS256"}')
    claims = {"mercure": {"publish": ALL, "subscribe": ALL}}
    return {
        "another's key": jwt.encode(claims, b"x" * 32),
        "unsigned": jwt.encode(claims, "", algorithm="none"),
        "another algorithm": f"{rs256}.{body}.{signature}",
        "another hash": jwt.encode(claims, own, algorithm="HS512"),
        "no signature": f"{head}.{body}.",
        "changed": f"{head}.{body[:-2]}AA.{signature}",
        "nonsense": "nonsense",
        "empty parts": "..",
        "critical": jwt.encode(claims, own, headers={"crit": ["x"], "x": 1}),
        "expired": a_token(publish=ALL, subscribe=ALL, exp=in_seconds(-1)),
        "not yet": a_token(publish=ALL, subscribe=ALL, nbf=in_seconds(60)),
        "for ever": a_token(publish=ALL, subscribe=ALL, exp="never"),
        "null": a_token(publish=ALL, subscribe=ALL, exp=None),
        "true": a_token(publish=ALL, subscribe=ALL, nbf=True),
        "boundless": a_token(publish=ALL, subscribe=ALL, exp=float("inf")),
        "for another": a_token(publish=ALL, subscribe=ALL, aud="https://x.example"),
        "odd claim": mercure_token.sign({"mercure": ALL}, tokens.own()),
        "odd list": a_token(publish="*", subscribe="*"),
        "odd selector": a_token(publish=[1], subscribe=[1]),
        "control": a_token(publish=["a\0"], subscribe=["a\0"]),
        "crowd": a_token(publish=["x"] * 101, subscribe=["x"] * 101),
        "payload": a_token(publish=ALL, mercure={"payload": "x" * 2000}),
        "long": a_token(publish=ALL, subscribe=ALL, more="x" * 9000),
    }


@proves("publish-authorised", "subscribe-claim")
def test_tokens_that_are_not_accepted(house):
    """Forged, expired, misaddressed or odd: 401 with `invalid_token`, and no word on why,
    for publishers, readers and those who ask who reads."""
    for what, token in forged().items():
        for answer in (
            house.post({"topic": SCORES}, token=token),
            house.refused(SCORES, token=token),
            house.ask(path="/.well-known/mercure/subscriptions", token=token),
        ):
            assert answer.status_code == 401, what
            assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
            assert answer.json()["error"] == "The token is not accepted."
    assert not on_the_wire()


def test_an_audience_that_is_ours(house):
    """A token may say that it is meant for this hub, by the site's name or its own."""
    for audience in (SITE, f"{SITE}/.well-known/mercure", ["x", SITE]):
        token = a_token(publish=ALL, aud=audience)
        assert house.post({"topic": SCORES}, token=token).status_code == 200


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearertoken", "token"])
def test_other_ways_of_authorising(house, header):
    """A header that is not `Bearer TOKEN` is refused, not passed over."""
    answer = house.refused(SCORES, headers={"Authorization": header})
    assert answer.status_code == 401


@proves("expiry")
def test_the_stream_ends_with_the_token(house):
    """At `exp` the connection is closed, with when to come back; what is asked then with
    the same token is refused. One without an end stays."""
    token = a_token(subscribe=ALL, exp=in_seconds(1.5))
    short, long = house.read(token=token), house.read(token=a_token(subscribe=ALL))
    short.until_ended()
    assert house.refused(SCORES, token=token).status_code == 401
    assert datas(long, until=house.publish("x", private="on")) == ["x"]
    house.until_readers(1)


PUBLIC_KEYS = {
    "RS256": rsa.generate_private_key(65537, 2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}


@pytest.fixture
def foreign(monkeypatch, tmp_path):
    """Names a file as the key of others' publishers."""

    def named(octets: bytes) -> None:
        file = tmp_path / "key"
        file.write_bytes(octets)
        monkeypatch.setattr(settings, "HUB_PUBLISHER_KEY", str(file))
        tokens.publishers.cache_clear()

    yield named
    monkeypatch.undo()
    tokens.publishers.cache_clear()


@pytest.mark.parametrize("algorithm", list(PUBLIC_KEYS))
def test_tokens_of_another_issuer(house, foreign, algorithm):
    """With an issuer's public key its tokens publish, beside our own; they read nothing
    that is private, and nobody can sign with the public key as if it were a secret."""
    private = PUBLIC_KEYS[algorithm]
    pem = private.public_key().public_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    foreign(pem)
    claims = {"mercure": {"publish": ALL, "subscribe": ALL}}
    theirs = jwt.encode(claims, private, algorithm=algorithm)  # type: ignore[arg-type]
    assert house.post({"topic": SCORES}, token=theirs).status_code == 200
    assert house.post({"topic": SCORES}).status_code == 200
    assert house.refused(SCORES, token=theirs).status_code == 401
    confused = signed_with(pem, claims)
    assert house.post({"topic": SCORES}, token=confused).status_code == 401


def test_a_secret_of_another_issuer(house, foreign):
    """A shared secret in a file, with the line end that editors put there, is a key too."""
    secret = b"a secret that two systems share, and nobody else"
    foreign(secret + b"\n")
    token = a_token(publish=ALL, key=mercure_token.key(secret))
    assert house.post({"topic": SCORES}, token=token).status_code == 200


@pytest.mark.parametrize("octets", [b"short", b"", b"-----BEGIN PUBLIC KEY-----\nx"])
def test_a_key_that_cannot_be_used_stops_the_start(foreign, octets):
    """A weak secret or a broken key is an error with the setting's name."""
    foreign(octets)
    with pytest.raises(BadHubKey, match="STOPPRESS_HUB_PUBLISHER_KEY"):
        tokens.publishers()


@proves("keys")
def test_the_key_is_kept_from_others():
    """The newsroom's own key is made once, readable by its owner alone."""
    assert tokens.own() == tokens.own()
    file = settings.FOLDER.keys / tokens.NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_bytes()) == 64


@proves("secrecy")
def test_tokens_are_not_told(house, caplog):
    """No token, good or bad, is in the log or in an answer, and no answer is kept."""
    caplog.set_level(logging.DEBUG)
    token = a_token(subscribe=ALL)
    reader = house.read(query=f"authorization={token}")
    answers = [
        house.refused(SCORES, query=f"&authorization={token}x"),
        house.post({"topic": SCORES}, token=f"{token}x"),
        house.post({"topic": SCORES}, token=token),
    ]
    assert all(token not in answer.text for answer in answers)
    assert all("no-store" in answer.headers["cache-control"] for answer in answers)
    assert "private, no-store" in reader.headers["cache-control"]
    ours = [one for one in caplog.records if one.name.startswith("stoppress")]
    assert all(token not in record.getMessage() for record in ours)
